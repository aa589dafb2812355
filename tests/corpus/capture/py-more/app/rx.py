import sys, stock
from flask import Flask, request
from flask_restx import Api, Resource, fields, reqparse
from webargs import fields as wf
from webargs.flaskparser import use_args
app = Flask(__name__)
api = Api(app, title="Depot")
order = api.model("Order", {"sku": fields.String(required=True, max_length=8), "qty": fields.Integer(required=True, min=1)})
p = reqparse.RequestParser()
p.add_argument("page", type=int, required=True, help="number of the page")

@api.route("/run/<name>")
class Run(Resource):
    def get(self, name):
        return stock.ALL[name]()

@api.route("/order")
class Order(Resource):
    @api.expect(order, validate=True)
    def post(self):
        return 1
    def get(self):
        return p.parse_args()

@api.errorhandler(stock.TariffError)
def tariff(e):
    return {"message": str(e), "cause": repr(e.__cause__)}, 502

@app.post("/args")
@use_args({"sku": wf.Str(required=True), "qty": wf.Int(required=True)})
def args(a):
    return a

@app.errorhandler(422)
def unprocessable(e):
    return {"errors": e.data["messages"]}, 422

app.config["PROPAGATE_EXCEPTIONS"] = False
app.config["ERROR_INCLUDE_MESSAGE"] = True
app.run("127.0.0.1", int(sys.argv[1]), debug=False)
