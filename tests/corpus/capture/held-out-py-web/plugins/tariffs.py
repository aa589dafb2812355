from datasette import hookimpl
from datasette.utils.asgi import Response
from faults import F
async def run(request): return Response.text(str(F[request.url_vars["name"]]()))
@hookimpl
def register_routes(): return [(r"^/-/run/(?P<name>\w+)$", run)]
