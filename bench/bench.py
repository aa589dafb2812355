#!/usr/bin/env python3
"""CPU per request of a real Envoy with Backstop, beside no filter, Lua and Envoy's own custom_response.

    make bench                                  the whole measurement, about five minutes
    python3 bench/bench.py --quick              a smoke test: the figures say little
    python3 bench/bench.py --json out.json      with every single round

README.md beside this file says what is measured and how to read it. Needs h2load and nginx.
"""

import argparse
import contextlib
import gzip
import http.client
import json
import os
import platform
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from setups import EMPTY_MODULE, HERE, MESSAGE, ROOT, SETUPS, SetupError, configurations

sys.path.insert(0, str(ROOT / "envoy"))

from fill import FillError  # noqa: E402  (beside envoy.yaml)

REQUESTS, CONNECTIONS = 2500, 16
WARM_UP = 4  # rounds for each set-up and case after a start: V8 compiles hot functions again, in the background
BLOCKS_PER_START = 20  # then fresh processes: one start may be luckier with its memory than another
FURTHER_WORKERS = 4
SYSTEM_PATH = "/usr/sbin:/usr/local/sbin"  # where nginx may be, out of a user's PATH
HEADERS = {"accept": "application/json", "accept-language": "en", "user-agent": "bench"}

SMALL = '{"id":4711,"customer":"Ada","items":[{"sku":"A-100","count":2},{"sku":"B-7","count":1}],"total":"59.80"}'
TRACE = (HERE / "trace.txt").read_text(encoding="utf-8")
CASES = {"200 small": "/small", "200 64 KiB": "/large", "500 trace": "/trace"}
ERROR = "500 trace"
UNTOUCHED = ("none", "none again", "empty module")  # let the error through

# Case, set-up, compared with, the most that the ratio may be.
TARGETS = (
    ("200 small", "bundled", "none", 1.05),
    ("200 small", "bundled", "lua", 1.00),
    ("200 small", "plain", "none", 1.10),
    (ERROR, "bundled", "none", 1.30),
    (ERROR, "bundled", "custom_response", 0.50),
    (ERROR, "plain", "none", 1.30),
    (ERROR, "plain", "custom_response", 0.50),
)
RAW_MAX, GZIP_MAX, WORKER_MAX = 900_000, 400_000, 1_000_000  # bytes


class BenchError(Exception):
    """Why there are no figures, for people."""


@dataclass
class Proxy:
    """A running Envoy."""

    setup: str
    pid: int
    port: int
    worker: Path  # the worker thread's folder in /proc
    log: Path
    lengths: dict[str, int]  # bytes of the body for each case, once `verify` has seen them

    def cpu(self) -> int:
        """The worker thread's CPU time so far, in nanoseconds."""
        return int((self.worker / "schedstat").read_text().split()[0])

    def memory(self) -> int:
        """Resident memory, in bytes."""
        return int(re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text(), re.MULTILINE)[1]) * 1024


# --- The measurement -----------------------------------------------------------------------------------------------------


def measure(options, tools: dict[str, str], yamls: dict[str, str], upstream: int) -> tuple[list[dict], dict[str, int]]:
    """Run all blocks. Return them, as {case: {setup: microseconds of CPU per request}}, and the memory of each set-up."""
    cases = list(CASES) if options.large else [case for case in CASES if case != "200 64 KiB"]
    blocks: list[dict] = []
    memory: dict[str, int] = {}
    while len(blocks) < options.rounds:
        with contextlib.ExitStack() as started, pinned_to(options.envoy_cpu):
            proxies = [start_envoy(started, tools["envoy"], setup, yamls[setup], workers=1) for setup in SETUPS]
            for proxy in proxies:
                verify(proxy, upstream, cases)
            for _ in range(options.warm_up):
                for case in cases:
                    for proxy in proxies:
                        load(tools["h2load"], proxy, case, options)
            for _ in range(min(BLOCKS_PER_START, options.rounds - len(blocks))):
                pairs = [(case, proxy) for case in cases for proxy in proxies]
                random.shuffle(pairs)
                costs: dict[str, dict[str, float]] = {case: {} for case in cases}
                for case, proxy in pairs:
                    before = proxy.cpu()
                    load(tools["h2load"], proxy, case, options)
                    costs[case][proxy.setup] = (proxy.cpu() - before) / 1000 / options.requests
                blocks.append(costs)
                for proxy in proxies:
                    os.truncate(proxy.log, 0)  # Envoy appends; the reports of a long run would fill the disk
                progress(f"block {len(blocks)} of {options.rounds}")
            memory = {proxy.setup: proxy.memory() for proxy in proxies}
    progress("")
    return blocks, memory


def load(h2load: str, proxy: Proxy, case: str, options, clients: list[dict[str, str]] | None = None) -> None:
    """Send one round of requests, split among `clients`, each with its headers; every answer must be the one that `verify` has seen."""
    clients = clients or [{}]
    requests = options.requests // len(clients)
    with contextlib.ExitStack() as stack:
        started = []
        for headers in clients:
            command = [h2load, "--h1", "-t1", f"-c{CONNECTIONS // len(clients)}", f"-n{requests}", *(f"-H{name}: {value}" for name, value in (HEADERS | headers).items())]
            command.append(f"http://127.0.0.1:{proxy.port}{CASES[case]}")
            child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=lambda: pin(options.load_cpu))
            stack.callback(child.kill)
            started.append(stack.enter_context(child))
        for child in started:
            output, errors = child.communicate(timeout=120)
            wrong = faults(output, requests, case[:3], proxy.lengths[case])
            if child.returncode or wrong:
                raise BenchError(f"{proxy.setup}, {case}: {wrong or 'h2load failed'}\n{output}{errors}{tail(proxy.log)}")


def faults(output: str, requests: int, status: str, length: int) -> str:
    """Return what is wrong with a round, by h2load's own account, or nothing. `length` is the length of each body."""
    counts = {name: int(count) for count, name in re.findall(r"(\d+) (total|done|errored|timeout|[2345]xx)\b", output)}
    sent = re.search(r"\((\d+)\) data$", output, re.MULTILINE)
    expected = {"total": requests, "done": requests, "errored": 0, "timeout": 0, **{f"{c}xx": requests * (status[0] == c) for c in "2345"}}
    wrong = [f"{counts.get(name)} {name} instead of {count}" for name, count in expected.items() if counts.get(name) != count]
    if not sent or int(sent[1]) != requests * length:
        wrong.append(f"{sent and sent[1]} bytes of bodies instead of {requests * length}")
    return ", ".join(wrong)


def verify(proxy: Proxy, upstream: int, cases: list[str]) -> None:
    """Check that a set-up answers each case as it must, and note the lengths. A wrong engine cannot look fast."""
    for case in cases:
        status, headers, body = get(proxy.port, CASES[case])
        original_status, original_headers, original = get(upstream, CASES[case])
        wrong = wrong_answer(proxy.setup, case, status, headers, body, original)
        if str(original_status) != case[:3] or int(original_headers.get("content-length", -1)) != len(original):
            wrong = wrong or f"the upstream itself answers {original_status}"
        if wrong:
            raise BenchError(f"{proxy.setup}, {case}: {wrong}\n{status} {headers}\n{body[:600]!r}\n{tail(proxy.log)}")
        proxy.lengths[case] = len(body)


def wrong_answer(setup: str, case: str, status: int, headers: dict[str, str], body: bytes, original: bytes) -> str:
    """Return what is wrong with an answer, or nothing."""
    if str(status) != case[:3]:
        return f"the status is {status}"
    if case != ERROR or setup in UNTOUCHED:
        return "" if body == original else "the body is not the upstream's"
    if headers.get("content-type", "").partition(";")[0] != "application/json" or headers.get("content-length") != str(len(body)):
        return "the head does not describe a JSON body of this length"
    if any(line in body.decode("utf-8", "replace") for line in TRACE.splitlines()) or b"Traceback" in body or b"orders" in body:
        return "the trace leaks"
    try:
        page = json.loads(body)
    except ValueError:
        return "the body is not JSON"
    if not isinstance(page, dict) or (page.get("error"), page.get("message")) != ("Internal Server Error", MESSAGE):
        return "the body is not the generic error"
    if setup != "lua" and len(str(page.get("requestId", ""))) < 16:
        return "the body carries no ID"
    return ""


def memory_per_worker(options, tools: dict[str, str], yamls: dict[str, str], upstream: int) -> int:
    """Bytes that Backstop adds to each Envoy worker after the first."""
    used = {}
    with contextlib.ExitStack() as started:
        for setup in ("none", "bundled"):
            for workers in (1, 1 + FURTHER_WORKERS):
                proxy = start_envoy(started, tools["envoy"], setup, yamls[setup], workers)
                verify(proxy, upstream, [ERROR])
                # Connections spread over the workers: each VM answers some.
                load(tools["h2load"], proxy, ERROR, options)
                used[setup, workers] = proxy.memory()
    growth = {setup: used[setup, 1 + FURTHER_WORKERS] - used[setup, 1] for setup in ("none", "bundled")}
    return (growth["bundled"] - growth["none"]) // FURTHER_WORKERS


# --- Figures -------------------------------------------------------------------------------------------------------------


@dataclass
class Ratio:
    """The ratios of one set-up to another, each taken within one block."""

    median: float
    quartiles: tuple[float, float]
    interval: tuple[float, float]  # the true median lies in it, 19 times of 20
    undisturbed: float  # from each one's cheapest tenth of rounds: what is left when others use the machine least

    def verdict(self, most: float) -> str:
        doubt = "" if self.interval[1] <= most or self.interval[0] > most else ", in doubt"
        return ("met" if self.median <= most else "MISSED") + doubt


def ratio(blocks: list[dict], case: str, setup: str, base: str) -> Ratio:
    values = sorted(block[case][setup] / block[case][base] for block in blocks)
    count = len(values)
    low, _, high = statistics.quantiles(values, n=4, method="inclusive") if count > 1 else values * 3
    reach = 0.98 * count**0.5  # order statistics: the rank of the median has a standard deviation of sqrt(count) / 2
    first, last = max(0, int(count / 2 - reach)), min(count - 1, int(count / 2 + reach))
    cheap, cheap_base = (sorted(block[case][name] for block in blocks)[count // 10] for name in (setup, base))
    return Ratio(statistics.median(values), (low, high), (values[first], values[last]), cheap / cheap_base)


def summary(blocks: list[dict], memory: dict[str, int], per_worker: int | None, wasm: bytes, envoy: str, options, loads: list[float]) -> dict:
    """Everything that is printed, as JSON has it."""
    compared = [
        {"case": case, "setup": setup, "base": base, "most": most, **vars(found := ratio(blocks, case, setup, base)), "verdict": found.verdict(most)}
        for case, setup, base, most in TARGETS
    ]
    return {
        "machine": {"cpus": os.cpu_count(), "kernel": platform.release(), "load_average_before_after": loads, "pinned": options.envoy_cpu is not None},
        "envoy": envoy,
        "requests_per_round": options.requests,
        "connections": CONNECTIONS,
        "access_log": not options.no_access_log,
        "targets": compared,
        "ratios": {case: {setup: vars(ratio(blocks, case, setup, "none")) for setup in SETUPS} for case in blocks[0]},
        "microseconds": {case: {setup: statistics.median(block[case][setup] for block in blocks) for setup in SETUPS} for case in blocks[0]},
        "resident_bytes": memory,
        "resident_bytes_per_further_worker": per_worker,
        "module_bytes": {"raw": len(wasm), "gzip": len(gzip.compress(wasm, 9, mtime=0))},
        "blocks": blocks,
    }


def show(result: dict) -> None:
    loads = result["machine"]["load_average_before_after"]
    blocks = len(result["blocks"])
    log = "as shipped" if result["access_log"] else "off"
    print(f"\n{result['envoy']}; {blocks} blocks of {result['requests_per_round']} requests a round over {result['connections']} connections; access log {log}")
    print(f"load average {loads[0]:.1f} before, {loads[1]:.1f} after, {result['machine']['cpus']} CPUs. Absolute times are noise; ratios within a block are the result.")
    print("p10: ratio of the 10th percentiles. us: median. `none again` is the error of the measurement.")
    print("\nCPU per request of Envoy's worker, ratio to `none` of the same block")
    for case, setups in result["ratios"].items():
        print(f"\n  {case:16} {'median':>7} {'quartiles':>15} {'p10':>7} {'us':>7}")
        for setup, found in setups.items():
            low, high = found["quartiles"]
            print(f"  {setup:16} {found['median']:7.3f} {f'{low:.3f} - {high:.3f}':>15} {found['undisturbed']:7.3f} {result['microseconds'][case][setup]:7.1f}")
    print(f"\nTargets\n  {'':40} {'most':>6} {'median':>7} {'95 % interval':>15}")
    for row in result["targets"]:
        name, (low, high) = f"{row['case']}, {row['setup']} / {row['base']}", row["interval"]
        print(f"  {name:40} {row['most']:6.2f} {row['median']:7.3f} {f'{low:.3f} - {high:.3f}':>15}  {row['verdict']}")
    sizes = [("module, KB", RAW_MAX, result["module_bytes"]["raw"]), ("module gzip, KB", GZIP_MAX, result["module_bytes"]["gzip"])]
    if result["resident_bytes_per_further_worker"] is not None:
        sizes.append(("memory per further worker, KB", WORKER_MAX, result["resident_bytes_per_further_worker"]))
    for name, most, size in sizes:
        print(f"  {name:40} {most / 1000:6.0f} {size / 1000:7.0f} {'':15}  {'met' if size <= most else 'MISSED'}")
    print("\nResident memory after the load, MB: " + ", ".join(f"{setup} {size / 1e6:.1f}" for setup, size in result["resident_bytes"].items()))


def progress(text: str) -> None:
    """A line that the next one overwrites, for people only."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


# --- The servers ---------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def process(command: list[str], **options):
    """Run a command, and stop it however the block ends."""
    child = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, **options)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def start_nginx(stack: contextlib.ExitStack, nginx: str, cpu: int | None, trace: str = TRACE) -> int:
    """Start the upstream and return its port. `trace` is what its errors say."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="backstop-bench-")))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "large").write_bytes((SMALL.encode() + b"\n") * 65536)
    os.truncate(folder / "large", 65536)
    quoted = trace.replace("\\", "\\\\").replace('"', '\\"')
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, small=SMALL, trace=quoted), encoding="utf-8")
    log = folder / "error.log"
    with log.open("ab") as sink:
        child = stack.enter_context(process([nginx, "-p", str(folder), "-e", str(log), "-c", "nginx.conf"], stdout=sink, stderr=sink, preexec_fn=lambda: pin(cpu)))
    for _ in range(200):
        with contextlib.suppress(OSError):
            if get(port, "/small")[0] == 200:
                return port
        if child.poll() is not None:
            break
        time.sleep(0.05)
    raise BenchError(f"nginx does not serve\n{tail(log)}")


def start_envoy(stack: contextlib.ExitStack, envoy: str, setup: str, yaml: str, workers: int) -> Proxy:
    """Start Envoy and wait until it serves."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="backstop-bench-")))
    configuration, log, admin = folder / "envoy.yaml", folder / "envoy.log", folder / "admin"
    configuration.write_text(yaml, encoding="utf-8")
    command = [envoy, "-c", str(configuration), "--concurrency", str(workers), "--disable-hot-restart", "--admin-address-path", str(admin)]
    command += ["--log-level", "warning", "--component-log-level", "wasm:info"]  # info: the reports
    with log.open("ab") as sink:
        child = stack.enter_context(process(command, stdout=sink, stderr=sink))
    deadline = time.monotonic() + 30
    while child.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError, LookupError):
            with urllib.request.urlopen(f"http://{admin.read_text()}/listeners?format=json", timeout=2) as reply:
                port = json.load(reply)["listener_statuses"][0]["local_address"]["socket_address"]["port_value"]
            with urllib.request.urlopen(f"http://{admin.read_text()}/ready", timeout=2):
                return Proxy(setup, child.pid, port, worker_thread(child.pid), log, {})
        time.sleep(0.05)
    raise BenchError(f"{setup}: Envoy is not ready\n{tail(log)}")


def worker_thread(pid: int) -> Path:
    for task in Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() == "wrk:worker_0":
            return task
    raise BenchError(f"Envoy {pid} has no thread wrk:worker_0")


def get(port: int, path: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=HEADERS)
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()


def pin(cpu: int | None) -> None:
    if cpu is not None:
        os.sched_setaffinity(0, {cpu})


@contextlib.contextmanager
def pinned_to(cpu: int | None):
    """Processes that start in this block run on one CPU."""
    before = os.sched_getaffinity(0)
    pin(cpu)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


NGINX = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location = /small {{ default_type application/json; return 200 '{small}'; }}
    location = /large {{ default_type application/json; root {folder}; etag off; }}
    location = /trace {{ default_type text/plain; return 500 "{trace}"; }}
  }}
}}
"""


# --- The command ---------------------------------------------------------------------------------------------------------


def tools_for(proxy: dict[str, str], modules: list[Path]) -> dict[str, str]:
    """Return the programs that are needed, or say how to get them. `proxy` is what is measured, by name and place, `modules` what it runs."""
    found = {name: shutil.which(path) for name, path in (proxy | {"h2load": "h2load", "nginx": "nginx"}).items()}
    if not found["nginx"]:
        found["nginx"] = shutil.which("nginx", path=SYSTEM_PATH)
    packages = [package for name, package in (("h2load", "nghttp2-client"), ("nginx", "nginx-light")) if not found[name]]
    missing = [f"apt-get install -y --no-install-recommends {' '.join(packages)}"] if packages else []
    absent = [path for name, path in proxy.items() if not found[name]] + [str(module) for module in modules if not module.is_file()]
    if absent:
        missing.append(f"make build  (for {' and '.join(absent)})")
    if missing:
        raise BenchError("something is missing; run\n  " + "\n  ".join(missing))
    return found


def run(options) -> dict:
    tools = tools_for({"envoy": options.envoy}, [options.wasm])
    version = subprocess.run([tools["envoy"], "--version"], capture_output=True, text=True, check=False).stdout
    version = "Envoy " + "/".join(version.strip().split("/")[-4:-1])
    wasm = options.wasm.resolve().read_bytes()
    loads = [os.getloadavg()[0]]
    with contextlib.ExitStack() as stack:
        upstream = start_nginx(stack, tools["nginx"], options.load_cpu)
        values = {"LISTEN_PORT": "0", "ADMIN_PORT": "0", "UPSTREAM_PORT": str(upstream), "WASM_PATH": str(options.wasm.resolve())}
        if not options.no_access_log:
            values["ACCESS_LOG"] = "/dev/null"  # formatted by the worker, written by a thread of its own
        empty = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="backstop-bench-"))) / "empty.wasm"
        empty.write_bytes(EMPTY_MODULE)
        yamls = configurations(values, str(empty), options.policy, access_log=not options.no_access_log)
        blocks, memory = measure(options, tools, yamls, upstream)
        per_worker = None if options.quick else memory_per_worker(options, tools, yamls, upstream)
    loads.append(os.getloadavg()[0])
    return summary(blocks, memory, per_worker, wasm, version, options, loads)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="CPU per request of Envoy: Backstop beside no filter, Lua and custom_response.")
    parser.add_argument("--rounds", type=positive, default=None, help="blocks to measure, one round for each set-up and case (default: 80)")
    parser.add_argument("--requests", type=positive, default=REQUESTS, help="requests in a round (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="4 short blocks: shows that it works, measures nothing")
    parser.add_argument("--large", action="store_true", help="also a 200 with 64 KiB")
    parser.add_argument("--no-access-log", action="store_true", help="none in any set-up: a stricter base for the ratios")
    parser.add_argument("--policy", type=json.loads, metavar="JSON", help="Backstop's configuration instead of the shipped ones")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures, with every round")
    parser.add_argument("--envoy", default=str(ROOT / ".tools/bin/envoy"), help="Envoy to run (default: %(default)s)")
    parser.add_argument("--wasm", type=Path, default=ROOT / "dist/backstop.wasm", help="filter to load (default: %(default)s)")
    options = parser.parse_args(arguments)
    options.warm_up = 1 if options.quick else WARM_UP
    options.rounds = options.rounds or (4 if options.quick else 80)
    if options.quick:
        options.requests = min(options.requests, 500)
    cpus = sorted(os.sched_getaffinity(0))
    # Envoy alone on a CPU: what moves between CPUs loses its caches, at random.
    options.envoy_cpu, options.load_cpu = (cpus[0], cpus[1]) if len(cpus) > 1 else (None, None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # as an exception, so that the servers are stopped
    try:
        result = run(options)
    except (BenchError, SetupError, FillError, OSError, subprocess.TimeoutExpired) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    show(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
