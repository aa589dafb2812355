"""What can be said of envoy/observability/ without Prometheus and Envoy; tests/tests/envoy/observability.rs has the rest."""

import json
import re
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent / "observability"
RULES = (HERE / "rules.yml").read_text(encoding="utf-8")
RUNBOOK = (HERE / "runbook.md").read_text(encoding="utf-8")
DASHBOARD = json.loads((HERE / "dashboard.json").read_text(encoding="utf-8"))


class Alerts(unittest.TestCase):
    def test_each_has_its_section_of_the_runbook_and_its_test(self):
        alerts = re.findall(r"- alert: (\w+)\n(.*?)(?=\n\n|\Z)", RULES, re.DOTALL)
        sections = re.findall(r"^### (\w+)$", RUNBOOK, re.MULTILINE)
        self.assertEqual([name for name, _ in alerts], sections)
        tests = (HERE / "rules_test.yml").read_text(encoding="utf-8")
        for name, text in alerts:
            self.assertIn(f"runbook: envoy/observability/runbook.md#{name.lower()}", text)
            self.assertRegex(text, r"severity: (page|ticket)")
            self.assertRegex(tests, rf"alertname: {name}, exp_alerts: \[\]", f"{name}: nothing tests that it is silent")
            self.assertRegex(tests, rf"alertname: {name}\n\s+exp_alerts:\n", f"{name}: nothing tests that it fires")


class Dashboard(unittest.TestCase):
    """Grafana takes almost anything and shows nothing for it, so what it needs is held here."""

    def test_panels_are_complete(self):
        variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
        source = {"type": "prometheus", "uid": "${datasource}"}
        self.assertGreaterEqual(variables, {"datasource", "rule"})
        self.assertIsInstance(DASHBOARD["schemaVersion"], int)
        self.assertNotIn("id", DASHBOARD)  # Grafana gives it
        ids = [panel["id"] for panel in DASHBOARD["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        for panel in DASHBOARD["panels"]:
            with self.subTest(panel["title"]):
                self.assertIn(panel["type"], {"stat", "timeseries", "table"})
                self.assertEqual(panel["datasource"], source)
                references = [target["refId"] for target in panel["targets"]]
                self.assertTrue(references and len(references) == len(set(references)))
                for target in panel["targets"]:
                    self.assertEqual(target["datasource"], source)
                    self.assertIsInstance(target["legendFormat"], str)
                    used = set(re.findall(r"\$(\w+)", target["expr"])) - {"__rate_interval", "__range"}
                    self.assertLessEqual(used, variables)

    def test_panels_do_not_overlap(self):
        taken = set()
        for panel in DASHBOARD["panels"]:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24, panel["title"])
            cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
            self.assertFalse(taken & cells, panel["title"])
            taken |= cells


if __name__ == "__main__":
    unittest.main()
