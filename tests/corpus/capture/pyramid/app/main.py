import sys
from wsgiref.simple_server import make_server

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPBadRequest, HTTPConflict, HTTPNotFound
from pyramid.response import Response


def tax(request):
    rates = {"DE": 19, "FR": 20}
    return Response(str(rates[request.GET.get("country", "XK")]))


def page(request):
    return {"user": None}


def conflict(request):
    raise HTTPConflict("The invoice was changed by another user.")


def bad(request):
    raise HTTPBadRequest(json_body={"errors": [{"location": "body", "name": "iban", "description": "Invalid IBAN"}]})


def imp(request):
    import invoices.pdf


settings = {"pyramid.includes": "pyramid_debugtoolbar" if sys.argv[1] == "debug" else "", "pyramid.debug_notfound": sys.argv[1] == "debug", "debugtoolbar.active_panels": "headers"}
with Configurator(settings=settings) as config:
    config.include("pyramid_jinja2")
    config.add_jinja2_search_path("/usr/local/share/invoices/templates")
    for name, view in (("tax", tax), ("conflict", conflict), ("bad", bad), ("imp", imp)):
        config.add_route(name, "/" + name)
        config.add_view(view, route_name=name)
    config.add_route("page", "/page")
    config.add_view(page, route_name="page", renderer="page.jinja2")
    app = config.make_wsgi_app()
if sys.argv[1] == "waitress":
    from waitress import serve
    serve(app, host="127.0.0.1", port=21007, expose_tracebacks=True)
elif sys.argv[1] == "waitress-production":
    from waitress import serve
    serve(app, host="127.0.0.1", port=21007)
else:
    make_server("127.0.0.1", 21007, app).serve_forever()
