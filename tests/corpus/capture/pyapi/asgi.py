"""FastAPI, Litestar and Strawberry in production mode."""
import uuid, datetime
from decimal import Decimal
from typing import Literal
from fastapi import FastAPI, HTTPException, Header, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, EmailStr, Field, HttpUrl, field_validator
import strawberry
from strawberry.fastapi import GraphQLRouter
from litestar import Litestar, get, post
import uvicorn

app = FastAPI()


class Line(BaseModel):
    sku: str = Field(pattern=r'^[A-Z]-\d+$')
    qty: int = Field(gt=0)


class Order(BaseModel):
    email: EmailStr
    site: HttpUrl
    when: datetime.datetime
    id: uuid.UUID
    country: Literal['DE', 'FR']
    lines: list[Line]
    price: Decimal = Field(max_digits=6)

    @field_validator('country')
    @classmethod
    def c(cls, v): return v


@app.post('/orders')
def orders(o: Order): return o


@app.get('/items/{item}')
def items(item: int, limit: int = Query(10, le=100), x_file_path: str = Header()): return {}


@app.get('/gone')
def gone(): raise HTTPException(410, {'code': 'offer_expired', 'message': 'This offer ended on 1 May 2024.', 'trace_id': 'b0c1f2d3e4a5968778695a4b3c2d1e0f'})


@app.get('/crash')
def crash(): return {}['x']


@app.exception_handler(Exception)
async def any_(r, e):
    return JSONResponse({'type': 'https://shop.example/problems/internal', 'title': 'Something went wrong on our side', 'status': 500, 'instance': f'urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, str(r.url))}', 'traceId': '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'}, 500, media_type='application/problem+json')


@strawberry.type
class Query_:
    @strawberry.field
    def hello(self, name: str) -> str: return name


app.include_router(GraphQLRouter(strawberry.Schema(Query_)), prefix='/graphql')


@post('/orders')
async def lit(data: Line) -> None: ...


@get('/n/{n:int}')
async def num(n: int, q: int) -> None: ...


@get('/crash')
async def lcrash() -> None: raise KeyError('secret')

app.mount('/lit', Litestar([lit, num, lcrash], debug=False))
uvicorn.run(app, host='127.0.0.1', port=19312, log_level='critical')
