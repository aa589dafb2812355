import stock
from dataclasses import dataclass
from blacksheep import Application, FromJSON, get, post, json
import os
app = Application(show_error_details=os.environ.get("SHOW") == "1")

@dataclass
class Order:
    sku: str
    qty: int

@get("/run/{name}")
async def run(name: str):
    return str(stock.ALL[name]())

@post("/order")
async def order(body: FromJSON[Order]):
    return json(body.value.sku)

@get("/page")
async def page(number: int):
    return number
