#!/usr/bin/env python3
"""A small order service that fails the way real ones do, and shows its failures the way careless ones do.

    python3 envoy/demo/app.py [PORT]        default 8080, where envoy.yaml looks for it; 0 takes a free one

Every error here is raised by the code that you see. What reaches the client is what the framework part at the end makes
of it: a traceback as text, as a JSON member, as an HTML page with local variables, or compressed.
"""

import gzip
import html
import json
import os
import sqlite3
import sys
import time
import traceback
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

# --- The application ---------------------------------------------------------------------------------------------------

CUSTOMERS = {"ada": {"email": "ada@example.com"}}


def find_customer(name):
    return CUSTOMERS.get(name)


def greet_customer():
    """A customer who does not exist is None, and None has no items()."""
    customer = find_customer("grace")
    return ", ".join(f"{key}: {value}" for key, value in customer.items())


def archived_orders():
    """The migration that creates this table never ran."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT)")
        return database.execute("SELECT id, customer, card_token FROM orders_archive WHERE customer = ?", ("ada",)).fetchall()


def charge_card():
    """The deployment forgot to set the variable."""
    return os.environ["ORDERS_PAYMENT_KEY"]


def monthly_export():
    """Nobody wrote the file."""
    return (Path(__file__).resolve().parent / "exports" / "monthly.csv").read_text(encoding="utf-8")


def connect_replica():
    """The port has a typing error, and the address a password."""
    dsn = "postgresql://orders:hunter2-demo@db-7.orders.internal:54E2/orders"
    return urlsplit(dsn).port


# --- The framework -----------------------------------------------------------------------------------------------------


def traceback_as_text(error):
    return Reply(500, "text/plain; charset=utf-8", "".join(traceback.format_exception(error)))


def traceback_as_json(error):
    stack = "".join(traceback.format_exception(error))
    return Reply(500, "application/json", json.dumps({"error": str(error), "type": type(error).__name__, "stack": stack}, indent=2))


def traceback_as_page(error):
    """The page that many frameworks show in debug mode: each frame with its local variables."""
    frames = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        variables = "".join(f"<tr><td>{html.escape(key)}<td>{html.escape(repr(value))}" for key, value in frame.f_locals.items())
        frames.append(f"<h2>{html.escape(code.co_filename)} in {html.escape(code.co_name)}, line {line}</h2><table>{variables}</table>")
    title = html.escape(f"{type(error).__name__}: {error}")
    return Reply(500, "text/html; charset=utf-8", f"<!doctype html><title>{title}</title><h1>{title}</h1>{''.join(frames)}")


def traceback_as_gzip(error):
    reply = traceback_as_text(error)
    return Reply(500, reply.content_type, gzip.compress(reply.body), {"content-encoding": "gzip"})


class Reply:
    def __init__(self, status, content_type, body, headers=None):
        self.status = status
        self.content_type = content_type
        self.body = body.encode() if isinstance(body, str) else body
        self.headers = headers or {}


def index():
    links = "".join(f'<li><a href="{path}">{path}</a>' for path in ROUTES)
    return Reply(200, "text/html; charset=utf-8", f"<!doctype html><title>Orders</title><h1>Orders</h1><ul>{links}</ul>")


def empty():
    return Reply(500, "text/html", b"")


def clean():
    """An error as it should be: nothing of the inside, and an ID of the application's own."""
    body = {"error": "Internal Server Error", "message": "The order could not be saved.", "errorId": str(uuid.uuid4())}
    return Reply(500, "application/json", json.dumps(body))


# Path -> what to run, what to do with the exception it raises. /slow is answered by the handler itself.
ROUTES = {
    "/": (index, traceback_as_text),
    "/attribute": (greet_customer, traceback_as_text),
    "/sql": (archived_orders, traceback_as_text),
    "/env": (charge_card, traceback_as_text),
    "/file": (monthly_export, traceback_as_text),
    "/api/orders": (archived_orders, traceback_as_json),
    "/debug": (connect_replica, traceback_as_page),
    "/gzip": (greet_customer, traceback_as_gzip),
    "/empty": (empty, traceback_as_text),
    "/clean": (clean, traceback_as_text),
    "/slow": (None, traceback_as_text),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = urlsplit(self.path).path
        if path == "/slow":
            self.stream()
            return
        if path not in ROUTES:
            self.send(Reply(404, "text/plain", "no such page\n"))
            return
        run, show = ROUTES[path]
        try:
            result = run()
            self.send(result if isinstance(result, Reply) else Reply(200, "text/plain", f"{result}\n"))
        except Exception as error:
            self.send(show(error))

    do_HEAD = do_POST = do_GET

    def send(self, reply):
        self.send_response(reply.status)
        self.send_header("content-type", reply.content_type)
        self.send_header("content-length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        # The body of a request is never read, so another request cannot follow it.
        if self.command == "POST":
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def stream(self):
        """Five lines, one every 0.2 s, in chunks."""
        self.send_response(200)
        self.send_header("content-type", "text/plain")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        if self.command == "HEAD":
            return
        for number in range(1, 6):
            line = f"order {number} packed\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            self.wfile.flush()
            time.sleep(0.2)
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format, *args):
        """The caller sees each request; a line for each would only be in the way."""


def main(arguments):
    server = ThreadingHTTPServer(("127.0.0.1", int(arguments[0]) if arguments else 8080), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main(sys.argv[1:])
