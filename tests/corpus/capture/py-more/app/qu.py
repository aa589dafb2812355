import sys, stock
from quart import Quart, abort, jsonify, request, render_template_string
app = Quart(__name__)

@app.get("/run/<name>")
async def run(name):
    return str(stock.ALL[name]())

@app.get("/tpl")
async def tpl():
    return await render_template_string("<h1>{{ order.lines[0].sku }}</h1>")

@app.post("/order")
async def order():
    return (await request.get_json())["sku"]

@app.get("/told/<name>")
async def told(name):
    try:
        return str(stock.ALL[name]())
    except Exception as e:
        return jsonify(ok=False, reason=repr(e)), 500

@app.get("/busy")
async def busy():
    return jsonify(error="busy", retry_after=30), 503

if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]), debug=sys.argv[2] == "debug", use_reloader=False)
