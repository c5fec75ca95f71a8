"""Loggers and bulk clients of Go, Java and Python, and fluentd and Fluent Bit where they are installed:
each sends the same lines, which are read back by the query API and compared field by field. Packages
come from the registries into build/interop/ when the test runs; what cannot be had is skipped and
says so."""

import json
import pathlib
import shutil
import subprocess
import tempfile
import textwrap
import unittest

from clients import (BUILD, SEND_SECONDS_MAX, Spanhound, go_client, java_client, python_client,
                     wait_until)
from processes import Process

TRACE, SPAN = "0102030405060708090a0b0c0d0e0f10", "00000000000000ab"
SECOND_NANOS, QUARTER_NANOS = 1_700_000_000_000_000_000, 250_000_000
SENT = {"text": "café <b>", "status": 503, "big": -9007199254740993, "ratio": 0.5, "ok": True,
        "tags": ["a", "b"], "http": {"method": "GET"}}
FIELDS = {"text": "café <b>", "status": 503, "big": "-9007199254740993", "ratio": 0.5, "ok": True,
          "tags": '["a","b"]', "http.method": "GET"}

FLUENTD = """
<source>
  @type tail
  path HERE/app.log
  pos_file HERE/position
  read_from_head true
  tag app.sub
  <parse>
    @type json
    time_key ts
    time_type string
    time_format %%Y-%%m-%%dT%%H:%%M:%%S.%%NZ
  </parse>
</source>
<match app.**>
  @type forward
  require_ack_response true
  compress gzip
  <server>
    host 127.0.0.1
    port %d
  </server>
  <buffer>
    flush_interval 1s
  </buffer>
</match>
"""
FLUENT_BIT = """
[SERVICE]
    Flush 1
    Parsers_File HERE/parsers
[INPUT]
    Name tail
    Path HERE/app.log
    Read_from_Head On
    Parser lines
    Tag app.sub
"""
FLUENT_BIT_PARSERS = """
[PARSER]
    Name lines
    Format json
    Time_Key ts
    Time_Format %Y-%m-%dT%H:%M:%S.%LZ
"""


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

    def test_java_elasticsearch_bulk_ingester(self):
        command = java_client("java_logs")
        self.assertEqual(told_by([*command, "elasticsearch", self.elasticsearch]),
                         {"stored": 2, "failed": 0})
        self.check("java-elasticsearch", {"elasticsearch.index": "app"})

    def test_java_fluency_with_acknowledgement(self):
        command = java_client("java_logs")
        self.assertEqual(told_by([*command, "fluent", self.fluent]), {"acknowledged": True})
        self.check("java-fluent", {"fluent.tag": "app.sub"})

    def ship(self, shipper, service, arguments, files):
        """Runs a shipper that is installed, from a directory with its files and app.log in it, until
        what it tails has come."""
        if shutil.which(shipper) is None:
            raise unittest.SkipTest(f"skipped: no {shipper}")
        with tempfile.TemporaryDirectory() as name:
            directory = pathlib.Path(name)
            lines = [json.dumps({"ts": f"2023-11-14T22:13:20.{number * 250}Z", "level": "warn",
                                 "message": f"line {number}", "trace_id": TRACE, "span_id": SPAN,
                                 "service": service, **SENT}) for number in (1, 2)]
            (directory / "app.log").write_text("\n".join(lines) + "\n")
            for file, text in files.items():
                (directory / file).write_text(text.replace("HERE", name))
            with Process(shipper, [shipper, *(a.replace("HERE", name) for a in arguments)]):
                self.stored(service)

    def test_fluentd_forward(self):
        self.ship("fluentd", "fluentd", ["--no-supervisor", "-c", "HERE/conf"],
                  {"conf": FLUENTD % self.server.ports["fluent"]})
        self.check("fluentd", {"fluent.tag": "app.sub"})

    def ship_by_fluent_bit(self, service, output):
        self.ship("fluent-bit", service, ["-c", "HERE/conf"],
                  {"conf": FLUENT_BIT + textwrap.dedent(output), "parsers": FLUENT_BIT_PARSERS})

    def test_fluent_bit_forward(self):
        self.ship_by_fluent_bit("fluent-bit", f"""
            [OUTPUT]
                Name forward
                Match *
                Port {self.server.ports['fluent']}
                Require_ack_response On
                Compress gzip
            """)
        self.check("fluent-bit", {"fluent.tag": "app.sub"})

    def test_fluent_bit_es(self):
        self.ship_by_fluent_bit("fluent-bit-es", f"""
            [OUTPUT]
                Name es
                Match *
                Port {self.server.ports['elasticsearch']}
                Suppress_Type_Name On
                Time_Key_Nanos On
                Compress gzip
                Index app
            """)
        self.check("fluent-bit-es", {"elasticsearch.index": "app"})


if __name__ == "__main__":
    unittest.main()
