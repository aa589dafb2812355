import sys, web, stock
web.config.debug = sys.argv[2] == "debug"
urls = ("/run/(.+)", "Run", "/tpl", "Tpl", "/none", "None_", "/db", "Db")

class Run:
    def GET(self, name):
        return stock.ALL[name]()

class Tpl:
    def GET(self):
        return web.template.Template("$def with (order)\n<p>$order.customer.name</p>\n", filename="templates/order.html")({"id": 7})

class None_:
    def GET(self):
        raise web.notfound("We have no such shelf.")

class Db:
    def GET(self):
        return list(web.database(dbn="sqlite", db=":memory:").select("invoices", where="customer=$c", vars={"c": 7}))

app = web.application(urls, globals(), autoreload=False)
if web.config.debug:
    app.internalerror = web.debugerror
web.httpserver.runsimple(app.wsgifunc(), ("127.0.0.1", int(sys.argv[1])))
