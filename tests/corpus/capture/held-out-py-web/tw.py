import sys
from twisted.internet import reactor, defer, endpoints
from twisted.web import server, resource, xmlrpc
from klein import Klein
from faults import F
class Run(resource.Resource):
    isLeaf = True
    def render_GET(self, request): return F[request.postpath[0].decode()]()
class Wrong(resource.Resource):
    isLeaf = True
    def render_GET(self, request): return {"weight": 3}
class Rpc(xmlrpc.XMLRPC):
    def xmlrpc_quote(self, weight): return F["key"]()
    def xmlrpc_fault(self): raise xmlrpc.Fault(17, "The parcel is too heavy")
app = Klein()
@app.route("/run/<name>")
def run(request, name): return defer.maybeDeferred(F[name])
@app.route("/closed")
def closed(request): request.setResponseCode(503); return b"The warehouse is closed until Monday\n"
root = resource.Resource()
root.putChild(b"plain", Run()); root.putChild(b"wrong", Wrong()); root.putChild(b"rpc", Rpc())
class Top(resource.Resource):
    def getChild(self, name, request):
        request.prepath.pop(); request.postpath.insert(0, name)
        return app.resource()
root.putChild(b"klein", app.resource())
site = server.Site(root)
site.displayTracebacks = len(sys.argv) > 2
endpoints.serverFromString(reactor, f"tcp:{sys.argv[1]}:interface=127.0.0.1").listen(site)
reactor.run()
