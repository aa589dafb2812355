import os
import traceback

import strawberry
from fastapi import FastAPI
from graphql import GraphQLError
from sqlalchemy import create_engine, text
from strawberry.extensions import MaskErrors, SchemaExtension
from strawberry.fastapi import GraphQLRouter

engine = create_engine("sqlite:////srv/graph/catalog.db")


@strawberry.type
class Product:
    id: int

    @strawberry.field
    def price(self) -> float:
        return {"EUR": 3.0}["USD"]

    @strawberry.field
    def supplier(self) -> str:
        return None


@strawberry.type
class Query:
    @strawberry.field
    def product(self, id: int) -> Product:
        if id == 404:
            raise GraphQLError("Product not found", extensions={"code": "NOT_FOUND", "http": {"status": 404}})
        return Product(id=id)

    @strawberry.field
    def search(self, word: str) -> list[Product]:
        with engine.connect() as c:
            return [Product(id=r[0]) for r in c.execute(text("SELECT id FROM products WHERE name MATCH :w"), {"w": word})]


class Trace(SchemaExtension):
    def on_operation(self):
        yield
        r = self.execution_context.result
        for e in (r.errors or []) if r else []:
            o = e.original_error
            if o is not None and not isinstance(o, GraphQLError):
                e.extensions = {"code": "INTERNAL_SERVER_ERROR", "exception": {"type": type(o).__name__, "stacktrace": traceback.format_exception(o)}}


app = FastAPI()
app.include_router(GraphQLRouter(strawberry.Schema(Query)), prefix="/graphql")
app.include_router(GraphQLRouter(strawberry.Schema(Query, extensions=[Trace])), prefix="/debug")
app.include_router(GraphQLRouter(strawberry.Schema(Query, extensions=[MaskErrors()])), prefix="/masked")
