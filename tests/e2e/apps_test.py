"""dashboard2ui and dashboard2api as a user runs them: requests and their traces, the cron job, the
log lines, starting and stopping. Needs SPANHOUND_BUILD (build/release)."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from dashboard import (BACK, BUILD, FRONT, NAMESPACES, Collector, Dashboard, json_lines,  # noqa: E402
                       request, start, wait_until)

ALL_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
STOP_SECONDS_MAX = 15
FOREVER_SECONDS = 60  # longer than a stop or an answer takes on any machine
# Server and client of the front, server of the back, then the cache is read with a GET, and what it
# had decoded or else the informer read and the cache written with a SET.
SPANS_MISS, SPANS_HIT = 8, 6
SERVICE = "WeiYun.Dashboard2api.DashBoardService"


class RequestTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # What Redis has is still fresh when a slow machine asks for it.
        cls.dashboard = Dashboard(back_flags={"--cache-seconds": "60"})

    @classmethod
    def tearDownClass(cls):
        cls.dashboard.__exit__()
        assert not cls.dashboard.collector.errors, cls.dashboard.collector.errors

    def get_uncached(self, path, headers=None):
        self.dashboard.redis.command("FLUSHALL")
        answer = self.dashboard.get(path, headers)
        self.assertEqual(answer.status, 200, answer.body)
        return answer

    def check_chain(self, trace, path="/api/namespaces", method="GetNameSpaces"):
        """Front, back and Redis in the right parent order; the span of the back is returned."""
        call, back = trace.one(FRONT, "client"), trace.one(BACK, "server")
        self.assertEqual(call.parent_id, trace.root.span_id)
        self.assertEqual(back.parent_id, call.span_id)
        self.assertEqual(trace.root.name, "GET " + path)
        self.assertEqual((call.name, back.name), (f"{SERVICE}/{method}",) * 2)
        step = trace.one(BACK, "internal", "cache read")
        self.assertEqual(step.parent_id, back.span_id)
        read = next(s for s in trace.spans if s.name in ("GET", "MGET") and s.service == BACK)
        self.assertEqual((read.parent_id, read.kind), (step.span_id, "client"))
        self.assertEqual(read.tags["db.system.name"], "redis")
        self.assertEqual(read.tags["server.port"], self.dashboard.redis.port)
        return back

    def test_plain_request_is_a_root_with_the_whole_chain_below(self):
        answer = self.get_uncached("/api/namespaces")
        self.assertEqual([n["name"] for n in answer.json()["namespaces"]], NAMESPACES)
        self.assertEqual(answer.json()["namespaces"][0]["phase"], "Active")
        self.assertEqual(answer.json()["source"]["name"], "informer")
        trace = self.dashboard.trace(answer, SPANS_MISS)
        back = self.check_chain(trace)
        self.assertIsNone(trace.root.parent_id)
        self.assertEqual(trace.root.tags["http.response.status_code"], 200)
        self.assertEqual(trace.root.tags["http.route"], "/api/namespaces")
        self.assertEqual(back.tags["username"], "donuts")
        write = trace.one(BACK, "internal", "cache write")
        for step in (trace.one(BACK, "internal", "informer read namespaces"), write):
            self.assertEqual(step.parent_id, back.span_id)
        self.assertEqual(trace.one(BACK, "client", "SET").parent_id, write.span_id)
        self.assertFalse([s for s in trace.spans if s.tags.get("error")])
        for span in trace.spans:
            self.assertEqual(span.resource["environment"], "dev")
            self.assertEqual(span.resource["ID"], "1")

    def test_what_redis_has_is_linked_to_the_trace_that_wrote_it(self):
        wrote = self.dashboard.trace(self.get_uncached("/api/namespaces"), SPANS_MISS)
        answer = self.dashboard.get("/api/namespaces")
        self.assertEqual(answer.json()["source"]["name"], "redis")
        self.assertEqual([n["name"] for n in answer.json()["namespaces"]], NAMESPACES)
        trace = self.dashboard.trace(answer, SPANS_HIT)
        self.check_chain(trace)
        decode = trace.one(BACK, "internal", "cache decode")
        self.assertEqual(decode.links,
                         [(wrote.root.trace_id, wrote.one(BACK, "internal", "cache write").span_id)])

    def test_incoming_trace_is_continued(self):
        trace_id, span_id = os.urandom(16).hex(), os.urandom(8).hex()
        answer = self.get_uncached("/api/namespaces",
                                   {"traceparent": f"00-{trace_id}-{span_id}-01"})
        self.assertEqual(answer.headers["X-Trace-Id"], trace_id)
        trace = self.dashboard.trace(answer, SPANS_MISS)
        self.check_chain(trace)
        self.assertEqual(trace.root.parent_id, span_id)

    def test_bad_traceparent_and_baggage_are_ignored(self):
        for headers in ({"traceparent": "00-xyz"}, {"traceparent": "ff-" + "1" * 32 + "-1-1"},
                        {"baggage": "a=b;x\xff,=,;"}, {"tracestate": "===,,,"},
                        {"baggage": "k=" + "v" * 8000}):
            answer = self.dashboard.get("/api/namespaces", headers)
            self.assertEqual(answer.status, 200, headers)
            self.assertIsNone(self.dashboard.trace(answer, SPANS_HIT).root.parent_id)

    def test_nodes_have_what_the_cron_job_measured(self):
        wait_until("a measurement", lambda: all(
            n["usage"] for n in self.dashboard.get("/api/nodes").json()["nodes"]))
        answer = self.dashboard.get("/api/nodes")
        nodes = answer.json()["nodes"]
        self.assertEqual([n["name"] for n in nodes],
                         ["k3s-master", "k3s-worker-1", "k3s-worker-2"])
        self.assertEqual(sum(n["pods"] for n in nodes), 11)
        for node in nodes:
            self.assertTrue(node["ready"])
            self.assertEqual(node["allocatable"], {"cpuMillis": 4000, "memoryBytes": 8 << 30})
            self.assertEqual(node["requested"]["cpuMillis"], 100 * node["pods"])
            self.assertGreater(node["usage"]["memoryBytes"], 1 << 20)
        trace = self.dashboard.trace(answer, SPANS_HIT)
        self.check_chain(trace, "/api/nodes", "GetNodes")
        self.assertEqual(trace.one(BACK, "client").name, "MGET")

    def test_what_is_in_a_namespace(self):
        self.dashboard.redis.command("FLUSHALL")
        for _ in range(2):  # from the informer, then from Redis
            pods = self.dashboard.get("/api/pods?namespace=weiyun").json()
            self.assertEqual([p["name"] for p in pods["pods"]],
                             ["dashboard2api-0", "dashboard2api-1", "dashboard2ui-0",
                              "dashboard2ui-1", "dashboard2ui-broken"])
            self.assertEqual(pods["total"], 5)
            broken = pods["pods"][-1]
            self.assertEqual((broken["phase"], broken["reason"], broken["restarts"],
                              broken["containersReady"], broken["containers"]),
                             ("Pending", "CrashLoopBackOff", 7, 0, 1))
            deployments = self.dashboard.get("/api/deployments?namespace=weiyun").json()
            self.assertEqual([(d["name"], d["ready"]) for d in deployments["deployments"]],
                             [("dashboard2api", 2), ("dashboard2ui", 2)])
            services = self.dashboard.get("/api/services?namespace=kube-system").json()
            self.assertEqual([(s["name"], s["ports"]) for s in services["services"]],
                             [("coredns", ["53/TCP"]), ("metrics-server", ["443/TCP"])])
        self.assertEqual(services["source"]["name"], "redis")
        empty = self.dashboard.get("/api/pods?namespace=kube-public")
        self.assertEqual((empty.status, empty.json()["pods"]), (200, []))

    def test_namespaces_that_are_none(self):
        missing = self.dashboard.get("/api/pods?namespace=nowhere")
        self.assertEqual((missing.status, missing.json()["error"]),
                         (404, "there is no namespace nowhere"))
        trace = self.dashboard.trace(missing, 6)
        self.assertFalse(trace.root.tags.get("error"))
        for bad in ("", "A", "a%2Fb", "..", "x" * 64):
            self.assertEqual(self.dashboard.get("/api/pods?namespace=" + bad).status, 400, bad)

    def test_log_lines_carry_the_ids_of_the_spans(self):
        answer = self.get_uncached("/api/namespaces?username=ada")
        trace = self.dashboard.trace(answer, SPANS_MISS)
        trace_id, root = trace.root.trace_id, trace.root
        call, back = trace.one(FRONT, "client"), trace.one(BACK, "server")

        fields = ["level", "time", "linenum", "msg", "serviceName", "host_ip", "pod_ip",
                  "trace_id", "span_id", "pspan_id"]
        front_lines = wait_until("two lines of the front", lambda: (
            lambda found: found if len(found) >= 2 else None)(
                json_lines(self.dashboard.front, trace_id)))
        # The last line of the back is written while the front has its answer already.
        self.dashboard.back_logged("info", "cost time=", trace_id)
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

    def test_every_run_of_the_cron_job_is_a_trace_of_its_own(self):
        collector = self.dashboard.collector
        run = self.dashboard.wait_for_span("a second run of the cron job", lambda s: (
            s.name == "cron measure usage" and s.links))
        self.assertIsNone(run.parent_id)
        (before_trace, before_span), = run.links
        before, = [s for s in collector.spans(before_trace) if s.span_id == before_span]
        self.assertEqual(before.name, run.name)
        self.assertNotEqual(before.trace_id, run.trace_id)
        steps = [s for s in collector.wait_for_spans(run.trace_id, 5) if s is not run]
        names = {s.span_id: s.name for s in steps} | {run.span_id: run.name}
        self.assertEqual(sorted((s.name, s.kind, names[s.parent_id]) for s in steps), [
            ("GET /apis/metrics.k8s.io/v1beta1/nodes", "client", run.name),
            ("GET /apis/metrics.k8s.io/v1beta1/pods", "client", run.name),
            ("PIPELINE SET", "client", "cache write"),
            ("cache write", "internal", run.name)])
        self.dashboard.back_logged("info", "cron: wrote", run.trace_id)
        line, = json_lines(self.dashboard.back, run.trace_id)
        self.assertEqual((line["msg"], line["span_id"], line["pspan_id"]),
                         ("cron: wrote 4 measurements into Redis", run.span_id, "0"))

    def test_every_list_of_the_informer_is_a_trace_of_its_own(self):
        for resource, path in (("pods", "/api/v1/pods"),
                               ("deployments", "/apis/apps/v1/deployments")):
            listed = self.dashboard.wait_for_span("a list", lambda s, r=resource: (
                s.name == f"informer list {r}"))
            self.assertIsNone(listed.parent_id)
            page, = [s for s in self.dashboard.collector.wait_for_spans(listed.trace_id, 2)
                     if s is not listed]
            self.assertEqual((page.name, page.kind, page.parent_id),
                             ("GET " + path, "client", listed.span_id))

    def test_other_routes(self):
        page = self.dashboard.get("/")
        self.assertEqual(page.status, 200)
        self.assertIn("text/html", page.headers["Content-Type"])
        self.assertIn("script-src 'self'", page.headers["Content-Security-Policy"])
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
        self.dashboard.trace(self.dashboard.get("/api/namespaces"), SPANS_HIT)  # sent later, and is here
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


@unittest.skipUnless(shutil.which("chromium"), "skipped: no chromium")
class PageTest(unittest.TestCase):
    def shown(self, dashboard, fragment):
        """What a browser makes of the page, as HTML."""
        with tempfile.TemporaryDirectory(prefix="chromium-") as profile:
            done = subprocess.run(
                ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 "--disable-quic", f"--user-data-dir={profile}", "--virtual-time-budget=3000",
                 "--dump-dom", f"http://127.0.0.1:{dashboard.front.port}/{fragment}"],
                timeout=60, capture_output=True, text=True, check=True)
        return done.stdout

    def test_hostile_texts_are_shown_and_nothing_else(self):
        markup = "<img src=x onerror=\"document.title='owned'\">"
        with Dashboard() as dashboard:
            dashboard.put("pods", {"metadata": {"name": "evil", "namespace": "weiyun"},
                                   "spec": {"nodeName": markup},
                                   "status": {"phase": "<script>document.title='owned'</script>",
                                              "reason": markup}})
            wait_until("the pod", lambda: "evil" in dashboard.get(
                "/api/pods?namespace=weiyun").body.decode())
            page = self.shown(dashboard, "#weiyun")
            self.assertIn("<title>Dashboard</title>", page)
            self.assertIn("&lt;img src=x", page)
            self.assertIn("&lt;script&gt;document", page)
            self.assertNotIn("<img", page)
            for text in ("k3s-worker-2", "kube-node-lease", "dashboard2ui-broken",
                         "Pending: CrashLoopBackOff", "6337/TCP", "of 4.00 cores"):
                self.assertIn(text, page)
            self.assertIn("Namespace weiyun", page)


    def test_usage_is_shown_with_the_reason_why_it_is_old(self):
        with Dashboard() as dashboard:
            dashboard.control("usage?name=k3s-master", b'{"cpu": "1234m", "memory": "3Gi"}')
            wait_until("the usage", lambda: any(
                n["usage"] and n["usage"]["cpuMillis"] == 1234
                for n in dashboard.get("/api/nodes").json()["nodes"]))
            dashboard.control("metrics?state=down")
            wait_until("the reason", lambda: dashboard.get("/api/nodes").json()["usageMissing"])
            page = self.shown(dashboard, "")
            for text in ("1.23 cores of 4.00 cores", "3.0 GiB of 8.0 GiB",
                         "usage is not measured: Kubernetes API at", "answers 503"):
                self.assertIn(text, page)


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
                    dashboard.wait_for_watches()
                    answer = dashboard.get("/api/namespaces")
                    self.check_stop(dashboard.front, number)
                    self.check_stop(dashboard.back, number)
                    spans = dashboard.collector.spans(answer.headers["X-Trace-Id"])
                    self.assertEqual(len(spans), SPANS_MISS)
                    # The watches that were open at the end are there, too.
                    watches = {s.name for s in dashboard.collector.all_spans()
                               if s.name.startswith("informer watch")}
                    self.assertEqual(len(watches), 5)

    def test_hanging_collector_delays_neither_requests_nor_the_end(self):
        with Dashboard() as dashboard, Collector(hang=True) as hanging:
            timeout = str(2000 * FOREVER_SECONDS)
            with start(FRONT, hanging, "--api", f"127.0.0.1:{dashboard.back.port}", environment={
                    "OTEL_EXPORTER_OTLP_TIMEOUT": timeout,
                    "OTEL_EXPORTER_JAEGER_TIMEOUT": timeout}) as front:
                url = f"http://127.0.0.1:{front.port}/api/namespaces"
                for _ in range(20):  # each in less time than an export takes here
                    self.assertEqual(request("GET", url, seconds=FOREVER_SECONDS).status, 200)
                self.assertEqual(hanging.all_spans(), [])
                self.check_stop(front, signal.SIGTERM)

    def test_stopping_while_everything_behind_hangs(self):
        with Dashboard() as dashboard:
            dashboard.wait_for_watches()
            dashboard.redis.popen.send_signal(signal.SIGSTOP)
            dashboard.control(f"fail?delay_ms={1000 * FOREVER_SECONDS}&count=9")
            dashboard.control("cut?resource=pods&how=clean")
            wait_until("the next watch to hang", lambda: sum(
                "pods?watch" in r["path"] for r in dashboard.kube_requests()) >= 2)
            with socket.create_connection(("127.0.0.1", dashboard.front.port)) as client:
                client.sendall(b"GET /api/namespaces HTTP/1.1\r\nHost: x\r\n\r\n")
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
                    ([BACK, "--listen", address, "--redis", "none"], "cannot listen"),
                    ([FRONT, "--listen", "nonsense"], "--listen"),
                    ([BACK, "--kube-url", "ftp://x"], "http(s)://host:port"),
                    ([BACK, "--kube-url", "https://x/path"], "http(s)://host:port"),
                    ([BACK, "--kube-page-size", "0"], "--kube-page-size"),
                    ([BACK, "--kubeconfig", "/nonexistent"], "/nonexistent"),
                    ([BACK, "--redis", "nonsense"], "--redis"),
                    ([FRONT, "--nonsense"], "nonsense")):
                done = subprocess.run([str(BUILD / command[0]), *command[1:]], timeout=20,
                                      capture_output=True, text=True, check=False)
                self.assertNotEqual(done.returncode, 0, command)
                self.assertIn(complaint, done.stderr + done.stdout, command)


if __name__ == "__main__":
    unittest.main()
