"""What Python itself says about slips of a program."""
import asyncio, dataclasses, datetime, decimal, importlib, json, os, struct
from libs import f

@dataclasses.dataclass
class Rate:
    zone: int
    price: decimal.Decimal
    currency: str
@f
def argument(): Rate(1, decimal.Decimal(3))
@f
def keyword(): Rate(zone=1, price=3, curency="EUR")
@f
def unbound():
    if os.environ.get("PARCELS_FAST"): total = 1
    return total
@f
def unpack():
    a, b, c = "A-17".split("-")
@f
def unpack_none():
    weight, zone = {}.get("parcel")
@f
def naive(): return datetime.datetime.now() < datetime.datetime.now(datetime.timezone.utc)
@f
def serialise(): return json.dumps({"price": decimal.Decimal(3)})
@f
def conversion(): return decimal.Decimal("12,50")
@f
def circular():
    a = {}; a["parent"] = a; json.dumps(a)
@f
def changed():
    d = {"a": 1, "b": 2}
    for k in d: del d[k]
@f
def operand(): return 3 + "kg"
@f
def callable_(): return Rate(1, 2, "EUR").price()
@f
def item(): return (1, 2)["weight"]
@f
def recursion():
    def up(n): return up(n + 1)
    up(0)
@f
def codec(): return "Müller".encode("latin-1").decode("utf-8")
@f
def surrogate(): return "\u20ac 12".encode("latin-1")
@f
def packed(): return struct.unpack("<IH", b"\x01\x02")
@f
def module(): return importlib.import_module("parcels.carriers.dhl")
@f
def attribute():
    import collections
    return collections.OrderdDict
@f
def forbidden_file():
    os.setegid(65534); os.seteuid(65534)
    try: return open("/etc/shadow").read()
    finally: os.seteuid(0); os.setegid(0)
@f
def directory(): return open("/var/spool").read()
@f
def full_disk():
    with open("/dev/full", "w") as out: out.write("label" * 9999)
@f
def no_loop():
    asyncio.get_event_loop().run_until_complete(asyncio.sleep(0))
@f
def closed_file():
    with open(os.devnull) as x: pass
    return x.read()
@f
def environment(): return os.environ["PARCELS_CARRIER_KEY"]
@f
def template(): return "{parcel.weight} kg to {zone}".format(parcel=None, zone=1)
@f
def percent(): return "%d parcels" % "many"
@f
def abstract():
    import abc
    class Carrier(abc.ABC):
        @abc.abstractmethod
        def quote(self): ...
    Carrier()
@f
def group():
    raise ExceptionGroup("2 carriers failed", [TimeoutError("dhl"), KeyError("rate_table")])
@f
def evaluated(): return eval("weight * (zone + ")
