from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.exceptions import HTTPException
from faults import F
async def run(request): return PlainTextResponse(str(F[request.path_params["name"]]()))
async def closed(request): raise HTTPException(503, "The warehouse is closed until Monday")
debug = Starlette(debug=True, routes=[Route("/run/{name}", run)])
app = Starlette(routes=[Route("/run/{name}", run), Route("/closed", closed)])
