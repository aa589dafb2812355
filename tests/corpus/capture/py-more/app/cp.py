import sys, cherrypy, stock

class Depot:
    @cherrypy.expose
    def run(self, name):
        return str(stock.ALL[name]())

    @cherrypy.expose
    def item(self, sku, qty):
        return sku

    @cherrypy.expose
    @cherrypy.tools.json_in()
    def order(self):
        return cherrypy.request.json["sku"]

    @cherrypy.expose
    def gone(self):
        raise cherrypy.HTTPError(410, "This catalogue was withdrawn on 1 May.")

conf = {"server.socket_host": "127.0.0.1", "server.socket_port": int(sys.argv[1]), "log.screen": False}
if sys.argv[2] == "prod":
    conf.update({"environment": "production"})
cherrypy.config.update(conf)
cherrypy.quickstart(Depot())
