import sys, connexion, stock
spec = {"openapi": "3.0.0", "info": {"title": "Depot", "version": "1"}, "paths": {
    "/run/{name}": {"get": {"operationId": "cx.run", "parameters": [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}], "responses": {"200": {"description": "ok"}}}},
    "/order": {"post": {"operationId": "cx.order", "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object", "required": ["sku", "qty"], "properties": {"sku": {"type": "string"}, "qty": {"type": "integer", "minimum": 1}}}}}}, "responses": {"200": {"description": "ok"}}}},
    "/answer": {"get": {"operationId": "cx.answer", "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object", "required": ["total"]}}}}}}}}}
def run(name):
    return str(stock.ALL[name]())
def order(body):
    return body["sku"]
def answer():
    return {"sum": 1}
if __name__ == "__main__":
    app = connexion.FlaskApp(__name__)
    app.add_api(spec, validate_responses=True)
    app.run(host="127.0.0.1", port=int(sys.argv[1]))
