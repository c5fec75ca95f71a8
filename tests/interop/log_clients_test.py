"""Loggers and bulk clients of Go and Python, and shippers of logs where they are installed: each sends
the same lines, which are read back by the query API and compared field by field. Packages come from
the registries into build/interop/ when the test runs; what cannot be had is skipped and says so."""

import json
import subprocess
import tempfile
import unittest

from clients import BUILD, SEND_SECONDS_MAX, Spanhound, go_client, python_client, wait_until

TRACE, SPAN = "0102030405060708090a0b0c0d0e0f10", "00000000000000ab"
SECOND_NANOS, QUARTER_NANOS = 1_700_000_000_000_000_000, 250_000_000
FIELDS = {"text": "café <b>", "status": 503, "big": "-9007199254740993", "ratio": 0.5, "ok": True,
          "tags": '["a","b"]', "http.method": "GET"}


def told_by(command):
    done = subprocess.run(command, text=True, capture_output=True, timeout=SEND_SECONDS_MAX,
                          check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


class LogClientsTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.server = Spanhound(BUILD, cls.directory.name + "/data",
                               flags=["--elasticsearch-port", "0", "--fluent-port", "0"])
        cls.elasticsearch = cls.server.url("elasticsearch")
        cls.fluent = f"127.0.0.1:{cls.server.ports['fluent']}"

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        cls.directory.cleanup()
        assert code == 0, f"exit code {code}"

    def stored(self, service, count=2):
        """Not every client waits for an answer."""
        return wait_until(f"the lines of {service}", lambda: (
            lambda found: found if len(found) >= count else None)(sorted(
                self.server.get_json(f"/api/logs?service={service}")["data"],
                key=lambda log: log["timeUnixNano"])))

    def check(self, service, more):
        """Both lines, every field, each once."""
        shown = [{**log, "attributes": {a["key"]: a["value"] for a in log["attributes"]}}
                 for log in self.stored(service)]
        self.assertEqual(
            [{key: log[key] for key in ("timeUnixNano", "body", "severityText", "severityNumber",
                                        "traceID", "spanID", "attributes")} for log in shown],
            [{"timeUnixNano": str(SECOND_NANOS + number * QUARTER_NANOS), "body": f"line {number}",
              "severityText": "warn", "severityNumber": 13, "traceID": TRACE, "spanID": SPAN,
              "attributes": {**FIELDS, **more}} for number in (1, 2)])

    def check_python_elasticsearch(self, release):
        command = python_client(f"es{release}", "python_logs")
        self.assertEqual(told_by([*command, "elasticsearch", self.elasticsearch]),
                         {"stored": 2, "errors": [], "refused": 400})
        self.check(f"python-es{release}", {"elasticsearch.index": "app"})

    def test_python_elasticsearch_7(self):
        self.check_python_elasticsearch(7)

    def test_python_elasticsearch_8(self):
        self.check_python_elasticsearch(8)

    def test_python_elasticsearch_9(self):
        self.check_python_elasticsearch(9)

    def test_python_fluent_logger(self):
        command = python_client("fluent", "python_logs")
        self.assertEqual(told_by([*command, "fluent", self.fluent]),
                         {"sent": [True, True], "error": ""})
        self.check("python-fluent", {"fluent.tag": "app.sub"})

    def test_go_elasticsearch_bulk_indexer(self):
        command = go_client("go_logs")
        self.assertEqual(told_by([*command, "elasticsearch", self.elasticsearch]),
                         {"stored": 2, "failed": 0})
        self.check("go-elasticsearch", {"elasticsearch.index": "app"})

    def test_go_fluent_logger_with_acknowledgement(self):
        command = go_client("go_logs")
        self.assertEqual(told_by([*command, "fluent", self.fluent]), {"acknowledged": 2})
        self.check("go-fluent", {"fluent.tag": "app.sub"})


if __name__ == "__main__":
    unittest.main()
