import sys
from robyn import Robyn, Response, Headers
from faults import F
app = Robyn(__file__)
if len(sys.argv) > 2:
    @app.exception
    def handle(e): return Response(500, Headers({"Content-Type": "text/plain"}), f"error msg: {e}")
@app.get("/run/:name")
def run(request): return str(F[request.path_params["name"]]())
@app.get("/closed")
def closed(request): return Response(503, Headers({"Content-Type": "application/json"}), '{"error":"The warehouse is closed until Monday"}')
app.start(port=int(sys.argv[1]), host="127.0.0.1")
