import decimal
import json
import os
import subprocess
import threading
import traceback
import urllib.request

import pymysql
import requests
from flask import Flask, abort, jsonify, render_template, render_template_string, request
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine, text
from sqlalchemy.orm import Session, declarative_base

app = Flask(__name__)
Base = declarative_base()
lite = create_engine("sqlite:////srv/orders/orders.sqlite3")
pg = create_engine(f"postgresql+psycopg2://shop:hunter2-staging@db.internal.shop.example:{os.environ.get('PGPORT', '5432')}/shop")
my = create_engine(f"mysql+pymysql://shop:hunter2-staging@db.internal.shop.example:{os.environ.get('MYPORT', '3306')}/shop")


class Customer(Base):
    __tablename__ = "customers"
    id = Column(Integer, primary_key=True)
    email = Column(String, unique=True, nullable=False)


Base.metadata.create_all(lite)


class PaymentError(Exception):
    def __init__(self, message, provider):
        super().__init__(message)
        self.provider = provider


@app.get("/none")
def none():
    cart = request.args.get("cart")
    return cart.upper()


@app.get("/chain")
def chain():
    try:
        return json.loads("[1,")
    except ValueError as e:
        raise PaymentError("no answer understood from acquirer 3", "acquirer3") from e


@app.get("/file")
def file():
    with open(os.path.join(os.path.dirname(__file__), "data", "prices.csv")) as f:
        return f.read()


@app.get("/env")
def env():
    return os.environ["STRIPE_API_KEY"]


@app.get("/template")
def template():
    return render_template_string("<h1>{{ order.number }}</h1>{% for line in order.lines %}{{ line.sku.code.name }}{% endfor %}", order={"lines": [{"sku": None}]})


@app.get("/syntax")
def syntax():
    return render_template("order.html")


@app.get("/query")
def query():
    q = "SELECT * FROM customers WHERE email = '" + request.args.get("email", "o'neil@shop.example") + "'"
    return str(list(lite.connect().execute(text(q))))


@app.get("/thread")
def thread():
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(2) as p:
        return str(sum(p.map(lambda x: decimal.Decimal(x) / 0, ["1", "2"])))


@app.get("/recursion")
def recursion():
    def f(n):
        return f(n + 1)
    return f(0)


@app.get("/api/message/<name>")
def message(name):
    try:
        FAIL[name]()
        return jsonify(ok=True)
    except Exception as e:
        return jsonify(error=str(e)), 500


@app.get("/api/repr/<name>")
def repr_(name):
    try:
        FAIL[name]()
    except Exception as e:
        return jsonify(status="error", code=500, message="Something went wrong", detail=repr(e)), 500


@app.get("/api/trace/<name>")
def trace(name):
    try:
        FAIL[name]()
    except Exception as e:
        return jsonify(error={"type": type(e).__name__, "message": str(e), "traceback": traceback.format_exc().splitlines()}), 500


@app.get("/api/frames/<name>")
def frames(name):
    try:
        FAIL[name]()
    except Exception as e:
        return jsonify(message="Internal error", frames=[{"file": f.filename, "line": f.lineno, "function": f.name, "code": f.line} for f in traceback.extract_tb(e.__traceback__)]), 500


@app.get("/text/<name>")
def text_(name):
    try:
        FAIL[name]()
    except Exception as e:
        return "Error: %s" % e, 500, {"Content-Type": "text/plain"}


@app.get("/xml/<name>")
def xml(name):
    from xml.sax.saxutils import escape
    try:
        FAIL[name]()
    except Exception as e:
        return f'<?xml version="1.0" encoding="utf-8"?>\n<response><status>failed</status><fault>{escape(type(e).__module__ + "." + type(e).__qualname__)}: {escape(str(e))}</fault></response>', 500, {"Content-Type": "application/xml"}


@app.get("/pre/<name>")
def pre(name):
    from html import escape
    try:
        FAIL[name]()
    except Exception:
        return "<html><body><h1>Oops</h1><pre>" + escape(traceback.format_exc()) + "</pre></body></html>", 500


def orm_unique():
    with Session(lite) as s:
        s.add_all([Customer(email="ann@shop.example"), Customer(email="ann@shop.example")])
        s.commit()


def orm_unknown():
    with lite.connect() as c:
        c.execute(text("SELECT id, vat_number FROM customers WHERE id = :id"), {"id": 4})


def pg_fk():
    with pg.begin() as c:
        c.execute(text("INSERT INTO orders (customer_id, total) VALUES (:c, :t)"), {"c": 991, "t": 5})


def pg_type():
    with pg.begin() as c:
        c.execute(text("SELECT * FROM orders WHERE customer_id = 'abc'"))


def pg_auth():
    url = pg.url.set(username="reporting")
    create_engine(url).connect()


def my_syntax():
    with my.begin() as c:
        c.execute(text("SELECT * FROM orders WHERE id = 'o'neil'"))


def my_fk():
    with my.begin() as c:
        c.execute(text("INSERT INTO orders (customer_id, total) VALUES (:c, :t)"), {"c": 991, "t": 5})


def my_raw():
    c = pymysql.connect(host="db.internal.shop.example", port=int(os.environ["MYPORT"]), user="shop", password="hunter2-staging", database="shop").cursor()
    c.execute("SELECT cust FROM customers")


def my_denied():
    pymysql.connect(host="db.internal.shop.example", port=int(os.environ["MYPORT"]), user="report", password="hunter2-staging", database="shop")


def sqlite_locked():
    import sqlite3
    a = sqlite3.connect("/srv/orders/orders.sqlite3")
    a.execute("begin exclusive")
    try:
        sqlite3.connect("/srv/orders/orders.sqlite3", timeout=0.1).execute("delete from customers")
    finally:
        a.close()


def sqlite_open():
    import sqlite3
    sqlite3.connect("/srv/orders/var/stock.db").execute("select 1")


def inventory():
    requests.get("http://inventory:8089/stock/7?token=sk_staging_hunter2", timeout=2)


def inventory_name():
    import httpx
    httpx.get("http://inventory.internal.shop.example:8089/stock/7", timeout=2)


def inventory_urllib():
    urllib.request.urlopen("http://inventory:8089/stock/7", timeout=2)


def upstream_500():
    r = requests.get("http://127.0.0.1:21002/none", timeout=5)
    r.raise_for_status()


def redis_down():
    import redis
    redis.Redis(host="redis.internal.shop.example", port=6390, socket_connect_timeout=1).get("cart:7")


def redis_type():
    import redis
    r = redis.Redis(host="redis.internal.shop.example", port=int(os.environ["REDISPORT"]))
    r.set("cart:7", "x")
    r.lpush("cart:7", "y")


def mongo_down():
    import pymongo
    pymongo.MongoClient("mongodb://shop:hunter2-staging@mongo.internal.shop.example:27017/shop", serverSelectionTimeoutMS=800).shop.orders.find_one()


def key():
    return {"total": 3}["customer_id"]


def convert():
    int("12,50")


def attribute():
    None.lines


def subprocess_():
    subprocess.run(["wkhtmltopdf", "/srv/orders/out/invoice-7.html", "-"], check=True)


def exit_code():
    subprocess.run(["/usr/bin/python3", "-c", "raise SystemExit(3)"], check=True, capture_output=True)


def group():
    raise ExceptionGroup("three suppliers failed", [ValueError("bad price 12,50"), TimeoutError("supplier 4 after 30s"), OSError(28, "No space left on device")])


def permission():
    os.mkdir("/proc/orders")


def decode():
    b"Gr\xfc\xdfe".decode()


def asserted():
    assert 1 + 1 == 3, "ledger does not balance"


def pydantic_settings():
    from pydantic import BaseModel

    class Settings(BaseModel):
        database_url: str
        workers: int
    Settings(workers="many")


def boto():
    import botocore.session
    s = botocore.session.get_session()
    s.create_client("s3", region_name="eu-west-1").list_objects(Bucket="shop-invoices-staging")


def celery():
    import yaml
    yaml.safe_load("prices:\n  - sku: [1, 2\n  total: 3\n")


def multi_thread():
    out = []

    def run():
        try:
            {}.popitem()
        except KeyError as e:
            out.append(e)
    t = threading.Thread(target=run)
    t.start()
    t.join()
    raise RuntimeError("worker 3 died") from out[0]


def syntax_error():
    compile("total = price *\n", "/srv/orders/rules/discount.py", "exec")


def unbound():
    if False:
        discount = 3
    return discount


FAIL = {k: v for k, v in list(globals().items()) if callable(v) and getattr(v, "__module__", "") == __name__}


@app.get("/api/abort/<int:code>")
def abort_(code):
    abort(code)


@app.get("/api/problem")
def problem():
    return app.response_class(json.dumps({"type": "https://shop.example/problems/out-of-stock", "title": "Out of stock", "status": 409, "detail": "Only 3 of 5 pieces of this article are left.", "instance": "/orders/81724"}), 409, mimetype="application/problem+json")


@app.get("/api/code")
def code():
    return jsonify(error={"code": "payment_declined", "message": "Your card was declined. Please use another card.", "request_id": "req_8f2c01d9"}), 402
