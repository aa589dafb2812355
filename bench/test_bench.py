"""python3 -m unittest discover -s bench"""

import json
import tempfile
import unittest
import unittest.mock
from pathlib import Path

import bench
import setups

H2LOAD = """\
finished in 70.48ms, 7094.36 req/s, 1.82MB/s
requests: 500 total, 500 started, 500 done, {ok} succeeded, {failed} failed, {errored} errored, 0 timeout
status codes: {c2} 2xx, 0 3xx, 0 4xx, {c5} 5xx
traffic: 128.42KB (131500) total, 67.38KB (69000) headers (space savings 0.00%), {human} ({data}) data
"""
PAGE = {"error": "Internal Server Error", "message": "An unexpected error occurred", "requestId": "0198f3c2-7c41-7d6e-a0b1-1234567890ab"}


class Rounds(unittest.TestCase):
    def test_a_round_that_went_wrong_is_no_figure(self):
        good = {"ok": 500, "failed": 0, "errored": 0, "c2": 500, "c5": 0, "human": "50.78KB", "data": 52000}
        error = good | {"ok": 0, "failed": 500, "c2": 0, "c5": 500}
        rows = [
            # h2load's account, status, length of a body, what is said
            (good, "200", 104, ""),
            (error, "500", 104, ""),
            (good | {"c2": 499, "c5": 1}, "200", 104, "499 2xx instead of 500, 1 5xx instead of 0"),
            (good, "500", 104, "500 2xx instead of 0"),
            (error, "200", 104, "0 2xx instead of 500"),
            (good | {"errored": 2}, "200", 104, "2 errored instead of 0"),
            # A 503 of Envoy is a 5xx as well, but its body has another length.
            (error | {"data": 52001}, "500", 104, "52001 bytes of bodies instead of 52000"),
            (good, "200", 103, "52000 bytes of bodies instead of 51500"),
            (good | {"human": "0B", "data": 0}, "200", 0, ""),
        ]
        for values, status, length, said in rows:
            with self.subTest(said, status=status):
                wrong = bench.faults(H2LOAD.format(**values), 500, status, length)
                self.assertIn(said, wrong)
                self.assertEqual(bool(wrong), bool(said), wrong)

    def test_silence_is_a_fault(self):
        self.assertIn("None done instead of 500", bench.faults("", 500, "200", 104))


class Answers(unittest.TestCase):
    TRACE = bench.TRACE.encode()

    def answer(self, setup, case="500 trace", status=500, body=None, **headers):
        body = json.dumps(PAGE).encode() if body is None else body
        headers = {"content-type": "application/json", "content-length": str(len(body))} | headers
        return bench.wrong_answer(setup, case, status, headers, body, self.TRACE if case == bench.ERROR else b"fine")

    def test_each_set_up_must_do_its_work(self):
        without_id = json.dumps({key: value for key, value in PAGE.items() if key != "requestId"}).encode()
        rows = [
            # set-up, what is special, part of what is said
            ("bundled", {}, ""),
            ("lua", {"body": without_id}, ""),
            ("custom_response", {"content-type": "application/json; charset=utf-8"}, ""),
            ("none", {"body": self.TRACE, "content-type": "text/plain"}, ""),
            ("none", {}, "not the upstream's"),
            ("empty module", {}, "not the upstream's"),
            ("none again", {}, "not the upstream's"),
            ("bundled", {"status": 503}, "the status is 503"),
            ("bundled", {"body": without_id}, "no ID"),
            ("bundled", {"body": self.TRACE}, "the trace leaks"),
            ("bundled", {"body": json.dumps(PAGE | {"detail": "in list_orders"}).encode()}, "the trace leaks"),
            ("bundled", {"body": b"[1]"}, "not the generic error"),
            ("bundled", {"body": b"{"}, "not JSON"),
            ("bundled", {"content-type": "text/plain"}, "the head"),
            ("bundled", {"content-length": "2"}, "the head"),
            ("bundled", {"case": "200 small", "status": 200}, "not the upstream's"),
            ("bundled", {"case": "200 small", "status": 200, "body": b"fine"}, ""),
            ("bundled", {"case": "200 small", "status": 500, "body": b"fine"}, "the status is 500"),
        ]
        for setup, special, said in rows:
            with self.subTest(setup, **special):
                wrong = self.answer(setup, **special)
                self.assertIn(said, wrong)
                self.assertEqual(bool(wrong), bool(said), wrong)


class Figures(unittest.TestCase):
    @staticmethod
    def blocks(*pairs):
        return [{"c": {"a": a, "none": b}} for a, b in pairs]

    def test_a_ratio_is_taken_within_its_block(self):
        # The machine became ten times slower in mid-run: no ratio changes.
        found = bench.ratio(self.blocks(*[(11, 10)] * 10, *[(110, 100)] * 10), "c", "a", "none")
        self.assertAlmostEqual(found.median, 1.1)
        self.assertEqual(found.quartiles, (1.1, 1.1))
        self.assertAlmostEqual(found.undisturbed, 1.1)

    def test_the_spread(self):
        found = bench.ratio(self.blocks(*[(100 + i, 100) for i in range(101)]), "c", "a", "none")
        self.assertAlmostEqual(found.median, 1.5)
        self.assertEqual([round(value, 2) for value in found.quartiles], [1.25, 1.75])
        self.assertTrue(1.39 <= found.interval[0] < 1.5 < found.interval[1] <= 1.61, found.interval)
        self.assertAlmostEqual(found.undisturbed, 1.1)

    def test_one_block_is_enough_to_compute(self):
        self.assertEqual(bench.ratio(self.blocks((3, 2)), "c", "a", "none"), bench.Ratio(1.5, (1.5, 1.5), (1.5, 1.5), 1.5))

    def test_a_verdict_tells_its_doubt(self):
        rows = [
            # median, interval, verdict for a target of 1.05
            (1.02, (1.01, 1.03), "met"),
            (1.05, (1.04, 1.05), "met"),
            (1.04, (1.02, 1.06), "met, in doubt"),
            (1.06, (1.04, 1.08), "MISSED, in doubt"),
            (1.10, (1.06, 1.12), "MISSED"),
        ]
        for median, interval, verdict in rows:
            with self.subTest(verdict):
                self.assertEqual(bench.Ratio(median, interval, interval, median).verdict(1.05), verdict)


class Configurations(unittest.TestCase):
    YAML = "top:\n  http_filters:\n  # first\n  - name: a\n    x:\n\n      y: 1\n  - name: ab\n  next: 2\nend: 3\n"

    def test_a_list_is_cut_out_and_put_back(self):
        items = "# first\n- name: a\n  x:\n\n    y: 1\n- name: ab\n"
        self.assertEqual(setups.block(self.YAML, "http_filters"), items)
        self.assertEqual(setups.with_block(self.YAML, "http_filters", items), self.YAML)
        self.assertEqual(setups.with_block(self.YAML, "http_filters", "- name: c\n"), "top:\n  http_filters:\n  - name: c\n  next: 2\nend: 3\n")
        self.assertEqual(setups.with_block(self.YAML, "http_filters", ""), "top:\n  http_filters: []\n  next: 2\nend: 3\n")
        self.assertEqual(setups.item(items, "a"), "- name: a\n  x:\n\n    y: 1\n")
        self.assertEqual(setups.item(items, "ab"), "- name: ab\n")

    def test_what_is_not_there_is_said(self):
        with self.assertRaisesRegex(setups.SetupError, "0 filters are named b;"):
            setups.item("- name: a\n", "b")
        with self.assertRaisesRegex(setups.SetupError, "`clusters:` stands 0 times"):
            setups.block(self.YAML, "clusters")
        with self.assertRaisesRegex(setups.SetupError, "`http_filters:` stands 2 times"):
            setups.block(self.YAML * 2, "http_filters")

    def made(self, **changed):
        values = {"UPSTREAM_PORT": "4711", "WASM_PATH": "/m.wasm", "ACCESS_LOG": "/dev/null"}
        return setups.configurations(**({"values": values, "empty_module": "/empty.wasm", "policy": None, "access_log": True} | changed))

    def test_only_the_filters_differ(self):
        made = self.made()
        self.assertEqual(tuple(made), setups.SETUPS)
        rest = {setups.with_block(yaml, "http_filters", "") for yaml in made.values()}
        self.assertEqual(len(rest), 1)
        self.assertNotIn("wasm.v3", rest.pop())
        kinds = {"none": None, "none again": None, "empty module": "wasm.v3", "bundled": "wasm.v3", "plain": "wasm.v3", "lua": "lua.v3", "custom_response": "custom_response.v3"}
        for name, kind in kinds.items():
            filters = setups.block(made[name], "http_filters")
            with self.subTest(name):
                self.assertEqual(filters.count("router.v3"), 1)
                for other in {"wasm.v3", "lua.v3", "custom_response.v3"}:
                    self.assertEqual(filters.count(other), int(other == kind), other)
        self.assertIn("ExtensionWithMatcher", made["bundled"])
        self.assertIn("set_filter_state", made["bundled"])
        self.assertEqual(made["empty module"], made["bundled"].replace("/m.wasm", "/empty.wasm"))
        self.assertNotIn("ExtensionWithMatcher", made["plain"])
        self.assertIn("request_headers", made["plain"])

    def test_a_policy_keeps_each_wiring(self):
        made = self.made(policy={"rules": []})
        self.assertIn('{"rules": [], "capture": "filter_state"}', made["bundled"])
        self.assertIn('{"rules": [], "capture": "request_headers"}', made["plain"])

    def test_the_access_log_can_be_left_out(self):
        made = self.made(access_log=False, values={"UPSTREAM_PORT": "4711", "WASM_PATH": "/m.wasm"})
        for name, yaml in made.items():
            with self.subTest(name):
                self.assertIn("access_log: []", yaml)
                self.assertNotIn("FileAccessLog", yaml)


class Command(unittest.TestCase):
    def test_what_is_missing_is_said(self):
        with tempfile.TemporaryDirectory() as folder, unittest.mock.patch.dict("os.environ", PATH=folder):
            with self.assertRaises(bench.BenchError) as caught, unittest.mock.patch.object(bench, "SYSTEM_PATH", folder):
                bench.tools_for({"envoy": "/no/envoy"}, [Path("/no/backstop.wasm")])
        self.assertIn("apt-get install -y --no-install-recommends nghttp2-client nginx-light", str(caught.exception))
        self.assertIn("make build  (for /no/envoy and /no/backstop.wasm)", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
