"""One endpoint a library: its error as applications commonly tell it (form: str, repr, last line, problem, format_exc)."""
import sys, traceback, io
from flask import Flask, jsonify, Response
app = Flask(__name__)
F = {}
def f(fn):
    F[fn.__name__] = fn
@f
def boto_endpoint():
    import boto3
    from botocore.config import Config
    boto3.client("s3", endpoint_url="http://127.0.0.1:9", aws_access_key_id="a", aws_secret_access_key="b", region_name="eu-west-1", config=Config(retries={"max_attempts": 0})).list_objects_v2(Bucket="depot-invoices")
@f
def boto_credentials():
    import boto3
    boto3.client("sqs", region_name="eu-west-1").list_queues()
@f
def elastic():
    from elasticsearch import Elasticsearch
    Elasticsearch("http://127.0.0.1:9", max_retries=0).search(index="products", query={"match_all": {}})
@f
def kafka():
    from kafka import KafkaProducer
    KafkaProducer(bootstrap_servers="127.0.0.1:9", api_version_auto_timeout_ms=500)
@f
def ldap():
    import ldap3
    ldap3.Connection(ldap3.Server("ldap://127.0.0.1:9", connect_timeout=1), "cn=reader,dc=shop,dc=example", "hunter2-staging", auto_bind=True)
@f
def ssh():
    import paramiko
    c = paramiko.SSHClient(); c.connect("127.0.0.1", 9, timeout=2)
@f
def pandas_key():
    import pandas
    return pandas.DataFrame({"sku": ["a"], "qty": [1]})["price"]
@f
def pandas_csv():
    import pandas
    return pandas.read_csv(io.StringIO("a,b\n1,2\n3,4,5\n"))
@f
def pandas_merge():
    import pandas
    return pandas.DataFrame({"sku": ["a"]}).merge(pandas.DataFrame({"sku": [1]}), on="sku")
@f
def numpy_shape():
    import numpy
    return numpy.zeros((3, 4)) @ numpy.zeros((3, 4))
@f
def sklearn_fit():
    from sklearn.linear_model import LinearRegression
    return LinearRegression().predict([[1, 2]])
@f
def sklearn_nan():
    from sklearn.linear_model import LinearRegression
    return LinearRegression().fit([[1.0], [float("nan")]], [1, 2])
@f
def peewee_table():
    import peewee
    db = peewee.SqliteDatabase(":memory:")
    class Invoice(peewee.Model):
        total = peewee.IntegerField()
        class Meta: database = db
    return Invoice.get_by_id(7)
@f
def pony_type():
    from pony import orm
    db = orm.Database("sqlite", ":memory:")
    class Invoice(db.Entity):
        total = orm.Required(int)
    db.generate_mapping(create_tables=True)
    with orm.db_session:
        return Invoice[7]
@f
def tortoise_table():
    import asyncio
    from tortoise import Tortoise
    async def go():
        await Tortoise.init(db_url="sqlite://:memory:", modules={"models": ["tmodels"]})
        from tmodels import Invoice
        return await Invoice.get(id=7)
    asyncio.run(go())
@f
def lxml_parse():
    from lxml import etree
    return etree.fromstring("<order><line></order>")
@f
def lxml_schema():
    from lxml import etree
    x = etree.XMLSchema(etree.fromstring('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="order" type="xs:int"/></xs:schema>'))
    x.assertValid(etree.fromstring("<order>many</order>"))
@f
def jinja():
    from jinja2 import Environment, StrictUndefined
    return Environment(undefined=StrictUndefined).from_string("Dear {{ customer.name }}").render()
@f
def marshmallow_dump():
    from marshmallow import Schema, fields
    class S(Schema):
        when = fields.DateTime()
    return S().dump({"when": "soon"})
@f
def decimal_bad():
    from decimal import Decimal
    return Decimal("12,50")
@f
def pickle_bad():
    import pickle
    return pickle.loads(b"\x80\x04K")
@f
def subprocess_fail():
    import subprocess
    return subprocess.run(["/usr/bin/convert-invoice", "--in", "/var/spool/depot/7.pdf"], check=True)
@f
def subprocess_exit():
    import subprocess
    return subprocess.run(["/bin/ls", "/var/spool/depot/7.pdf"], check=True, capture_output=True)
@f
def smtp():
    import smtplib
    return smtplib.SMTP("mail.internal.shop.example", 25, timeout=2)
@f
def yaml_parse():
    import yaml
    return yaml.safe_load(open("/srv/depot/tariff.yaml"))
@f
def recursion():
    def go(n): return go(n + 1)
    return go(0)
@f
def group():
    raise ExceptionGroup("two suppliers failed", [ConnectionResetError(104, "Connection reset by peer"), ValueError("no price for KET-1")])
@f
def pydantic_settings():
    from pydantic import BaseModel
    class Tariff(BaseModel):
        region: str
        rate: float
    return Tariff.model_validate({"region": 3, "rate": "high"})
@f
def unicode_bad():
    return b"caf\xe9".decode()

@app.get("/<form>/<name>")
def go(form, name):
    try:
        return str(F[name]())
    except Exception as e:
        if form == "str":
            return jsonify(error=str(e)), 500
        if form == "repr":
            return jsonify(status="failed", data=None, msg=repr(e)), 500
        if form == "typed":
            return jsonify(type=type(e).__name__, message=str(e), args=[str(a) for a in e.args]), 500
        if form == "last":
            return Response("Sorry, that did not work: " + traceback.format_exception_only(e)[-1], 500, mimetype="text/plain")
        if form == "html":
            return f"<html><body><h2>Report failed</h2><p class=alert>{e}</p></body></html>", 500
        if form == "lines":
            return jsonify(ok=False, trace=traceback.format_exc().splitlines()), 500
        if form == "frames":
            return jsonify(ok=False, where=[{"fn": s.name, "at": f"{s.filename}:{s.lineno}"} for s in traceback.extract_tb(e.__traceback__)], what=str(e)), 500
        if form == "xml":
            from xml.sax.saxutils import escape
            return Response(f"<?xml version='1.0'?><fault><code>{type(e).__name__}</code><text>{escape(str(e))}</text></fault>", 500, mimetype="application/xml")
        return Response(traceback.format_exc(), 500, mimetype="text/plain")

@app.get("/kind/<form>/<name>")
def kind(form, name):
    "The same failures, told to customers."
    try:
        return str(F[name]())
    except Exception as e:
        import zlib
        code = f"D-{zlib.crc32(name.encode()) % 100000:05}"
        if form == "json":
            return jsonify(error={"code": code, "message": "The report could not be made. Please try again in a few minutes."}), 500
        if form == "xml":
            return Response(f"<?xml version='1.0'?><fault><code>{code}</code><text>Der Bericht konnte nicht erstellt werden.</text></fault>", 500, mimetype="application/xml")
        return Response(f"Reference {code}: upstream temporarily unavailable, please retry.\n", 503, mimetype="text/plain")

app.run("127.0.0.1", int(sys.argv[1]))
