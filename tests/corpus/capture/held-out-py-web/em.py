from emmett import App, abort, response
from emmett.tools import service
from faults import F
app = App(__name__)
@app.route("/run/<str:name>")
async def run(name): return str(F[name]())
@app.route("/closed")
@service.json
async def closed():
    response.status = 503
    return {"error": "The warehouse is closed until Monday"}
@app.route("/gone")
async def gone(): abort(410)
@app.route("/page")
async def page(): return {"parcel": None}
