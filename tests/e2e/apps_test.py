"""dashboard2ui and dashboard2api as a user runs them, with a stand-in Kubernetes API and a collector
that keeps their spans and logs. Needs SPANHOUND_BUILD (build/release)."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/e2e"))

from processes import Process, request, wait_until  # noqa: E402
from span_collector import Collector  # noqa: E402

BUILD = pathlib.Path(os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release")))
FRONT, BACK = "dashboard2ui", "dashboard2api"
NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system", "monitoring", "weiyun"]
ALL_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
STOP_SECONDS_MAX = 5


def telemetry_environment(collector):
    return {"OTEL_EXPORTER_JAEGER_ENDPOINT": collector.url + "/api/traces",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "50", "OTEL_BLRP_SCHEDULE_DELAY": "50"}


def start(name, collector, *flags):
    process = Process(name, [str(BUILD / name), "--listen", "127.0.0.1:0", *flags],
                      telemetry_environment(collector))
    try:
        process.port = int(process.wait_for(r"listening on 127\.0\.0\.1:(\d+)").group(1))
    except RuntimeError:
        process.kill()
        raise
    return process


def start_kube(*flags):
    process = Process("kube", [sys.executable, "tests/kube/standin.py", "--port", "0", *flags])
    process.url = process.wait_for(r"(http://127\.0\.0\.1:\d+)").group(1)
    return process


def json_lines(process, trace_id=None):
    lines = [json.loads(line) for line in process.lines if line.startswith("{")]
    return [line for line in lines if trace_id is None or line["trace_id"] == trace_id]


class Dashboard:
    """Collector, stand-in, back and front; use in a `with` statement."""

    def __init__(self, back_flags=(), kube_flags=(), front_flags=()):
        self.collector = Collector()
        self.processes = []
        try:
            self.kube = self._keep(start_kube(*kube_flags))
            self.back = self._keep(start(BACK, self.collector, "--kube-url", self.kube.url,
                                         *back_flags))
            self.front = self._keep(start(FRONT, self.collector, "--api",
                                          f"127.0.0.1:{self.back.port}", *front_flags))
        except BaseException:
            self.__exit__()
            raise

    def _keep(self, process):
        self.processes.append(process)
        return process

    def get(self, path, headers=None, method="GET"):
        return request(method, f"http://127.0.0.1:{self.front.port}{path}", headers=headers)

    def fail(self, query):
        request("POST", f"{self.kube.url}/standin/fail?{query}", b"")

    def trace(self, answer, count=4):
        return Trace(self.collector.wait_for_spans(answer.headers["X-Trace-Id"], count))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.__exit__()
        self.collector.close()


class Trace:
    def __init__(self, spans):
        self.spans = spans
        self.root = self.one(FRONT, "server")

    def one(self, service, kind):
        found = [s for s in self.spans if s.service == service and s.kind == kind]
        assert len(found) == 1, f"{len(found)} {kind} spans of {service}: {self.spans}"
        return found[0]


class RequestTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dashboard = Dashboard()

    @classmethod
    def tearDownClass(cls):
        cls.dashboard.__exit__()
        assert not cls.dashboard.collector.errors, cls.dashboard.collector.errors

    def check_chain(self, trace):
        call = trace.one(FRONT, "client")
        back, kube = trace.one(BACK, "server"), trace.one(BACK, "client")
        self.assertEqual(call.parent_id, trace.root.span_id)
        self.assertEqual(back.parent_id, call.span_id)
        self.assertEqual(kube.parent_id, back.span_id)
        self.assertEqual(trace.root.name, "GET /api/namespaces")
        self.assertEqual(call.name, "WeiYun.Dashboard2api.DashBoardService/GetNameSpaces")
        self.assertEqual(back.name, call.name)
        self.assertEqual(kube.name, "GET /api/v1/namespaces")

    def test_plain_request_is_a_root_with_the_whole_chain_below(self):
        answer = self.dashboard.get("/api/namespaces")
        self.assertEqual(answer.status, 200)
        self.assertEqual([n["name"] for n in answer.json()["namespaces"]], NAMESPACES)
        self.assertEqual(answer.json()["namespaces"][0]["phase"], "Active")
        trace = self.dashboard.trace(answer)
        self.check_chain(trace)
        self.assertIsNone(trace.root.parent_id)
        self.assertEqual(trace.root.tags["http.response.status_code"], 200)
        self.assertEqual(trace.root.tags["http.route"], "/api/namespaces")
        self.assertEqual(trace.one(BACK, "server").tags["username"], "donuts")
        self.assertFalse([s for s in trace.spans if s.tags.get("error")])
        for span in trace.spans:
            self.assertEqual(span.resource["environment"], "dev")
            self.assertEqual(span.resource["ID"], "1")

    def test_incoming_trace_is_continued(self):
        trace_id, span_id = os.urandom(16).hex(), os.urandom(8).hex()
        answer = self.dashboard.get("/api/namespaces",
                                    {"traceparent": f"00-{trace_id}-{span_id}-01"})
        self.assertEqual(answer.headers["X-Trace-Id"], trace_id)
        trace = self.dashboard.trace(answer)
        self.check_chain(trace)
        self.assertEqual(trace.root.parent_id, span_id)

    def test_bad_traceparent_and_baggage_are_ignored(self):
        for headers in ({"traceparent": "00-xyz"}, {"traceparent": "ff-" + "1" * 32 + "-1-1"},
                        {"baggage": "a=b;x\xff,=,;"}, {"tracestate": "===,,,"},
                        {"baggage": "k=" + "v" * 8000}):
            answer = self.dashboard.get("/api/namespaces", headers)
            self.assertEqual(answer.status, 200, headers)
            self.assertIsNone(self.dashboard.trace(answer).root.parent_id)

    def test_log_lines_carry_the_ids_of_the_spans(self):
        answer = self.dashboard.get("/api/namespaces?username=ada")
        trace = self.dashboard.trace(answer)
        trace_id, root = trace.root.trace_id, trace.root
        call, back = trace.one(FRONT, "client"), trace.one(BACK, "server")

        fields = ["level", "time", "linenum", "msg", "serviceName", "host_ip", "pod_ip",
                  "trace_id", "span_id", "pspan_id"]
        front_lines = wait_until("two lines of the front", lambda: (
            lambda found: found if len(found) >= 2 else None)(
                json_lines(self.dashboard.front, trace_id)))
        back_lines = json_lines(self.dashboard.back, trace_id)
        for line in front_lines + back_lines:
            self.assertEqual(list(line), fields)
        self.assertEqual({line["serviceName"] for line in back_lines}, {BACK})

        timed = [l for l in front_lines if l["msg"].startswith("method=/WeiYun.")]
        self.assertEqual([(l["span_id"], l["pspan_id"]) for l in timed],
                         [(call.span_id, root.span_id)])
        access = [l for l in front_lines if "GET /api/namespaces 200 cost time=" in l["msg"]]
        self.assertEqual([(l["span_id"], l["pspan_id"]) for l in access], [(root.span_id, "0")])
        self.assertGreaterEqual(len(back_lines), 2)
        for line in back_lines:
            self.assertEqual((line["span_id"], line["pspan_id"]), (back.span_id, call.span_id))
        self.assertTrue([l for l in back_lines if "username=ada" in l["msg"]])
        self.assertEqual(back.tags["username"], "ada")

        bodies = wait_until("the same lines by OTLP", lambda: (
            lambda logs: logs if len(logs) >= len(front_lines) + len(back_lines) else None)(
                self.dashboard.collector.logs(trace_id)))
        self.assertEqual(sorted((l.body, l.span_id) for l in bodies),
                         sorted((l["msg"], l["span_id"]) for l in front_lines + back_lines))

    def test_failing_kubernetes_shows_in_answer_trace_and_log(self):
        self.dashboard.fail("status=500&count=1")
        answer = self.dashboard.get("/api/namespaces")
        self.assertEqual(answer.status, 502)
        self.assertEqual(answer.json()["trace_id"], answer.headers["X-Trace-Id"])
        self.assertIn("answers 500: the stand-in was told to fail", answer.json()["error"])
        trace = self.dashboard.trace(answer)
        self.check_chain(trace)
        self.assertEqual([s for s in trace.spans if not s.tags.get("error")], [])
        back = trace.one(BACK, "server")
        self.assertEqual(back.tags["rpc.response.status_code"], "UNAVAILABLE")
        self.assertIn("told to fail", back.events[0]["exception.message"])
        self.assertEqual(trace.one(BACK, "client").tags["error.type"], "500")
        errors = [l for l in json_lines(self.dashboard.back, trace.root.trace_id)
                  if l["level"] == "error"]
        self.assertEqual([l["span_id"] for l in errors], [back.span_id])

    def test_refusal_of_kubernetes_is_internal(self):
        self.dashboard.fail("status=403&count=1")
        answer = self.dashboard.get("/api/namespaces")
        self.assertEqual(answer.status, 502)
        back = self.dashboard.trace(answer).one(BACK, "server")
        self.assertEqual(back.tags["rpc.response.status_code"], "INTERNAL")

    def test_hanging_kubernetes_does_not_hang_the_front(self):
        self.dashboard.fail("delay_ms=6000&status=0&count=1")
        started = time.monotonic()
        answer = self.dashboard.get("/api/namespaces")
        self.assertIn(answer.status, (502, 504))
        self.assertLess(time.monotonic() - started, 4)
        kube = self.dashboard.trace(answer).one(BACK, "client")
        self.assertEqual(kube.tags["error.type"], "timeout")

    def test_other_routes(self):
        page = self.dashboard.get("/")
        self.assertEqual(page.status, 200)
        self.assertIn("text/html", page.headers["Content-Type"])
        missing = self.dashboard.get("/nothing?x=1")
        self.assertEqual(missing.status, 404)
        span, = self.dashboard.collector.wait_for_spans(missing.headers["X-Trace-Id"], 1)
        self.assertEqual((span.name, span.tags.get("error")), ("GET", None))
        self.assertEqual(span.tags["url.path"], "/nothing")
        self.assertEqual(self.dashboard.get("/api/namespaces", method="DELETE").status, 405)
        self.assertEqual(self.dashboard.get("/api/namespaces?username=a%20b").status, 400)

    def test_health_checks_are_not_traced(self):
        answer = self.dashboard.get("/healthz")
        self.assertEqual((answer.status, answer.body), (200, b"ok\n"))
        self.assertNotIn("X-Trace-Id", answer.headers)
        self.dashboard.trace(self.dashboard.get("/api/namespaces"))  # was sent later and is here
        for span in self.dashboard.collector.all_spans():
            self.assertNotEqual(span.tags.get("url.path"), "/healthz")

    def test_bytes_that_are_no_http(self):
        for junk, status in ((b"\0\1\2\3\r\n\r\n", b"400"), (b"GET /\r\n\r\n", b"400"),
                             (b"GET / HTTP/1.1\r\nx: " + b"a" * 20_000 + b"\r\n\r\n", b"413"),
                             (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413")):
            with socket.create_connection(("127.0.0.1", self.dashboard.front.port), 5) as client:
                client.sendall(junk)
                self.assertIn(status, client.recv(1000).split(b"\r\n")[0], junk[:30])
        self.assertEqual(self.dashboard.get("/healthz").status, 200)


class ListTest(unittest.TestCase):
    def test_pages_are_joined_and_an_expired_one_restarts_the_list(self):
        with Dashboard(back_flags=["--kube-page-size", "2"]) as dashboard:
            answer = dashboard.get("/api/namespaces")
            self.assertEqual([n["name"] for n in answer.json()["namespaces"]], NAMESPACES)
            self.assertEqual(len(dashboard.trace(answer, 6).spans), 6)
            dashboard.fail("status=410&count=1&after=1")
            answer = dashboard.get("/api/namespaces")
            self.assertEqual([n["name"] for n in answer.json()["namespaces"]], NAMESPACES)
            self.assertEqual(len(dashboard.trace(answer, 8).spans), 8)

    def test_token_is_sent_and_read_anew(self):
        with tempfile.NamedTemporaryFile("w") as token:
            flags = ["--kube-token-file", token.name]
            with Dashboard(back_flags=flags, kube_flags=["--token", "secret"]) as dashboard:
                refused = dashboard.get("/api/namespaces")
                self.assertEqual(refused.status, 502)
                self.assertIn("401", refused.json()["error"])
                token.write("secret\n")
                token.flush()
                self.assertEqual(dashboard.get("/api/namespaces").status, 200)
                sent = request("GET", dashboard.kube.url + "/standin/requests").json()[-1]
                self.assertEqual(sent["headers"]["Authorization"], "Bearer secret")
                self.assertIn("traceparent", sent["headers"])

    def test_front_heals_when_the_back_comes_back(self):
        with Dashboard() as dashboard:
            dashboard.back.stop()
            self.assertEqual(dashboard.get("/api/namespaces").status, 502)
            again = Process(BACK, [str(BUILD / BACK), "--listen",
                                   f"127.0.0.1:{dashboard.back.port}", "--kube-url",
                                   dashboard.kube.url], telemetry_environment(dashboard.collector))
            with again:
                again.wait_for("listening on")
                wait_until("the front to find the new back", lambda: dashboard.get(
                    "/api/namespaces").status == 200, seconds=20)


class LifeTest(unittest.TestCase):
    def check_stop(self, process, number):
        started = time.monotonic()
        self.assertEqual(process.stop(number), 0)
        self.assertLess(time.monotonic() - started, STOP_SECONDS_MAX)
        name = signal.Signals(number).name
        self.assertIn(f"receive exit signal {name},exit...", process.lines)
        self.assertTrue(json_lines(process)[-1]["msg"].endswith("Server exit"))

    def test_every_signal_stops_both_after_delivering_what_is_queued(self):
        for number in ALL_SIGNALS:
            with self.subTest(signal=signal.Signals(number).name):
                with Dashboard() as dashboard:
                    answer = dashboard.get("/api/namespaces")
                    self.check_stop(dashboard.front, number)
                    self.check_stop(dashboard.back, number)
                    spans = dashboard.collector.spans(answer.headers["X-Trace-Id"])
                    self.assertEqual(len(spans), 4)

    def test_hanging_collector_delays_neither_requests_nor_the_end(self):
        with Dashboard() as dashboard, Collector(hang=True) as hanging:
            with start(FRONT, hanging, "--api", f"127.0.0.1:{dashboard.back.port}") as front:
                started = time.monotonic()
                url = f"http://127.0.0.1:{front.port}/api/namespaces"
                for _ in range(20):
                    self.assertEqual(request("GET", url).status, 200)
                self.assertLess(time.monotonic() - started, 2)
                self.check_stop(front, signal.SIGTERM)

    def test_stopping_with_a_request_under_way(self):
        with Dashboard() as dashboard:
            dashboard.fail("delay_ms=20000&status=0&count=1")
            with socket.create_connection(("127.0.0.1", dashboard.front.port)) as client:
                client.sendall(b"GET /api/namespaces HTTP/1.1\r\nHost: x\r\n\r\n")
                wait_until("the request to reach Kubernetes", lambda: request(
                    "GET", dashboard.kube.url + "/standin/requests").json())
                self.check_stop(dashboard.front, signal.SIGTERM)
                self.check_stop(dashboard.back, signal.SIGTERM)

    def test_log_file_has_the_lines_of_stdout(self):
        with tempfile.TemporaryDirectory() as directory, Collector() as collector:
            path = pathlib.Path(directory) / "logs/front.log"
            with start(FRONT, collector, "--log-file", str(path)) as front:
                front.stop()
                self.assertEqual([json.loads(line) for line in path.read_text().splitlines()],
                                 json_lines(front))

    def test_bad_flags_and_a_taken_port(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            for command, complaint in (
                    ([FRONT, "--listen", address], "cannot listen"),
                    ([BACK, "--listen", address], "cannot listen"),
                    ([FRONT, "--listen", "nonsense"], "--listen"),
                    ([BACK, "--kube-url", "https://x"], "--kube-url"),
                    ([BACK, "--kube-page-size", "0"], "--kube-page-size"),
                    ([FRONT, "--nonsense"], "nonsense")):
                done = subprocess.run([str(BUILD / command[0]), *command[1:]], timeout=20,
                                      capture_output=True, text=True, check=False)
                self.assertNotEqual(done.returncode, 0, command)
                self.assertIn(complaint, done.stderr + done.stdout, command)


if __name__ == "__main__":
    unittest.main()
