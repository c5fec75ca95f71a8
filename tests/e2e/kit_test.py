"""The instrumentation kit against a real server, once for each exporter: what a program records is
what the query API shows. And against backends that fail: the program does not notice. Needs
SPANHOUND_BUILD with sdk_example_operations and sdk_span_burst."""

import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from processes import Spanhound, free_port, wait_until  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
PROGRAM = pathlib.Path(BUILD) / "sdk/examples/sdk_example_operations"
BURST = pathlib.Path(BUILD) / "sdk/tests/sdk_span_burst"
CHECKED = {"parent", "child", "attributesAtCreation"}  # spans of PROGRAM


class KitTest(unittest.TestCase):
    def exercise(self, exporter, **environment):
        with tempfile.TemporaryDirectory() as directory, \
                Spanhound(BUILD, directory + "/data") as server:
            service = "kit-" + exporter.replace(",", "-")
            urls = {key: value.format(**server.ports) for key, value in environment.items()}
            run = subprocess.run([PROGRAM], capture_output=True, text=True, timeout=60, env={
                **os.environ, "OTEL_SERVICE_NAME": service, "OTEL_TRACES_EXPORTER": exporter,
                "OTEL_LOGS_EXPORTER": "otlp", **urls})
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            # Nothing tells a sender of datagrams that they have arrived.
            wait_until("its spans", lambda: CHECKED <= {
                span["operationName"] for trace in self.traces(server, service)
                for span in trace["spans"]})
            self.check(server, service)
            return run.stdout

    @staticmethod
    def traces(server, service):
        return server.get_json(f"/api/traces?service={service}&limit=100")["data"]

    def check(self, server, service):
        traces = self.traces(server, service)
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

    def test_otlp_over_http_as_json(self):
        self.exercise("otlp", OTEL_EXPORTER_OTLP_PROTOCOL="http/json",
                      OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:{otlp_http}")

    def test_jaeger_and_console_at_once(self):
        out = self.exercise("jaeger,console",
                            OTEL_EXPORTER_JAEGER_ENDPOINT="http://127.0.0.1:{jaeger}/api/traces",
                            OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:{otlp_http}")
        self.assertRegex(out, r"name +: attributesAtCreation")

    def test_jaeger_thrift(self):
        self.exercise("jaeger",
                      OTEL_EXPORTER_JAEGER_ENDPOINT="http://127.0.0.1:{jaeger}/api/traces",
                      OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:{otlp_http}")

    def test_jaeger_agent_by_udp(self):
        self.exercise("jaeger", OTEL_EXPORTER_JAEGER_AGENT_HOST="127.0.0.1",
                      OTEL_EXPORTER_JAEGER_AGENT_PORT="{jaeger_compact}",
                      OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:{otlp_http}")


class ConventionsTest(unittest.TestCase):
    def spans(self, example, opt_in):
        run = subprocess.run([pathlib.Path(BUILD) / f"sdk/examples/sdk_example_{example}"],
                             capture_output=True, text=True, timeout=60, env={
                                 **os.environ, "OTEL_TRACES_EXPORTER": "console",
                                 "OTEL_SEMCONV_STABILITY_OPT_IN": opt_in})
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        return run.stdout

    def test_rpc(self):
        new, old = "rpc.response.status_code: OK", "rpc.grpc.status_code: 0"
        for opt_in, expected in {"rpc": (new,), "rpc/dup": (new, old), "rpc/old": (old,)}.items():
            spans = self.spans("grpc_service", opt_in)
            self.assertEqual(tuple(each for each in (new, old) if each in spans), expected)

    def test_http(self):
        new = {"http.request.method: GET", "url.path: /users/7", "http.response.status_code: 200"}
        old = {"http.method: GET", "http.target: /users/7", "http.status_code: 200"}
        for opt_in, expected in {"http": new, "http/dup": new | old}.items():
            spans = self.spans("httplib_service", opt_in)
            self.assertEqual({each for each in new | old if f" {each}\n" in spans}, expected)


class FailingBackend:
    """Takes connections; then never answers, or closes them with a reset."""

    def __init__(self, resets):
        self._resets = resets
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            self.connections.append(connection)
            if self._resets:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                      struct.pack("ii", 1, 0))
                connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
        for connection in self.connections:
            connection.close()


class FailingBackendTest(unittest.TestCase):
    """The application is never kept waiting, is told seldom, and every span is accounted for."""

    RUN_MS = 2500
    EXPORT_MS = 2000  # until it is given up
    SLOWEST_SPAN_MS = EXPORT_MS // 2  # on a busy machine, and less than waiting for an export
    SHUTDOWN_MS = 2 * EXPORT_MS  # 500 asked for; a full queue is several exports
    QUEUE = 2048

    def burst(self, port, **environment):
        urls = {key: value.format(port=port) for key, value in environment.items()}
        started = time.monotonic()
        run = subprocess.run([BURST, str(self.RUN_MS)], capture_output=True, text=True, timeout=60,
                             env={**os.environ, "OTEL_LOGS_EXPORTER": "none",
                                  "OTEL_BSP_SCHEDULE_DELAY": "100",
                                  "OTEL_EXPORTER_OTLP_TIMEOUT": str(self.EXPORT_MS),
                                  "OTEL_EXPORTER_JAEGER_TIMEOUT": str(self.EXPORT_MS), **urls})
        seconds = time.monotonic() - started
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        told = json.loads(run.stdout)
        self.assertLess(told["slowest_ms"], self.SLOWEST_SPAN_MS, told)
        self.assertLess(told["shutdown_ms"], self.SHUTDOWN_MS, told)
        self.assertGreater(told["spans"], 2 * self.QUEUE, told)
        self.assertEqual(told["delivered"], 0, told)
        self.assertEqual(told["lost"] + told["dropped"], told["spans"], told)
        lines = run.stderr.splitlines()
        self.assertGreaterEqual(len(lines), 1, "nobody is told")
        self.assertLessEqual(len(lines), 1 + seconds // 10, run.stderr)
        return told

    def each_exporter(self, port):
        yield self.burst(port, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:{port}")
        yield self.burst(port, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:{port}",
                         OTEL_EXPORTER_OTLP_PROTOCOL="grpc")
        yield self.burst(port, OTEL_TRACES_EXPORTER="jaeger",
                         OTEL_EXPORTER_JAEGER_ENDPOINT="http://127.0.0.1:{port}/api/traces")

    def test_backend_that_never_answers(self):
        with FailingBackend(resets=False) as backend:
            for told in self.each_exporter(backend.port):
                self.assertGreater(told["dropped"], 0, "the queue should have been full")
            self.assertGreaterEqual(len(backend.connections), 3)

    def test_backend_that_resets(self):
        with FailingBackend(resets=True) as backend:
            list(self.each_exporter(backend.port))
            self.assertGreaterEqual(len(backend.connections), 3)

    def test_nobody_listens(self):
        list(self.each_exporter(free_port()))


if __name__ == "__main__":
    unittest.main()
