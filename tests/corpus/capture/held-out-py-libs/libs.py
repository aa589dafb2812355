"""A parcel service on FastAPI that hands on whatever its libraries say: one endpoint a failure, in the forms that such services use."""
import asyncio, io, json, os, traceback
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
app = FastAPI(title="Parcels", docs_url=None, openapi_url=None)
HERE = os.path.dirname(os.path.abspath(__file__))
PG = "host=127.0.0.1 port=5433 dbname=shop user=shop password=hunter2-staging connect_timeout=3"
F = {}
def f(fn):
    F[fn.__name__] = fn
    return fn

# ---- PostgreSQL and MariaDB, SQLAlchemy 2
@f
def pg3_refused():
    import psycopg
    psycopg.connect("host=db.internal.shop.example port=9 dbname=parcels user=parcels connect_timeout=2")
@f
def pg3_table():
    import psycopg
    with psycopg.connect(PG) as c:
        c.execute("select weight, label from parcel_labels where id = %s", [7])
@f
def pg3_type():
    import psycopg
    with psycopg.connect(PG) as c:
        c.execute("select * from customers where id = %s", ["seven"])
@f
def pg3_check():
    import psycopg
    with psycopg.connect(PG) as c:
        c.execute("insert into customers (email, credit) values ('bo@shop.example', -3)")
@f
def pg3_placeholder():
    import psycopg
    with psycopg.connect(PG) as c:
        c.execute("select * from customers where id = %s and email = %s", [1])
@f
def pg3_aborted():
    import psycopg
    with psycopg.connect(PG) as c:
        try: c.execute("select 1/0")
        except psycopg.Error: pass
        c.execute("select 1")
@f
async def asyncpg_column():
    import asyncpg
    c = await asyncpg.connect("postgres://shop:hunter2-staging@127.0.0.1:5433/shop")
    await c.fetch("select id, carrier from orders")
@f
async def asyncpg_argument():
    import asyncpg
    c = await asyncpg.connect("postgres://shop:hunter2-staging@127.0.0.1:5433/shop")
    await c.fetch("select * from orders where id = $1", "A-17")
@f
async def asyncpg_password():
    import asyncpg
    await asyncpg.connect("postgres://shop:wrong@127.0.0.1:5433/shop")
@f
def alchemy_integrity():
    import sqlalchemy as sa
    e = sa.create_engine("postgresql+psycopg://shop:hunter2-staging@127.0.0.1:5433/shop")
    with e.begin() as c:
        c.execute(sa.text("insert into orders (customer_id, total) values (:customer, :total)"), {"customer": 404, "total": "12.50"})
@f
def alchemy_pool():
    import sqlalchemy as sa
    e = sa.create_engine("sqlite://", poolclass=sa.pool.QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.3, connect_args={"check_same_thread": False})
    with e.connect():
        e.connect()
@f
def alchemy_detached():
    import sqlalchemy as sa
    from sqlalchemy import orm
    Base = orm.declarative_base()
    class Parcel(Base):
        __tablename__ = "parcels"
        id = sa.Column(sa.Integer, primary_key=True)
        events = orm.relationship("Event")
    class Event(Base):
        __tablename__ = "events"
        id = sa.Column(sa.Integer, primary_key=True)
        parcel_id = sa.Column(sa.ForeignKey("parcels.id"))
    e = sa.create_engine("sqlite://")
    Base.metadata.create_all(e)
    with orm.Session(e) as s:
        s.add(Parcel(id=1)); s.commit()
        p = s.get(Parcel, 1)
    return p.events
@f
def alchemy_mapper():
    import sqlalchemy as sa
    from sqlalchemy import orm
    Base = orm.declarative_base()
    class Depot(Base):
        __tablename__ = "depots"
        id = sa.Column(sa.Integer, primary_key=True)
        vans = orm.relationship("Van")
    sa.select(Depot).join(Depot.vans)
    Depot()
@f
async def alchemy_greenlet():
    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import create_async_engine
    e = create_async_engine("sqlite+aiosqlite://")
    with e.sync_engine.connect() as c:
        c.execute(sa.text("select 1"))
@f
def mysql_table():
    import mysql.connector
    c = mysql.connector.connect(host="127.0.0.1", port=3307, user="shop", password="hunter2-staging", database="shop")
    c.cursor().execute("select * from manifests")
@f
def mysql_denied():
    import mysql.connector
    mysql.connector.connect(host="127.0.0.1", port=3307, user="parcels", password="wrong", database="shop")
@f
def mysql_refused():
    import mysql.connector
    mysql.connector.connect(host="db.internal.shop.example", port=9, user="parcels", password="x")
@f
def odbc_driver():
    import pyodbc
    pyodbc.connect("DRIVER={ODBC Driver 18 for SQL Server};SERVER=sql01.internal.shop.example;UID=parcels;PWD=hunter2-staging", timeout=2)
@f
def oracle_refused():
    import oracledb
    oracledb.connect(user="parcels", password="hunter2-staging", dsn="db.internal.shop.example:9/PARCELS", tcp_connect_timeout=2)

# ---- other stores and brokers
@f
def mongo_selection():
    import pymongo
    pymongo.MongoClient("mongodb://parcels:hunter2-staging@db.internal.shop.example:9/", serverSelectionTimeoutMS=400).parcels.labels.find_one()
@f
def redis_refused():
    import redis
    redis.Redis("redis.internal.shop.example", 9).get("parcel:17")
@f
def redis_type():
    import redis
    r = redis.Redis("127.0.0.1", 23079); r.set("parcel:17", "x"); r.lpush("parcel:17", "y")
@f
def redis_lua():
    import redis
    redis.Redis("127.0.0.1", 23079).eval("local t = nil; return t.weight", 0)
@f
def kombu_refused():
    import kombu
    with kombu.Connection("amqp://parcels:hunter2-staging@redis.internal.shop.example:9//", connect_timeout=2) as c:
        c.ensure_connection(max_retries=1, interval_start=0)
@f
def celery_task():
    import celery
    a = celery.Celery("parcels", broker="memory://"); a.tasks["parcels.tasks.print_label"]
@f
def pika_refused():
    import pika
    pika.BlockingConnection(pika.ConnectionParameters("redis.internal.shop.example", 9))
@f
def minio_refused():
    import minio, urllib3
    minio.Minio("127.0.0.1:9", "parcels", "hunter2-staging", secure=False, http_client=urllib3.PoolManager(retries=urllib3.Retry(1, backoff_factor=0))).list_buckets()
@f
def boto_param():
    import boto3
    boto3.client("dynamodb", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b").get_item(TableName="parcels", Key="A-17")
@f
def opensearch_refused():
    from opensearchpy import OpenSearch
    OpenSearch("http://search.internal.shop.example:9", max_retries=0).search(index="parcels")
@f
def neo4j_refused():
    import neo4j
    with neo4j.GraphDatabase.driver("bolt://127.0.0.1:9", auth=("neo4j", "hunter2-staging"), connection_timeout=1) as d:
        d.verify_connectivity()
@f
def clickhouse_refused():
    import clickhouse_connect
    clickhouse_connect.get_client(host="db.internal.shop.example", port=9, username="parcels", password="x")
@f
def vault_refused():
    import hvac
    hvac.Client("http://127.0.0.1:9", token="s.invented").secrets.kv.read_secret_version("parcels/db", raise_on_deleted_version=True)

# ---- upstream services
@f
def httpx_status():
    import httpx
    httpx.get("http://inventory:23098/v2/stock/KET-1").raise_for_status()
@f
def httpx_protocol():
    import httpx
    httpx.get("127.0.0.1:23098/v2/stock")
@f
def httpx_timeout():
    import httpx
    httpx.get("http://inventory:23098/slow", timeout=0.3)
@f
def requests_pool():
    import requests
    requests.get("http://inventory:9/v2/stock/KET-1?token=tk_live_invented", timeout=2)
@f
def requests_json():
    import requests
    return requests.get("http://inventory:23098/html", timeout=2).json()
@f
def grpc_refused():
    import grpc
    grpc.insecure_channel("inventory:9").unary_unary("/parcels.Tariff/Quote")(b"", timeout=2)
@f
def stripe_refused():
    import stripe
    stripe.api_base = "http://127.0.0.1:9"; stripe.max_network_retries = 0
    stripe.Charge.retrieve("ch_17", api_key="sk_test_invented")
@f
def tenacity_retry():
    import tenacity, socket
    @tenacity.retry(stop=tenacity.stop_after_attempt(2))
    def dial(): socket.create_connection(("127.0.0.1", 9))
    dial()
@f
def tls_verify():
    import ssl, urllib.request
    urllib.request.urlopen("https://inventory:23443/")
@f
def tls_plain():
    import urllib.request
    urllib.request.urlopen("https://inventory:23098/")
@f
def zeep_wsdl():
    import zeep
    zeep.Client("http://inventory:23098/html").service.Quote()
@f
def kube_config():
    import kubernetes
    kubernetes.config.load_incluster_config()
@f
def docker_socket():
    import docker
    docker.DockerClient(base_url="unix://var/run/shop-docker.sock").ping()
@f
def mqtt_host():
    import paho.mqtt.client as m
    m.Client(m.CallbackAPIVersion.VERSION2).connect("mqtt.internal.shop.example")

# ---- files and data
@f
def pillow_identify():
    from PIL import Image
    Image.open(io.BytesIO(b"GIF8-not"))
@f
def pandas_date():
    import pandas
    pandas.to_datetime(pandas.Series(["2024-02-01", "31.02.2024"]), format="%Y-%m-%d")
@f
def pandas_length():
    import pandas
    d = pandas.DataFrame({"sku": ["a", "b"]}); d["qty"] = [1, 2, 3]
@f
def sklearn_names():
    import pandas
    from sklearn.ensemble import RandomForestRegressor
    m = RandomForestRegressor(n_estimators=2).fit(pandas.DataFrame({"weight": [1.0, 2], "zone": [1.0, 2]}), [1, 2])
    m.predict(pandas.DataFrame({"weight": [1.0], "zones": [1.0]}))
@f
def polars_column():
    import polars
    polars.DataFrame({"weight": [1]}).lazy().select(polars.col("zone") * 2).collect()
@f
def polars_schema():
    import polars
    polars.DataFrame({"weight": ["12,5"]}).with_columns(polars.col("weight").cast(polars.Float64))
@f
def arrow_parquet():
    import pyarrow.parquet
    pyarrow.parquet.read_table(pyarrow.BufferReader(b"PAR0 nothing of the kind"))
@f
def excel_sheet():
    import openpyxl
    openpyxl.Workbook()["Tariff 2024"]
@f
def pdf_stream():
    import pypdf
    pypdf.PdfReader(io.BytesIO(b"%PDF-1.4\n%%EOF"))
@f
def pem_key():
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    load_pem_private_key(b"-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n", None)
@f
def msgpack_extra():
    import msgpack
    msgpack.unpackb(b"\x01\x02")
@f
def mako_name():
    from mako.template import Template
    return Template("Dear ${customer.name}").render(order=1)
@f
def mako_lookup():
    from mako.lookup import TemplateLookup
    TemplateLookup([HERE + "/templates"]).get_template("label.html")
@f
def pydantic_model():
    from pydantic import BaseModel
    class Rate(BaseModel):
        zone: int
        price: float
    Rate.model_validate_json('{"zone": "north", "price": null}')
@f
def pydantic_settings():
    from pydantic import BaseModel, ValidationError, PostgresDsn
    class Settings(BaseModel):
        database_url: PostgresDsn
    Settings(database_url="postgre//parcels:hunter2-staging@db.internal.shop.example/parcels")
@f
def command():
    import subprocess
    subprocess.run(["/usr/bin/python3", "-c", "raise SystemExit(3)", "--input", HERE + "/spool/label-17.zpl"], check=True)

@app.get("/lib/{name}")
async def lib(name: str, form: str = "error"):
    try:
        r = F[name]()
        if asyncio.iscoroutine(r):
            r = await r
        return {"ok": str(r)}
    except Exception as e:
        if form == "error": return JSONResponse({"error": str(e)}, 500)
        if form == "detail": return JSONResponse({"detail": f"Could not print the label: {e}"}, 500)
        if form == "class": return JSONResponse({"success": False, "errorType": type(e).__name__, "errorMessage": str(e), "requestId": "7c0e3a51"}, 500)
        if form == "repr": return JSONResponse({"status": "failed", "reason": repr(e)}, 502)
        if form == "problem": return Response(json.dumps({"type": "about:blank", "title": "Internal Server Error", "status": 500, "detail": str(e), "instance": "/parcels/17/label"}), 500, media_type="application/problem+json")
        if form == "text": return PlainTextResponse(f"Error: {e}\n", 500)
        if form == "args": return JSONResponse({"errors": [{"code": "E500", "detail": [str(a) for a in e.args]}]}, 500)
        if form == "html": return HTMLResponse(f"<!DOCTYPE html><html lang=en><title>Parcels</title><h1>Something went wrong</h1><p class=alert>{e}</p><p><a href=/>Back to the overview</a></p></html>", 500)
        if form == "de": return JSONResponse({"fehler": "Das Etikett konnte nicht gedruckt werden", "ursache": str(e)}, 500)
        if form == "trace": return JSONResponse({"message": "Internal error", "trace": traceback.format_exc().splitlines()[-6:]}, 500)
        if form == "only": return PlainTextResponse("".join(traceback.format_exception_only(e)), 500)
        raise
import runtime, guarded
