import sys, json
from faults import F
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route, Mount
from ariadne import make_executable_schema, QueryType
from ariadne.asgi import GraphQL
q = QueryType()
q.set_field("quote", lambda *_, weight: F["key"]())
q.set_field("stock", lambda *_: F["sql"]())
q.set_field("label", lambda *_: F["file"]())
schema = make_executable_schema("type Query { quote(weight: Float!): Float, stock: Int!, label: String }", q)
import graphene
class Query(graphene.ObjectType):
    quote = graphene.Float(weight=graphene.Float(required=True))
    stock = graphene.Int()
    kind = graphene.Int()
    closed = graphene.Int()
    def resolve_quote(self, info, weight): return F["null"]()
    def resolve_stock(self, info): return F["sql"]()
    def resolve_kind(self, info): return "many"
    def resolve_closed(self, info): raise ValueError("The warehouse is closed until Monday")
gs = graphene.Schema(Query)
async def graphene_(request):
    r = gs.execute((await request.json())["query"])
    return JSONResponse({"data": r.data, "errors": [e.formatted for e in r.errors or []]}, 500 if r.errors else 200)
app = Starlette(routes=[Route("/graphene", graphene_, methods=["POST"]), Mount("/debug", GraphQL(schema, debug=True)), Mount("/", GraphQL(schema))])
