"""Jaeger all-in-one beside Spanhound: both get the same requests and are asked the same questions.
JAEGER_ALL_IN_ONE names the program (1.76: `go build ./cmd/all-in-one` in its module); without it all
of this is skipped. Where we differ on purpose, `without_differences` says so."""

import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

from clients import BUILD, SEND_SECONDS_MAX, Spanhound, request, tags_of, wait_until
from processes import Process, free_port, quote

JAEGER = os.environ.get("JAEGER_ALL_IN_ONE") or shutil.which("jaeger-all-in-one")
FORWARDED = ("Content-Type", "Content-Encoding")
SPANS_PER_DOOR = 300
HAND, SCOPE = "af7651916cd43dd8448eb211c80319c0", "lib"
START_NANOS = time.time_ns() // 1000 * 1000 - 5_000_000_000


class JaegerAllInOne(Process):
    """With its spans in memory; `ports` as Spanhound names them."""

    PORT_FLAGS = {"otlp_http": "collector.otlp.http", "otlp_grpc": "collector.otlp.grpc",
                  "jaeger": "collector.http-server", "jaeger_grpc": "collector.grpc-server",
                  "zipkin": "collector.zipkin", "query": "query.http-server",
                  "query_grpc": "query.grpc-server", "admin": "admin.http"}

    def __init__(self):
        self.ports = {key: free_port() for key in self.PORT_FLAGS}
        flags = [f"--{flag}.host-port=127.0.0.1:{self.ports[key]}"
                 for key, flag in self.PORT_FLAGS.items()]
        super().__init__("jaeger", [JAEGER, *flags], {"SPAN_STORAGE_TYPE": "memory"})
        try:
            wait_until("Jaeger", self.is_ready, seconds=60)
        except RuntimeError:
            self.kill()
            raise

    def is_ready(self):
        try:
            return request("GET", self.url("admin", "/")).status == 200
        except OSError:
            return False

    def url(self, key, path=""):
        return f"http://127.0.0.1:{self.ports[key]}{path}"


class Tee:
    """A door that passes each request on to all `servers`; they have to answer alike."""

    def __init__(self, key, servers):
        self.refused = []
        tee = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name: self.headers[name] for name in FORWARDED if name in self.headers}
                answers = [request("POST", each.url(key, self.path), body, headers)
                           for each in servers]
                if len({each.status for each in answers}) != 1:
                    tee.refused.append((self.path, [(a.status, a.body) for a in answers]))
                self.send_response(answers[-1].status)
                self.send_header("Content-Type", answers[-1].headers.get("Content-Type", ""))
                self.send_header("Content-Length", str(len(answers[-1].body)))
                self.end_headers()
                self.wfile.write(answers[-1].body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.where = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def attribute(key, **value):
    return {"key": key, "value": value}


def span_by_hand(span_id, name, kind, start=0, end=1_000_000, parent="", **fields):
    return {"traceId": HAND, "spanId": span_id, "parentSpanId": parent, "name": name, "kind": kind,
            "startTimeUnixNano": str(START_NANOS + start),
            "endTimeUnixNano": str(START_NANOS + end), **fields}


def trace_by_hand():
    """Every kind of value, event, link and status, as OTLP JSON."""
    root, values = "b7ad6b7169203331", [
        attribute("text", stringValue="café <b>"), attribute("empty", stringValue=""),
        attribute("yes", boolValue=True), attribute("big", intValue="-9007199254740993"),
        attribute("small", intValue="5"), attribute("ratio", doubleValue=0.1),
        attribute("bytes", bytesValue="AAEC"), attribute("error", stringValue="maybe"),
        attribute("list", arrayValue={"values": [{"stringValue": "a"}, {"intValue": "1"}]}),
        attribute("map", kvlistValue={"values": [attribute("k", stringValue="v")]})]
    events = [{"timeUnixNano": str(START_NANOS + 1000), "name": "retry",
               "attributes": [attribute("count", intValue="2")]},
              {"timeUnixNano": str(START_NANOS + 2000), "name": ""}]
    links = [{"traceId": "1" * 32, "spanId": "2" * 16,
              "attributes": [attribute("opentracing.ref_type", stringValue="child_of")]},
             {"traceId": "3" * 32, "spanId": "4" * 16}]
    spans = [span_by_hand(root, "all <values>", 2, traceState="a=1,b=2", attributes=values,
                          events=events, links=links, status={"code": 2, "message": "bad"}),
             span_by_hand("00f067aa0ba902b7", "", 3, 100, 900, root, status={"code": 1}),
             span_by_hand("00f067aa0ba902b9", "sent", 4, 200, 500, root),
             span_by_hand("00f067aa0ba902ba", "taken", 5, 300, 5_000_000, root),
             span_by_hand("00f067aa0ba902bb", "plain", 0, 400, 600, root)]
    resource = {"attributes": [attribute("service.name", stringValue="hand"),
                               attribute("host.name", stringValue="h"),
                               attribute("n", intValue="3")]}
    return json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [
        {"scope": {"name": SCOPE, "version": "2"}, "spans": spans}]}]}).encode()


def without_differences(tags):
    """Jaeger marks the door in a tag of each span; that is its own business."""
    return [tag for tag in tags_of(tags) if tag[0] != "@jaeger@format"]


def by_span(trace):
    """Our warnings are worded differently, and we always say the flags."""
    spans = {}
    for span in trace["spans"]:
        process = trace["processes"][span["processID"]]
        spans[span["traceID"], span["spanID"]] = {
            "operationName": span["operationName"],
            "references": [tuple(sorted(ref.items())) for ref in span["references"]],
            "startTime": span["startTime"], "duration": span["duration"],
            "tags": without_differences(span["tags"]),
            "logs": sorted((log["timestamp"], tags_of(log["fields"])) for log in span["logs"]),
            "service": process["serviceName"], "process": tags_of(process["tags"])}
    return spans


@unittest.skipUnless(JAEGER, "skipped: no JAEGER_ALL_IN_ONE")
class BesideJaegerTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.jaeger = cls.enterClassContext(JaegerAllInOne())
        cls.spanhound = cls.enterClassContext(Spanhound(BUILD, cls.directory.name + "/data"))
        cls.refused = []
        for seed, (scheme, key) in enumerate((("http", "otlp_http"), ("zipkin-json", "zipkin"),
                                              ("zipkin-proto", "zipkin"),
                                              ("jaeger-http", "jaeger")), start=1):
            cls.send(f"{scheme}://", key, seed)
        for each in (cls.jaeger, cls.spanhound):
            answer = request("POST", each.url("otlp_http", "/v1/traces"), trace_by_hand(),
                             {"Content-Type": "application/json"})
            assert answer.status == 200, answer.body
        # Jaeger takes spans from a queue after it has acknowledged them.
        wait_until("Jaeger to have all", lambda: [
            cls.span_count(each) for each in (cls.jaeger, cls.spanhound)].count(
                cls.span_count(cls.spanhound)) == 2)

    @classmethod
    def send(cls, scheme, key, seed):
        tee = Tee(key, (cls.jaeger, cls.spanhound))
        try:
            subprocess.run([f"{BUILD}/spanhound", "load", "--target", scheme + tee.where,
                            "--workload", "shop", "--spans", str(SPANS_PER_DOOR), "--connections",
                            "1", "--seed", str(seed)], check=True, capture_output=True,
                           timeout=SEND_SECONDS_MAX)
        finally:
            tee.close()
        cls.refused += tee.refused

    @classmethod
    def services(cls):
        return cls.spanhound.get_json("/api/services")["data"]

    @classmethod
    def span_count(cls, server):
        return sum(len(each["spans"]) for service in cls.services() for each in request(
            "GET", server.url("query", f"/api/traces?service={service}&limit=5000")).json()["data"])

    def ask(self, path):
        """Both answers; their statuses have to be the same."""
        answers = [request("GET", each.url("query", path)) for each in (self.jaeger, self.spanhound)]
        self.assertEqual(answers[0].status, answers[1].status,
                         (path, [each.body[:300] for each in answers]))
        return [each.json() for each in answers]

    def assert_same_lists(self, path):
        jaeger, ours = ({**answer, "data": sorted(answer["data"] or [], key=json.dumps)}
                        for answer in self.ask(path))
        self.assertEqual(jaeger, ours, path)

    def assert_same_traces(self, path):
        """And there are some."""
        answers = [{each["traceID"]: by_span(each) for each in answer["data"]}
                   for answer in self.ask(path)]
        self.assertEqual(*answers, path)
        self.assertTrue(answers[0], path)

    def test_doors_answer_alike(self):
        self.assertEqual(self.refused, [])

    def test_services_operations_dependencies(self):
        self.assert_same_lists("/api/services")
        self.assertEqual(len(self.services()), 13)
        for service in self.services():
            self.assert_same_lists(f"/api/services/{service}/operations")
            self.assert_same_lists(f"/api/operations?service={service}")
            self.assert_same_lists(f"/api/operations?service={service}&spanKind=client")
        self.assert_same_lists(f"/api/dependencies?endTs={time.time_ns() // 1_000_000}")

    def test_traces_of_every_service(self):
        for service in self.services():
            with self.subTest(service):
                self.assert_same_traces(f"/api/traces?service={service}&limit=5000")

    def test_a_trace_by_any_spelling_of_its_id(self):
        for spelling in (HAND, HAND.upper(), HAND + "?raw=true", HAND + "?prettyPrint=true"):
            self.assert_same_traces(f"/api/traces/{spelling}")

    def test_conditions(self):
        for condition in ("operation=taken", "minDuration=2ms", "maxDuration=1us",
                          "tag=small:5", "tag=text:café <b>&tag=yes:true", "tag=host.name:h",
                          "tag=count:2", "tag=ratio:0.1", "tag=error:true", "tag=span.kind:client",
                          "tag=otel.status_code:ERROR", f"tag=otel.scope.name:{SCOPE}",
                          'tags={"small":"5","host.name":"h"}'):
            with self.subTest(condition):
                path = "&".join(f"{name}={quote(value)}" for name, _, value in (
                    each.partition("=") for each in condition.split("&")))
                self.assert_same_traces(f"/api/traces?service=hand&{path}")

    def test_refusals(self):
        for path in ("/api/traces", "/api/traces?service=", "/api/traces?limit=5",
                     "/api/operations", "/api/traces?service=hand&tag=bogus",
                     "/api/traces?service=hand&tags=bogus", "/api/traces?service=hand&limit=x",
                     "/api/traces?service=hand&minDuration=x", "/api/traces?service=hand&start=x",
                     "/api/traces?service=hand&minDuration=2ms&maxDuration=1ms",
                     "/api/traces?traceID=xyz", "/api/traces/xyz", "/api/traces/123",
                     "/api/traces/" + HAND + "0", "/api/dependencies?endTs=x"):
            with self.subTest(path):
                for answer in self.ask(path):
                    self.assertEqual(len(answer["errors"]), 1)
                    self.assertIsNone(answer["data"])


if __name__ == "__main__":
    unittest.main()
