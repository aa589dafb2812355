import os, sys, stock
from django.conf import settings
settings.configure(DEBUG=sys.argv[2] == "debug", SECRET_KEY="unused", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, INSTALLED_APPS=["ninja", "django.contrib.contenttypes"], DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
import django
django.setup()
from django.urls import path
from django.db import models
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError
api = NinjaAPI(title="Depot")

class Line(Schema):
    sku: str
    qty: int

class Order(Schema):
    customer: int
    lines: list[Line]

class Invoice(models.Model):
    total = models.IntegerField()
    class Meta:
        app_label = "depot"

@api.get("/run/{name}")
def run(request, name: str):
    return str(stock.ALL[name]())

@api.get("/orm")
def orm(request):
    return Invoice.objects.get(pk=7).total

@api.post("/order")
def order(request, order: Order):
    return order.customer

@api.get("/closed")
def closed(request):
    raise HttpError(503, "The depot is closed until 07:00.")

urlpatterns = [path("api/", api.urls)]
from wsgiref.simple_server import make_server
from django.core.wsgi import get_wsgi_application
make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application()).serve_forever()
