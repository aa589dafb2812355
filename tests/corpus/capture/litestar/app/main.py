import os
from dataclasses import dataclass
from datetime import date

from litestar import Litestar, get, post
from litestar.exceptions import NotAuthorizedException
from litestar.plugins.problem_details import ProblemDetailsConfig, ProblemDetailsException, ProblemDetailsPlugin


@dataclass
class Booking:
    room: int
    day: date


@get("/room/{number:int}")
async def room(number: int) -> dict:
    prices = {"single": 80}
    return {"price": prices["double"] * number}


@get("/report")
async def report() -> str:
    with open("/opt/hotel/reports/2024-02.csv") as f:
        return f.read()


@post("/book")
async def book(data: Booking) -> Booking:
    return data


@get("/me")
async def me() -> None:
    raise NotAuthorizedException("Session expired")


@get("/full")
async def full() -> None:
    raise ProblemDetailsException(status_code=409, type_="https://hotel.example/problems/full", title="No room left", detail="All rooms are taken on this day.", extra={"next_free": "2024-03-02"})


app = Litestar([room, report, book, me, full], debug=os.environ.get("DEBUG") == "1", plugins=[ProblemDetailsPlugin(ProblemDetailsConfig())])
