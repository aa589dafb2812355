"""What goes wrong in every application of this folder."""
import json, os, sqlite3, urllib.request
def null(): return None.weight
def key(): return {"weight": 3}["zone"]
def sql():
    c = sqlite3.connect(":memory:")
    return c.execute("select zone, price from tariffs where weight > ?", (3,)).fetchall()
def upstream(): return urllib.request.urlopen("http://127.0.0.1:23997/tariffs").read()
def file(): return open("/srv/lagerhaus/data/tariffs.csv").read()
def decode(): return json.loads("<html>")
def chained():
    try: return {"weight": 3}["zone"]
    except KeyError as e: raise RuntimeError("no tariff for parcel 17") from e
F = {f.__name__: f for f in (null, key, sql, upstream, file, decode, chained)}
