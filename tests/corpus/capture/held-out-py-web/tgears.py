import sys
from tg import MinimalApplicationConfigurator, AppConfig, TGController, expose, abort
from wsgiref.simple_server import make_server
from faults import F
class Root(TGController):
    @expose()
    def run(self, name): return str(F[name]())
    @expose("json")
    def closed(self): abort(503, "The warehouse is closed until Monday", passthrough="json")
    @expose()
    def gone(self): abort(410)
debug = len(sys.argv) > 2
c = AppConfig(minimal=True, root_controller=Root())
c.debug = debug
if debug: app = c.make_wsgi_app(debug=True, **{"debugger.enable": True})
else: app = c.make_wsgi_app(debug=False, **{"trace_errors.enable": False})
make_server("127.0.0.1", int(sys.argv[1]), app).serve_forever()
