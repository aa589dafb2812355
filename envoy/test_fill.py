"""python3 -m unittest discover -s envoy"""

import contextlib
import io
import json
import re
import unittest
from pathlib import Path

import fill

HERE = Path(__file__).resolve().parent
NAMES = [
    "ACCESS_LOG",
    "ADMIN_PORT",
    "BACKSTOP_CONFIG",
    "BUFFER_LIMIT",
    "COLLECTOR_ADDRESS",
    "COLLECTOR_PORT",
    "IDLE_TIMEOUT",
    "LISTEN_ADDRESS",
    "LISTEN_PORT",
    "ROUTE_TIMEOUT",
    "UPSTREAM_ADDRESS",
    "UPSTREAM_PORT",
    "UPSTREAM_PROTOCOL",
    "WASM_PATH",
]


class Fill(unittest.TestCase):
    def test_writes_values_as_json(self):
        rows = [
            # template line, NAME's value, line
            ("port: 10000  # fill: NAME", "0", "port: 0  # fill: NAME"),
            ("- port: 10000  # fill: NAME", "65535", "- port: 65535  # fill: NAME"),
            ("path: /dev/stdout  # fill: NAME", "/a b/#c: d", 'path: "/a b/#c: d"  # fill: NAME'),
            ("path: /dev/stdout  # fill: NAME", 'q"\\', 'path: "q\\"\\\\"  # fill: NAME'),
            ("path: /dev/stdout  # fill: NAME", "", 'path: ""  # fill: NAME'),
            ("time: 15s  # fill: NAME", "1", 'time: "1"  # fill: NAME'),
            ('"@value": { a: b }  # fill: NAME', '{"c": [1, "é"]}', '"@value": {"c": [1, "é"]}  # fill: NAME'),
            ("value: {}  # fill: NAME", " {} ", "value: {}  # fill: NAME"),
            ("    value: { a: { b: c } }  # fill: NAME\r", "{}", "    value: {}  # fill: NAME\r"),
        ]
        for template, value, line in rows:
            with self.subTest(template, value=value):
                self.assertEqual(fill.fill(template, {"NAME": value}), line)

    def test_fills_every_line_of_a_name_and_no_other(self):
        template = "a: 1  # fill: A\nb: 2  # fill: B\nc: 3  # fill: A\n# fill: A is a word in this comment\n"
        self.assertEqual(fill.fill(template, {"A": "7"}), template.replace("a: 1", "a: 7").replace("c: 3", "c: 7"))

    def test_refuses_with_place_and_fix(self):
        rows = [
            # template, values, what the message says
            ("a: 1  # fill: A\nb: 2  # fill: B\n", {"C": "1"}, ["no line is marked `# fill: C`", "knows A, B"]),
            ("a: 1\n", {"C": "1"}, ["knows no name"]),
            ("x: y\na: 1  # fill: A\n", {"A": "one"}, ["t.yaml:2", "A='one'", "not a whole number", "such as 1"]),
            ("a: 1  # fill: A\n", {"A": "-1"}, ["not a whole number"]),
            ("a: 1  # fill: A\n", {"A": "١"}, ["not a whole number"]),
            ("a: { b: c }  # fill: A\n", {"A": "{b: c}"}, ["t.yaml:1", "is not JSON"]),
            ("a: { b: c }  # fill: A\n", {"A": "[]"}, ["t.yaml:1", "not a JSON object"]),
            ("a:  # fill: A\n", {}, ["t.yaml:1", "write `key: value  # fill: A`"]),
            ("- a  # fill: A\n", {"A": "b"}, ["t.yaml:1", "write `key: value  # fill: A`"]),
        ]
        for template, values, parts in rows:
            with self.subTest(template, values=values):
                with self.assertRaises(fill.FillError) as caught:
                    fill.fill(template, values, "t.yaml")
                for part in parts:
                    self.assertIn(part, str(caught.exception))

    def test_command(self):
        plain = str(HERE / "plain.yaml")
        rows = [
            # arguments, exit status, in stdout, in stderr
            ([plain, "LISTEN_PORT=4711"], 0, "port_value: 4711  # fill: LISTEN_PORT", ""),
            ([plain, "ACCESS_LOG=a=b"], 0, 'path: "a=b"', ""),
            ([plain, "NO_SUCH=1"], 1, "", "no line is marked `# fill: NO_SUCH`"),
            ([plain, "listen_port=1"], 1, "", "write NAME=VALUE"),
            ([plain, "LISTEN_PORT"], 1, "", "write NAME=VALUE"),
            ([plain, "LISTEN_PORT=1", "LISTEN_PORT=2"], 1, "", "given twice"),
            ([plain + ".missing"], 1, "", "No such file"),
            ([], 2, "", "usage:"),
            (["--help"], 0, "# fill: NAME", ""),
        ]
        for arguments, status, out, err in rows:
            with self.subTest(arguments):
                stdout, stderr = io.StringIO(), io.StringIO()
                with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
                    self.assertEqual(fill.main(arguments), status)
                self.assertIn(out, stdout.getvalue())
                self.assertIn(err, stderr.getvalue())


class Bundled(unittest.TestCase):
    """What the tests, the demo and people rely on in the two configurations."""

    def templates(self):
        for name in ("envoy.yaml", "plain.yaml"):
            with self.subTest(name):
                yield (HERE / name).read_text(encoding="utf-8")

    def test_both_know_the_same_names_once_each(self):
        for template in self.templates():
            self.assertEqual(sorted(re.findall(r"# fill: ([A-Z_]+)$", template, re.MULTILINE)), NAMES)

    def test_unfilled_they_stay_as_they_are(self):
        for template in self.templates():
            self.assertEqual(fill.fill(template, {}), template)

    def test_each_name_changes_its_line_only(self):
        values = {name: "4711" for name in NAMES} | {"BACKSTOP_CONFIG": '{"rules": []}', "UPSTREAM_PROTOCOL": '{"http2_protocol_options": {}}'}
        for template in self.templates():
            for name in NAMES:
                with self.subTest(name):
                    before, after = template.splitlines(), fill.fill(template, {name: values[name]}).splitlines()
                    self.assertEqual(len(before), len(after))
                    changed = [line for old, line in zip(before, after) if old != line]
                    self.assertEqual(len(changed), 1)
                    self.assertTrue(changed[0].endswith(f"# fill: {name}"))

    def test_the_capture_begins_with_three_lines_and_then_names_its_fields(self):
        template = (HERE / "envoy.yaml").read_text(encoding="utf-8")
        block = re.search(r"object_key: backstop\.request\n.*?inline_string: \|-\n((?: +[a-z-]*:? ?%[A-Z]+\([A-Za-z:_-]+\)%\n)+)", template, re.DOTALL)
        lines = [line.strip() for line in block[1].splitlines()]
        self.assertEqual(lines[:3], ["%REQ(:METHOD)%", "%REQ(:AUTHORITY)%", "%REQ(:PATH)%"])
        fields = dict(line.split(": ", 1) for line in lines[3:])
        for name in ["accept", "accept-language", "content-type", "x-request-id", "traceparent"]:
            self.assertEqual(fields[name], f"%REQ({name.upper()})%")

    def test_values_read_back_from_json(self):
        policy = {"rules": [{"name": "a # fill: LISTEN_PORT", "match": {"status": ["5xx"]}, "action": "replace"}]}
        for template in self.templates():
            filled = fill.fill(template, {"BACKSTOP_CONFIG": json.dumps(policy)})
            line = next(line for line in filled.splitlines() if line.endswith("# fill: BACKSTOP_CONFIG"))
            self.assertEqual(json.loads(re.search(r"value: (.*)  # fill: BACKSTOP_CONFIG$", line)[1]), policy)


if __name__ == "__main__":
    unittest.main()
