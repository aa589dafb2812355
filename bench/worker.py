#!/usr/bin/env python3
"""CPU per request of a real workerd with Backstop, beside a worker that only fetches and a sanitiser written by hand.

    make bench-worker                             the whole measurement, about seven minutes
    python3 bench/worker.py --quick               a smoke test: the figures say little

README.md beside this file says how to read it. Needs h2load and nginx.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench
from bench import ERROR, BenchError, Proxy, get, load, pin, pinned_to, process, progress, ratio, tail, verify
from setups import MESSAGE, ROOT

SETUPS = ("fetch", "fetch again", "backstop", "by hand")
CASES = {"200 small": "/small", "200 with an ID": "/small", "200 64 KiB": "/large", ERROR: "/trace"}
TARGETS = (  # the same as in bench.py
    ("200 small", "backstop", "fetch", 1.03),
    ("200 with an ID", "backstop", "fetch", 1.03),
    ("200 64 KiB", "backstop", "fetch", 1.03),
    (ERROR, "backstop", "by hand", 1.15),
)

BLOCKS_PER_START = 4  # one start of workerd differs from the next by more than what is measured

TRACE = (bench.TRACE * 2)[:3900]  # nginx takes 4 KiB with its quotes

FETCH = "export default { fetch: (request) => fetch(request) };\n"

# What people write: one expression for what they have seen leak, no limit, no time limit, no other format, no report.
BY_HAND = """\
const LEAK = /Traceback \\(most recent call last\\)|^\\s+at .+\\(.+:\\d+:\\d+\\)|Exception in thread|\\b(?:SELECT|INSERT|UPDATE|DELETE) .+ (?:FROM|INTO|SET) |\\/(?:srv|var|home|usr)\\/[\\w.\\/-]+/m;

export default {
  async fetch(request) {
    const response = await fetch(request);
    if (response.status < 500) return response;
    const text = await response.text();
    if (!LEAK.test(text)) return new Response(text, response);
    const id = crypto.randomUUID();
    console.log(JSON.stringify({ id, status: response.status, url: request.url }));
    const body = JSON.stringify({ error: 'Internal Server Error', message: '%s', requestId: id });
    return new Response(body, { status: response.status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-request-id': id } });
  },
};
""" % MESSAGE


class Workerd(Proxy):
    """A running workerd, with all its threads."""

    def cpu(self) -> int:
        return sum(int((task / "schedstat").read_text().split()[0]) for task in self.worker.iterdir())


def measure(options, tools: dict[str, str], upstream: int) -> list[dict]:
    """Run all blocks. Return them, as {case: {setup: microseconds of CPU per request}}."""
    blocks: list[dict] = []
    while len(blocks) < options.rounds:
        with contextlib.ExitStack() as started, pinned_to(options.workerd_cpu):
            workers = [start_workerd(started, tools["workerd"], setup, upstream) for setup in SETUPS]
            for worker in workers:
                verify(worker, upstream, list(CASES))
            for _ in range(options.warm_up):
                for case in CASES:
                    for worker in workers:
                        run_round(tools, worker, case, options)
            for _ in range(min(BLOCKS_PER_START, options.rounds - len(blocks))):
                pairs = [(case, worker) for case in CASES for worker in workers]
                random.shuffle(pairs)
                costs: dict[str, dict[str, float]] = {case: {} for case in CASES}
                for case, worker in pairs:
                    before = worker.cpu()
                    run_round(tools, worker, case, options)
                    costs[case][worker.setup] = (worker.cpu() - before) / 1000 / options.requests
                blocks.append(costs)
                progress(f"block {len(blocks)} of {options.rounds}")
    progress("")
    return blocks


def run_round(tools: dict[str, str], worker: Proxy, case: str, options) -> None:
    # One ID for each connection: what comes with an ID that is under way may be a loop, and costs a copy of the request.
    clients = [{"x-request-id": f"6f1c3e7a9b{n}"} for n in range(bench.CONNECTIONS)] if case.endswith("an ID") else None
    load(tools["h2load"], worker, case, options, clients)


def start_workerd(stack: contextlib.ExitStack, workerd: str, setup: str, upstream: int) -> Workerd:
    """Start workerd and wait until it serves."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="backstop-bench-")))
    if setup == "backstop":
        names = sorted(path.name for path in (ROOT / "dist/worker").iterdir() if path.suffix in (".mjs", ".js", ".wasm"))
        names = ["worker.mjs", *(name for name in names if name != "worker.mjs" and not name.endswith("server.mjs"))]
        for name in names:
            shutil.copy(ROOT / "dist/worker" / name, folder / name)
    else:
        names = ["worker.mjs"]
        (folder / "worker.mjs").write_text(BY_HAND if setup == "by hand" else FETCH, encoding="utf-8")
    modules = ", ".join(f'(name = "{name}", {"wasm" if name.endswith(".wasm") else "esModule"} = embed "{name}")' for name in names)
    log = folder / "workerd.log"
    (folder / "config.capnp").write_text(CAPNP.format(upstream=upstream, modules=modules), encoding="utf-8")
    with log.open("ab") as sink:
        child = stack.enter_context(process([workerd, "serve", str(folder / "config.capnp"), "--control-fd=1"], stdout=sink, stderr=sink))
    deadline = time.monotonic() + 30
    while child.poll() is None and time.monotonic() < deadline:
        for line in log.read_text(errors="replace").splitlines():
            if '"listen"' in line:
                return Workerd(setup, child.pid, json.loads(line)["port"], Path(f"/proc/{child.pid}/task"), log, {})
        time.sleep(0.02)
    raise BenchError(f"{setup}: workerd does not listen\n{tail(log)}")


CAPNP = """\
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "main", worker = .worker), (name = "origin", external = (address = "127.0.0.1:{upstream}", http = ())) ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "main") ] );
const worker :Workerd.Worker = ( compatibilityDate = "2026-07-01", globalOutbound = "origin", modules = [ {modules} ] );
"""


def show(blocks: list[dict], options, loads: list[float]) -> None:
    print(f"{len(blocks)} blocks of {options.requests} requests a round; load average {loads[0]:.1f} before, {loads[1]:.1f} after, {os.cpu_count()} CPUs")
    print("CPU per request of workerd, ratio to `fetch` of the same block; `fetch again` is the error of the measurement\n")
    for case in CASES:
        print(f"  {case:16} {'median':>7} {'quartiles':>15} {'p10':>7}")
        for setup in SETUPS:
            found = ratio(blocks, case, setup, "fetch")
            low, high = found.quartiles
            print(f"  {setup:16} {found.median:7.3f} {f'{low:.3f} - {high:.3f}':>15} {found.undisturbed:7.3f}")
        print()
    print(f"Targets\n  {'':40} {'most':>6} {'median':>7} {'95 % interval':>15}")
    for case, setup, base, most in TARGETS:
        found = ratio(blocks, case, setup, base)
        low, high = found.interval
        print(f"  {f'{case}, {setup} / {base}':40} {most:6.2f} {found.median:7.3f} {f'{low:.3f} - {high:.3f}':>15}  {found.verdict(most)}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="CPU per request of workerd: Backstop beside a plain fetch and a sanitiser written by hand.")
    parser.add_argument("--rounds", type=bench.positive, default=None, help="blocks to measure (default: 24)")
    parser.add_argument("--requests", type=bench.positive, default=1600, help="requests in a round (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="3 short blocks: shows that it works, measures nothing")
    options = parser.parse_args(arguments)
    options.warm_up = 1 if options.quick else bench.WARM_UP
    options.rounds = options.rounds or (3 if options.quick else 24)
    if options.quick:
        options.requests = min(options.requests, 320)
    options.requests = -(-options.requests // bench.CONNECTIONS) * bench.CONNECTIONS
    cpus = sorted(os.sched_getaffinity(0))
    options.workerd_cpu, options.load_cpu = (cpus[0], cpus[1]) if len(cpus) > 1 else (None, None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # as an exception, so that the servers are stopped
    # The answers are as long and as checked as with Envoy; what differs between the benches is said here.
    bench.CASES.update(CASES)
    bench.UNTOUCHED += ("fetch", "fetch again")
    try:
        tools = bench.tools_for({"workerd": str(ROOT / ".tools/bin/workerd")}, [ROOT / "dist/worker/worker.mjs"])
        loads = [os.getloadavg()[0]]
        with contextlib.ExitStack() as stack:
            upstream = bench.start_nginx(stack, tools["nginx"], options.load_cpu, TRACE)
            blocks = measure(options, tools, upstream)
        loads.append(os.getloadavg()[0])
    except (BenchError, OSError, subprocess.TimeoutExpired) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    show(blocks, options, loads)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
