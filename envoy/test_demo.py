"""python3 -m unittest discover -s envoy"""

import contextlib
import gzip
import html
import http.client
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import unittest
from http.server import ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "demo"))

import app  # noqa: E402  (demo/app.py)
import demo  # noqa: E402  (demo/demo.py)


class Application(unittest.TestCase):
    """Every route really fails, and tells the client why."""

    @classmethod
    def setUpClass(cls):
        os.environ.pop("ORDERS_PAYMENT_KEY", None)
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), app.Handler)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def ask(self, method, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=5)
        self.addCleanup(connection.close)
        connection.request(method, path)
        reply = connection.getresponse()
        return reply, reply.read()

    def test_routes(self):
        trace, source = "Traceback (most recent call last)", str(HERE / "demo" / "app.py")
        rows = [
            # path, status, content type, parts of the decoded body
            ("/attribute", 500, "text/plain", [trace, source, "'NoneType' object has no attribute 'items'"]),
            ("/sql", 500, "text/plain", [trace, source, "sqlite3.OperationalError: no such table: orders_archive"]),
            ("/env", 500, "text/plain", [trace, source, "KeyError: 'ORDERS_PAYMENT_KEY'"]),
            ("/file", 500, "text/plain", [trace, source, "FileNotFoundError", "exports/monthly.csv"]),
            ("/debug", 500, "text/html", [source, "connect_replica", "hunter2-demo", "<td>dsn"]),
            ("/gzip", 500, "text/plain", [trace, source, "AttributeError"]),
            ("/empty", 500, "text/html", []),
            ("/clean", 500, "application/json", ["errorId"]),
            ("/", 200, "text/html", [html.escape(path) for path in app.ROUTES]),
            ("/slow", 200, "text/plain", ["order 1 packed\n", "order 5 packed\n"]),
            ("/missing", 404, "text/plain", ["no such page"]),
        ]
        for path, status, content_type, parts in rows:
            with self.subTest(path):
                reply, body = self.ask("GET", path)
                self.assertEqual(reply.status, status)
                self.assertTrue(reply.getheader("content-type").startswith(content_type))
                text = (gzip.decompress(body) if reply.getheader("content-encoding") == "gzip" else body).decode()
                for part in parts:
                    self.assertIn(part, text)

    def test_the_json_api_returns_its_stack(self):
        reply, body = self.ask("GET", "/api/orders")
        error = json.loads(body)
        self.assertEqual((reply.status, error["type"], error["error"]), (500, "OperationalError", "no such table: orders_archive"))
        self.assertIn("Traceback (most recent call last)", error["stack"])

    def test_the_empty_error_is_empty(self):
        reply, body = self.ask("GET", "/empty")
        self.assertEqual((reply.getheader("content-length"), body), ("0", b""))

    def test_a_head_has_the_headers_of_its_get(self):
        for path in ("/sql", "/slow", "/"):
            with self.subTest(path):
                reply, body = self.ask("HEAD", path)
                got, _ = self.ask("GET", path)
                self.assertEqual((reply.status, reply.getheader("content-length"), body), (got.status, got.getheader("content-length"), b""))

    def test_a_variable_that_is_set_mends_its_route(self):
        os.environ["ORDERS_PAYMENT_KEY"] = "set"
        self.addCleanup(os.environ.pop, "ORDERS_PAYMENT_KEY")
        self.assertEqual(self.ask("GET", "/env")[0].status, 200)


class Check(unittest.TestCase):
    """The comparison finds what it must."""

    ID = "0198f3c2-7c41-7d6e-a0b1-1234567890ab"
    LOG = f'[info] wasm log backstop: {{"backstop.report":1,"request_id":"{ID}"}}\n'

    def pairs(self, **changed):
        """A comparison as it should be; `changed` replaces what Backstop answered to a path (without its slash)."""
        pairs = {}
        for accept in (demo.JSON, demo.BROWSER):
            html_page, json_body = f"<!doctype html><title>Error</title>{self.ID}".encode(), json.dumps({"requestId": self.ID}).encode()
            kind, body = ("text/html", html_page) if accept == demo.BROWSER else ("application/json", json_body)
            safe = demo.Response(500, {"content-type": kind, "x-request-id": self.ID}, body)
            told = demo.Response(500, {"server": "x"}, "\n".join(demo.SECRETS).encode())
            for path in demo.ERRORS:
                pairs[path, accept] = (told, changed.get(path.strip("/"), safe))
            clean = demo.Response(500, {"x-request-id": self.ID}, b'{"errorId":"3b0f9b2e-4d54-4f9c-9a55-b8a8a2f3c111"}')
            empty = demo.Response(500, {"x-request-id": self.ID}, b"")
            pairs["/clean", accept] = (clean, changed.get("clean", clean))
            pairs["/empty", accept] = (empty, changed.get("empty", empty))
            good = demo.Response(200, {}, b"fine")
            for path in demo.UNTOUCHED:
                pairs[path, accept] = (good, changed.get(path.strip("/") or "index", good))
        return pairs

    def test_a_safe_set_up_passes(self):
        self.assertEqual(demo.check(self.pairs(), self.LOG), [])

    def test_each_fault_is_named(self):
        def answer(body, status=500, **headers):
            return demo.Response(status, {"x-request-id": self.ID, "content-type": "text/html"} | headers, body)

        page = self.ID.encode()
        rows = [
            # path, what Backstop answered, what the message says
            ("sql", answer(page + b" sqlite3: no such table: x"), "/sql as a JSON client: leaked 'no such table'"),
            ("sql", answer(page + b" Traceback (most recent call last)"), "leaked 'Traceback"),
            ("sql", answer(gzip.compress(page + b" card_token"), **{"content-encoding": "gzip"}), "leaked 'card_token'"),
            ("sql", answer(page + b" &#99;ard_token"), "leaked 'card_token'"),
            ("sql", answer(page + b" \\u0063ard_token"), "leaked 'card_token'"),
            ("sql", answer(page, server="BaseHTTP/0.6"), "leaked 'BaseHTTP'"),
            ("sql", answer(page, status=200), "/sql as a JSON client: status 200"),
            ("sql", answer(b""), "does not carry the ID"),
            ("sql", demo.Response(500, {"content-type": "text/html"}, page), "no x-request-id"),
            ("sql", answer(page, **{"content-type": "application/json"}), "application/json for a browser"),
            ("sql", demo.Response(500, {"x-request-id": "other", "content-type": "text/html"}, b"other"), "no report for other"),
            ("clean", answer(page), "a clean error lost its own body"),
            ("clean", demo.Response(500, {}, b""), "/clean as a JSON client: no x-request-id"),
            ("empty", answer(b"<h1>"), "/empty as a JSON client: a clean error lost its own body"),
            ("empty", demo.Response(500, {"x-request-id": "other"}, b""), "/empty as a JSON client: no report for other"),
            ("index", demo.Response(200, {}, b"changed"), "/ as a JSON client: a good response was changed"),
        ]
        for path, response, message in rows:
            with self.subTest(message):
                self.assertIn(message, "\n".join(demo.check(self.pairs(**{path: response}), self.LOG)))

    def test_a_secret_that_the_application_does_not_tell_is_a_fault(self):
        pairs = {key: (safe, safe) for key, (_, safe) in self.pairs().items()}
        self.assertIn("this check proves nothing", "\n".join(demo.check(pairs, self.LOG)))


class Shown(unittest.TestCase):
    def test_a_column_fits(self):
        body = ("x" * 500 + "\n") * 50
        lines = demo.column(demo.Response(500, {"content-type": "text/plain"}, body.encode()))
        self.assertEqual(len(lines), demo.ROWS)
        self.assertLessEqual(max(map(len, lines)), demo.WIDTH)
        self.assertIn("more lines", lines[-4])

    def test_a_page_is_shown_as_its_text(self):
        page = b"<!doctype html><title>Oh &amp; no</title><style>p{color:red}</style><p>Sorry</p>"
        lines = demo.column(demo.Response(500, {"content-type": "text/html"}, page))
        self.assertIn("page title: Oh & no", lines)
        self.assertIn("Sorry", lines)
        self.assertNotIn("color", "".join(lines))

    def test_json_is_shown_member_by_member(self):
        rows = [(b'{"a":1,"b":"x"}', ["{", '  "a": 1,', '  "b": "x"', "}"]), (b'{"a":', ['{"a":'])]
        for body, shown in rows:
            lines = demo.column(demo.Response(500, {"content-type": "application/json"}, body))
            self.assertEqual(lines[lines.index("") + 1 :], shown)

    def test_a_server_cannot_drive_the_terminal(self):
        self.assertNotIn("\x1b", "".join(demo.column(demo.Response(500, {"server": "\x1b[2J"}, b"\x1b]0;x\x07"))))

    def test_long_strings_of_a_report_are_cut(self):
        line = "[info] wasm log backstop: " + json.dumps({"id": "a", "excerpt": "x" * 500, "list": [1, 2, 3, 4]})
        self.assertEqual(demo.shortened(line), '[info] wasm log backstop: {"id": "a", "excerpt": "' + "x" * 69 + '...", "list": [1, 2, 3, "..."]}')
        self.assertEqual(demo.shortened("no JSON {here"), "no JSON {here")


class Command(unittest.TestCase):
    def test_what_is_missing_is_said(self):
        stderr = io.StringIO()
        self.addCleanup(signal.signal, signal.SIGTERM, signal.getsignal(signal.SIGTERM))
        with contextlib.redirect_stderr(stderr):
            self.assertEqual(demo.main(["--once", "--envoy", "/no/envoy", "--wasm", "/no/filter.wasm"]), 2)
            self.assertEqual(demo.main(["--once", "--worker", "--workerd", "/no/workerd"]), 2)
        self.assertIn("no Envoy at /no/envoy, no filter at /no/filter.wasm; run `make build` first", stderr.getvalue())
        self.assertIn("no workerd at /no/workerd", stderr.getvalue())

    def test_a_port_that_is_taken_is_said(self):
        stderr = io.StringIO()
        self.addCleanup(signal.signal, signal.SIGTERM, signal.getsignal(signal.SIGTERM))
        with socket.socket() as taken, contextlib.redirect_stderr(stderr):
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.assertEqual(demo.main(["--once", "--envoy", "/bin/ls", "--wasm", __file__, "--port", str(port)]), 2)
        self.assertIn(f"port {port} cannot be used", stderr.getvalue())

    def test_an_envoy_that_fails_shows_its_log(self):
        """/bin/ls is no Envoy: it complains about the options and ends."""
        command = [sys.executable, str(HERE / "demo" / "demo.py"), "--once", "--envoy", "/bin/ls", "--wasm", __file__]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("demo: Envoy ended with status", done.stderr)
        self.assertIn("unrecognized option", done.stderr)

    @unittest.skipUnless(demo.WORKER.is_file(), "the worker is not built")
    def test_a_workerd_that_fails_shows_its_log(self):
        command = [sys.executable, str(HERE / "demo" / "demo.py"), "--once", "--worker", "--workerd", "/bin/ls"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("demo: workerd ended with status", done.stderr)
        self.assertIn("unrecognized option", done.stderr)


if __name__ == "__main__":
    unittest.main()
