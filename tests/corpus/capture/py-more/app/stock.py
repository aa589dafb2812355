"""What the applications have in common: things that fail."""
import json, os, sqlite3, urllib.request

def price(basket):
    return sum(line["qty"] * line["price"] for line in basket["lines"])

def missing():
    return price({"lines": [{"qty": 2, "price": None}]})

def attribute():
    customer = None
    return customer.address.city

def sql():
    db = sqlite3.connect(":memory:")
    return db.execute("SELECT total FROM invoices WHERE customer = ?", (7,)).fetchone()

def file():
    with open("/etc/depot/tariff.json") as f:
        return json.load(f)

def parse():
    return json.loads('{"sku": "KET-1", "qty": }')

def refused():
    return urllib.request.urlopen("http://127.0.0.1:9/stock").read()

def env():
    return os.environ["DEPOT_DATABASE_URL"]

class TariffError(Exception):
    pass

def chained():
    try:
        return file()
    except OSError as e:
        raise TariffError("no tariff for region EU-3") from e

ALL = {f.__name__: f for f in (missing, attribute, sql, file, parse, refused, env, chained)}
