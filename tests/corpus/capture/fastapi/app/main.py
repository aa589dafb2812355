import os
import time
from datetime import date
from typing import Literal

import asyncpg
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse, PlainTextResponse, ORJSONResponse
from pydantic import BaseModel, EmailStr, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

app = FastAPI(debug=os.environ.get("DEBUG") == "1", title="Orders")
engine = create_async_engine(f"postgresql+asyncpg://shop:hunter2-staging@db.internal.shop.example:{os.environ.get('PGPORT', '5432')}/shop")


class Address(BaseModel):
    street: str
    zip: str = Field(pattern=r"^\d{5}$")


class Order(BaseModel):
    sku: str = Field(min_length=4)
    quantity: int = Field(gt=0, le=99)
    ship: Literal["post", "courier"]
    wanted: date
    email: str
    address: Address


class Stored(BaseModel):
    id: int
    total: float


class StockError(Exception):
    pass


@app.exception_handler(StockError)
async def stock_error(request: Request, exc: StockError):
    import traceback
    return JSONResponse(status_code=500, content={"detail": {"error": exc.__class__.__name__, "msg": str(exc), "cause": repr(exc.__cause__), "path": request.url.path,
                                                             "stack": "".join(traceback.format_exception(exc)), "timestamp": time.time()}})


@app.post("/orders")
async def create(order: Order):
    return order


@app.get("/orders/{order_id}")
async def get(order_id: int, expand: bool = False):
    if order_id > 9:
        raise HTTPException(404, detail="Order not found")
    return {"id": order_id}


@app.get("/stored", response_model=Stored)
async def stored():
    return {"id": 4, "total": None}


@app.get("/asyncpg")
async def bad_column():
    async with engine.begin() as c:
        return (await c.execute(text("SELECT id, totl FROM orders WHERE customer_id = :c"), {"c": 7})).all()


@app.get("/detail")
async def detail():
    try:
        c = await asyncpg.connect(host="db.internal.shop.example", port=int(os.environ["PGPORT"]), user="shop", password="hunter2-staging", database="shop")
        await c.fetch("INSERT INTO customers (email, credit) VALUES ('bob@shop.example', -3)")
    except Exception as e:
        raise HTTPException(status_code=500, detail=f"{type(e).__name__}: {e}")


@app.get("/refused")
async def refused():
    try:
        await asyncpg.connect(host="db.internal.shop.example", port=5999, user="shop", password="hunter2-staging", database="shop")
    except Exception as e:
        raise HTTPException(status_code=503, detail=f"Database unavailable: {e}")


@app.get("/cause")
async def cause():
    try:
        [1, 2, 3][7]
    except IndexError as e:
        raise StockError("shelf 7 of warehouse DUS-2 has no bin") from e


def user(x_token: str = Header()):
    return x_token


@app.get("/me")
async def me(token: str = Depends(user)):
    if token != "a":
        raise HTTPException(401, detail="Invalid authentication credentials", headers={"WWW-Authenticate": "Bearer"})


@app.get("/division")
def division(n: int = 0):
    return {"share": 100 / n}


@app.get("/business")
def business():
    return JSONResponse({"error": {"code": "E1042", "message": "Il codice sconto è scaduto.", "fields": ["voucher"]}}, 422)
