"""The instrumentation kit against a real server, once for each exporter: what a program records is
what the query API shows. Needs SPANHOUND_BUILD with sdk_example_operations."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from processes import Spanhound  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
PROGRAM = pathlib.Path(BUILD) / "sdk/examples/sdk_example_operations"


class KitTest(unittest.TestCase):
    def exercise(self, exporter, **environment):
        with tempfile.TemporaryDirectory() as directory, \
                Spanhound(BUILD, directory + "/data") as server:
            service = f"kit-{exporter}"
            urls = {key: value.format(**server.ports) for key, value in environment.items()}
            run = subprocess.run([PROGRAM], capture_output=True, text=True, timeout=60, env={
                **os.environ, "OTEL_SERVICE_NAME": service, "OTEL_TRACES_EXPORTER": exporter,
                "OTEL_LOGS_EXPORTER": "otlp", **urls})
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            self.check(server, service)

    def check(self, server, service):
        traces = server.get_json(f"/api/traces?service={service}&limit=100")["data"]
        spans = {span["operationName"]: (span, trace) for trace in traces
                 for span in trace["spans"]}
        child, trace = spans["child"]
        self.assertEqual(child["references"][0]["spanID"], spans["parent"][0]["spanID"])
        self.assertEqual(trace["traceID"], spans["parent"][1]["traceID"])
        tags = {tag["key"]: (tag["type"], tag["value"])
                for tag in spans["attributesAtCreation"][0]["tags"]}
        for key, value in {"hello": ("string", "world"), "isTrue": ("bool", True),
                           "answer": ("int64", 42), "ratio": ("float64", 0.5)}.items():
            self.assertEqual(tags[key], value)
        resource = {tag["key"] for process in trace["processes"].values()
                    for tag in process["tags"]}
        self.assertLessEqual({"host.name", "os.type", "process.pid"}, resource)
        logs = server.get_json(f"/api/logs?service={service}")["data"]
        self.assertTrue([log for log in logs if log["traceID"] in
                         {trace["traceID"] for trace in traces}], "no log line of any trace")

    def test_otlp_over_grpc(self):
        self.exercise("otlp", OTEL_EXPORTER_OTLP_PROTOCOL="grpc",
                      OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:{otlp_grpc}")

    def test_otlp_over_http(self):
        self.exercise("otlp", OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf",
                      OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:{otlp_http}/")

    def test_otlp_over_grpc_compressed(self):
        self.exercise("otlp", OTEL_EXPORTER_OTLP_PROTOCOL="grpc",
                      OTEL_EXPORTER_OTLP_COMPRESSION="gzip",
                      OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:{otlp_grpc}")

    def test_otlp_over_http_compressed(self):
        self.exercise("otlp", OTEL_EXPORTER_OTLP_COMPRESSION="gzip",
                      OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:{otlp_http}")

    def test_jaeger_thrift(self):
        self.exercise("jaeger",
                      OTEL_EXPORTER_JAEGER_ENDPOINT="http://127.0.0.1:{jaeger}/api/traces",
                      OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:{otlp_http}")


if __name__ == "__main__":
    unittest.main()
