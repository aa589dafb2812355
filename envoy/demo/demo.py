#!/usr/bin/env python3
"""Backstop's main job, shown: a real application behind a real Envoy or a real workerd, each response without and with Backstop.

    make demo             Envoy: compare, print the URL, stay up until Ctrl-C
    make demo-worker      the same with the edge worker
    make demo ONCE=1      compare and exit; the exit status is 1 if anything leaked
"""

import argparse
import contextlib
import gzip
import html
import http.client
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.request
import zlib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

from fill import fill  # noqa: E402  (beside envoy.yaml, one folder up)

JSON, BROWSER = "application/json", "text/html,application/xhtml+xml,*/*;q=0.8"
ERRORS = ("/attribute", "/sql", "/env", "/file", "/api/orders", "/debug", "/gzip")
CLEAN = ("/clean", "/empty")
UNTOUCHED = ("/", "/slow")
SHOWN = (("/sql", JSON), ("/api/orders", JSON), ("/gzip", JSON), ("/clean", JSON), ("/debug", BROWSER))

# What no client may learn from this application. Each is in at least one of its own responses: see `check`.
SECRETS = (
    "Traceback (most recent call last)",  # that it is Python, and how it is built
    str(HERE),  # where it lies
    "app.py",
    "NoneType",  # the text of exceptions
    "AttributeError",
    "OperationalError",
    "no such table",
    "orders_archive",  # tables and columns
    "card_token",
    "ORDERS_PAYMENT_KEY",  # names in its environment
    "monthly.csv",  # files
    "hunter2-demo",  # a password
    "orders.internal",  # a host inside
    "54E2",
    "BaseHTTP",  # the banner of its server
)


@dataclass
class Response:
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def text(self) -> str:
        """The body as a person reads it: content coding undone."""
        body = self.body
        if self.headers.get("content-encoding") == "gzip":
            with contextlib.suppress(OSError, EOFError, zlib.error):  # shown as it is, if it is no gzip
                body = gzip.decompress(body)
        return body.decode("utf-8", "replace")

    @property
    def is_html(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/html")

    @property
    def id(self) -> str:
        return self.headers.get("x-request-id", "")

    def readings(self) -> str:
        """Everything a client can read in it, also with JSON escapes and HTML entities undone."""
        head = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), self.text)
        unescaped = unescaped.replace('\\"', '"').replace("\\/", "/").replace("\\n", "\n")
        return "\n".join((head, self.text, unescaped, html.unescape(self.text)))


# --- The comparison ----------------------------------------------------------------------------------------------------


def check(pairs: dict[tuple[str, str], tuple[Response, Response]], log: str) -> list[str]:
    """Return what is wrong with the responses, one line each.

    `pairs` has (path, accept) -> (without Backstop, with Backstop) for every route, `log` is that of Backstop's host.
    """
    wrong = []
    told = "\n".join(direct.readings() for direct, _ in pairs.values())
    for secret in SECRETS:
        if secret not in told:
            wrong.append(f"the application itself no longer tells {secret!r}: this check proves nothing about it")
    for (path, accept), (direct, safe) in pairs.items():
        place = f"{path} as {'a browser' if accept == BROWSER else 'a JSON client'}"
        if safe.status != direct.status:
            wrong.append(f"{place}: status {safe.status}, the application sent {direct.status}")
        if path in UNTOUCHED:
            if safe.body != direct.body:
                wrong.append(f"{place}: a good response was changed")
            continue
        seen = safe.readings()
        leaked = [secret for secret in SECRETS if secret in seen]
        if path not in CLEAN:
            leaked += [line for line in revealing_lines(direct) if line in seen and line not in leaked]
        if leaked:
            more = f" and {len(leaked) - 4} more" if len(leaked) > 4 else ""
            wrong.append(f"{place}: leaked {', '.join(repr(text) for text in leaked[:4])}{more}")
        if not safe.id:
            wrong.append(f"{place}: no x-request-id")
        elif not reports(log, safe.id):
            wrong.append(f"{place}: no report for {safe.id} in the log")
        if path in CLEAN:
            if UUID.sub("ID", safe.text) != UUID.sub("ID", direct.text):
                wrong.append(f"{place}: a clean error lost its own body")
        elif accept == BROWSER and not safe.is_html:
            wrong.append(f"{place}: {safe.headers.get('content-type')} for a browser")
        elif safe.id not in safe.text:
            wrong.append(f"{place}: the body does not carry the ID")
    return wrong


def revealing_lines(direct: Response) -> list[str]:
    """The lines of an error body that are long enough to tell something."""
    lines = (line.strip() for line in direct.text.splitlines())
    return [line for line in lines if sum(character.isalpha() for character in line) >= 12]


def reports(log: str, request_id: str) -> list[str]:
    """Return the lines of the log in which Backstop reports this ID."""
    return [line for line in log.splitlines() if '"backstop.report"' in line and request_id in line]


# --- What is shown -----------------------------------------------------------------------------------------------------


def show(paint, path: str, accept: str, direct: Response, safe: Response) -> None:
    """Print both responses, side by side."""
    print("\n" + paint("1", f"GET {path}   as {'a browser' if accept == BROWSER else 'a JSON client'}"))
    left, right = column(direct), column(safe)
    rows = max(len(left), len(right))
    print(paint("2", f"{'without Backstop':{WIDTH}} | with Backstop"))
    for row in range(rows):
        a, b = (lines[row] if row < len(lines) else "" for lines in (left, right))
        print(paint("31", f"{a:{WIDTH}}") + " | " + paint("32", b))


def column(response: Response) -> list[str]:
    """A response in a few lines of at most WIDTH characters."""
    lines = [f"HTTP {response.status} {http.client.responses.get(response.status, '')}"]
    lines += [f"{name}: {response.headers[name]}" for name in HEADERS if name in response.headers]
    lines.append("")
    text = response.text
    if response.is_html:
        text = re.sub(r"(?is)<(style|script)\b.*?</\1>", "", text).replace("<title>", "page title: ")
        text = "\n".join(line.strip() for line in html.unescape(re.sub("(<[^>]*>)+", "\n", text)).splitlines() if line.strip())
    elif response.headers.get("content-type", "").startswith("application/json"):
        with contextlib.suppress(ValueError):
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    lines += [part for line in text.splitlines() for part in (wrap(line) or [""])]
    lines = [printable(line)[:WIDTH] for line in lines]
    if len(lines) <= ROWS:
        return lines
    # The end says most: the exception of a traceback, the ID of a page.
    return [*lines[: ROWS - 4], f"... {len(lines) - ROWS + 1} more lines ...", *lines[-3:]]


def wrap(line: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, drop_whitespace=False, break_on_hyphens=False)


def show_report(paint, log_file: Path, request_id: str) -> None:
    """Print the command that finds what happened under an ID, and what it finds."""
    command = ["grep", "-F", request_id, str(log_file)]
    print("\n" + paint("1", "The client quotes its ID, the operator finds the error"))
    print("$ " + " ".join(command))
    for line in subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout.splitlines():
        print("\n".join(textwrap.wrap(printable(shortened(line)), LINE, subsequent_indent="    ", max_lines=12, placeholder=" ...")))


def shortened(line: str) -> str:
    """A log line whose long JSON strings are cut."""
    words, brace, rest = line.partition("{")
    try:
        return words + json.dumps(cut(json.loads(brace + rest)), ensure_ascii=False)
    except ValueError:
        return line


def cut(value):
    if isinstance(value, str):
        return value if len(value) <= 72 else value[:69] + "..."
    if isinstance(value, list):
        return [cut(item) for item in value[:3]] + (["..."] if len(value) > 3 else [])
    if isinstance(value, dict):
        return {key: cut(item) for key, item in value.items()}
    return value


def printable(text: str) -> str:
    """Without control characters: what a server sends does not drive the reader's terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


# --- The servers -------------------------------------------------------------------------------------------------------


class DemoError(Exception):
    """Why there is no demo, for people."""


@contextlib.contextmanager
def process(command: list[str], **options):
    """Run a command, and stop it however the block ends."""
    # A session of its own: Ctrl-C is for the demo, which then stops its children in order.
    child = subprocess.Popen(command, start_new_session=True, **options)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout:
            child.stdout.close()


def start_application(stack: contextlib.ExitStack, folder: Path) -> tuple[subprocess.Popen, int]:
    """Start the application on a free port, and return that."""
    command = [sys.executable, str(HERE / "app.py"), "0"]
    environment = {key: value for key, value in os.environ.items() if key != "ORDERS_PAYMENT_KEY"}
    log_file = folder / "application.log"
    log = stack.enter_context(log_file.open("ab"))
    child = stack.enter_context(process(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment))
    url = child.stdout.readline().strip()
    if not url:
        raise DemoError(f"the application did not start; its log:\n{log_file.read_text(errors='replace')}")
    return child, int(url.rpartition(":")[2])


def start_envoy(stack: contextlib.ExitStack, folder: Path, envoy: str, wasm: Path, port: int, upstream: int) -> tuple[subprocess.Popen, int]:
    """Start Envoy with the bundled configuration, wait until it serves, and return its port."""
    bundled = HERE.parent / "envoy.yaml"
    values = {"LISTEN_PORT": str(port), "ADMIN_PORT": "0", "UPSTREAM_PORT": str(upstream), "WASM_PATH": str(wasm)}
    configuration, log_file, admin = folder / "envoy.yaml", folder / "envoy.log", folder / "admin"
    configuration.write_text(fill(bundled.read_text(encoding="utf-8"), values, str(bundled)), encoding="utf-8")
    command = [envoy, "-c", str(configuration), "--concurrency", "2", "--disable-hot-restart", "--admin-address-path", str(admin)]
    command += ["--log-level", "warning", "--component-log-level", "wasm:info", "--file-flush-interval-msec", "100"]
    log = stack.enter_context(log_file.open("ab"))
    child = stack.enter_context(process(command, stdout=log, stderr=log))
    deadline = time.monotonic() + 30
    while child.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError, LookupError):
            with urllib.request.urlopen(f"http://{admin.read_text()}/listeners?format=json", timeout=2) as reply:
                listener = json.load(reply)["listener_statuses"][0]
            with urllib.request.urlopen(f"http://{admin.read_text()}/ready", timeout=2):
                return child, listener["local_address"]["socket_address"]["port_value"]
        time.sleep(0.05)
    state = "is not ready after 30 s" if child.poll() is None else f"ended with status {child.returncode}"
    raise DemoError(f"Envoy {state}; its log:\n{log_file.read_text(errors='replace')}")


def start_worker(stack: contextlib.ExitStack, folder: Path, workerd: str, port: int, upstream: int) -> tuple[subprocess.Popen, int]:
    """Start workerd with the bundled configuration, wait until it serves, and return its port."""
    log_file = folder / "workerd.log"
    log = stack.enter_context(log_file.open("ab"))
    told, telling = os.pipe()
    stack.callback(os.close, told)
    command = [workerd, "serve", str(ROOT / "worker/config.capnp"), f"--socket-addr=http=127.0.0.1:{port}"]
    command += [f"--external-addr=origin=127.0.0.1:{upstream}", f"--control-fd={telling}"]
    try:
        child = stack.enter_context(process(command, stdout=log, stderr=log, pass_fds=[telling]))
    finally:
        os.close(telling)
    if select.select([told], [], [], 30)[0]:
        with contextlib.suppress(ValueError, LookupError):
            return child, json.loads(os.read(told, 4096).splitlines()[0])["port"]
        child.wait(timeout=5)
    state = "is not ready after 30 s" if child.poll() is None else f"ended with status {child.returncode}"
    raise DemoError(f"workerd {state}; its log:\n{log_file.read_text(errors='replace')}")


def get(port: int, path: str, accept: str) -> Response:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"accept": accept})
        reply = connection.getresponse()
        return Response(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
    except (OSError, http.client.HTTPException) as error:
        raise DemoError(f"GET {path} on port {port}: {error!r}") from None
    finally:
        connection.close()


def compare(application: int, backstop: int) -> dict[tuple[str, str], tuple[Response, Response]]:
    """Ask for every route, as both kinds of client, without and with Backstop."""
    return {
        (path, accept): (get(application, path, accept), get(backstop, path, accept))
        for path in (*ERRORS, *CLEAN, *UNTOUCHED)
        for accept in (JSON, BROWSER)
    }


def log_with(log_file: Path, ids: list[str]) -> str:
    """Return the log once it has all these IDs; hosts write it with a short delay."""
    deadline = time.monotonic() + 3
    while True:
        log = log_file.read_text(errors="replace")
        if all(reports(log, request_id) for request_id in ids) or time.monotonic() > deadline:
            return log
        time.sleep(0.05)


# --- The command -------------------------------------------------------------------------------------------------------


def run(options, paint) -> int:
    host, program, module = ("workerd", options.workerd, WORKER) if options.worker else ("Envoy", options.envoy, options.wasm)
    found = shutil.which(program)
    missing = ([] if found else [f"no {host} at {program}"]) + ([] if module.is_file() else [f"no filter at {module}"])
    if missing:
        raise DemoError(f"{', '.join(missing)}; run `make build` first")
    if options.port:
        # Envoy shares ports (SO_REUSEPORT): it would start beside another Envoy, and get half of the requests.
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", options.port))
            except (OSError, OverflowError) as error:
                raise DemoError(f"port {options.port} cannot be used ({error}); give another with --port, or none") from None
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="backstop-demo-")))
        application, upstream = start_application(stack, folder)
        if options.worker:
            proxy, port = start_worker(stack, folder, found, options.port, upstream)
        else:
            proxy, port = start_envoy(stack, folder, found, module.resolve(), options.port, upstream)

        pairs = compare(upstream, port)
        for path, accept in SHOWN:
            show(paint, path, accept, *pairs[path, accept])
        log_file = folder / f"{host.lower()}.log"
        log = log_with(log_file, [safe.id for _, safe in pairs.values() if safe.id])
        quoted = pairs["/sql", JSON][1].id
        if quoted:
            time.sleep(0.2)  # for the access log, which Envoy flushes every 0.1 s
            show_report(paint, log_file, quoted)

        wrong = check(pairs, log)
        if wrong:
            print("\n" + paint("1;31", f"NOT SAFE: {len(wrong)} findings"))
            print("\n".join(f"  {line}" for line in wrong))
        else:
            print(f"\n{len(pairs)} pairs of responses compared: no secret passed; good responses and clean errors kept their bodies.")
        if options.once:
            return 1 if wrong else 0

        print(f"\nWith Backstop     http://127.0.0.1:{port}/          try:  curl -i http://127.0.0.1:{port}/sql")
        print(f"Without           http://127.0.0.1:{upstream}/")
        print(f"{host}'s log".ljust(17), f"{log_file}\n\nCtrl-C stops everything.", flush=True)
        while True:
            time.sleep(0.5)
            if proxy.poll() is not None:
                raise DemoError(f"{host} ended with status {proxy.returncode}; its log:\n{log_file.read_text(errors='replace')}")
            if application.poll() is not None:
                raise DemoError(f"the application ended with status {application.returncode}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Show each response of a real application without and with Backstop.")
    parser.add_argument("--once", action="store_true", help="exit after the comparison, with status 1 if anything leaked")
    parser.add_argument("--port", type=int, default=0, help="listen here with Backstop (default: a free port)")
    parser.add_argument("--worker", action="store_true", help="the edge worker in workerd, not the filter in Envoy")
    parser.add_argument("--envoy", default=str(ROOT / ".tools/bin/envoy"), help="Envoy to run (default: %(default)s)")
    parser.add_argument("--workerd", default=str(ROOT / ".tools/bin/workerd"), help="workerd to run (default: %(default)s)")
    parser.add_argument("--wasm", type=Path, default=ROOT / "dist/backstop.wasm", help="filter to load (default: %(default)s)")
    options = parser.parse_args(arguments)
    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def paint(code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if colours and text else text

    # Both leave like an exception, so that the children are stopped. SIGINT is set because a shell's background jobs ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        return run(options, paint)
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped")
        return 130 if options.once else 0


WORKER = ROOT / "dist/worker/backstop_bg.wasm"
WIDTH, ROWS, LINE = 56, 16, 115
HEADERS = ("content-type", "content-encoding", "content-length", "server", "cache-control", "x-request-id")
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
