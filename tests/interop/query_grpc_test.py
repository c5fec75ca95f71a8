"""Jaeger's gRPC query port, asked by the client Jaeger 1.50 ships for Go: what was written by OTLP is
read back over api_v2 and api_v3 and compared field by field, with the HTTP API and, where
JAEGER_ALL_IN_ONE names the program, with Jaeger beside us (1.76, as in beside_jaeger_test.py)."""

import base64
import json
import subprocess
import tempfile
import time
import unittest

from beside_jaeger_test import HAND, JAEGER, START_NANOS, JaegerAllInOne, by_span, trace_by_hand
from clients import BUILD, SEND_SECONDS_MAX, Spanhound, go_client, request, wait_until

NAMES = {0: "string", "BOOL": "bool", "INT64": "int64", "FLOAT64": "float64", "BINARY": "binary"}
CHUNK_SPANS_MAX = 10
SHOP_SPANS = 2000


def base64_of(hexadecimal):
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


def hex_of(text):
    return base64.b64decode(text).hex()


def nanos_of(text):
    """A time or duration of protobuf's JSON: 2026-01-01T00:00:00.000000001Z, 1.5s."""
    if not text.endswith("Z"):
        seconds, _, rest = text.rstrip("s").partition(".")
        return int(seconds) * 10**9 + int(rest.ljust(9, "0"))
    whole, _, rest = text.rstrip("Z").partition(".")
    moment = time.strptime(whole + "+0000", "%Y-%m-%dT%H:%M:%S%z")
    return int(time.mktime(moment) - time.timezone) * 10**9 + int(rest.ljust(9, "0"))


def time_text(nanos):
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(nanos // 10**9))
    return f"{whole}.{nanos % 10**9:09d}Z"


class Asker:
    """Asks one server by the Go program, a question a run."""

    def __init__(self, command, port):
        self._command = [*command, f"127.0.0.1:{port}"]

    def __call__(self, method, **question):
        """The messages, and the name of the status."""
        line = f"{method} {json.dumps(question)}\n"
        done = subprocess.run(self._command, input=line, text=True, capture_output=True,
                              timeout=SEND_SECONDS_MAX, check=True)
        *messages, status = [json.loads(each) for each in done.stdout.splitlines()]
        return messages, status["code"]

    def messages(self, method, **question):
        messages, code = self(method, **question)
        assert code == "OK", (method, question, code)
        return messages

    def spans(self, method, **question):
        return [span for each in self.messages(method, **question) for span in each["spans"]]


def key_values(tags):
    """As tags of the HTTP API. What protobuf takes for absent is the zero of its type."""
    shown = []
    for tag in tags:
        kind = tag.get("v_type", 0)
        value = {0: tag.get("v_str", ""), "BOOL": tag.get("v_bool", False),
                 "INT64": int(tag.get("v_int64", 0)), "FLOAT64": tag.get("v_float64", 0),
                 "BINARY": tag.get("v_binary", "")}[kind]
        if kind == "INT64" and abs(value) >= 2**53:
            value = str(value)
        shown.append({"key": tag["key"], "type": NAMES[kind], "value": value})
    return shown


def as_http_trace(spans):
    """Spans of api_v2 in the form of a trace of the HTTP API."""
    processes, shown = {}, []
    for number, span in enumerate(spans):
        process = span["process"]
        processes[f"p{number}"] = {"serviceName": process["service_name"],
                                   "tags": key_values(process.get("tags", []))}
        shown.append({
            "traceID": hex_of(span["trace_id"]), "spanID": hex_of(span["span_id"]),
            "operationName": span.get("operation_name", ""),
            "references": [{"refType": ref.get("ref_type", "CHILD_OF"),
                            "traceID": hex_of(ref["trace_id"]), "spanID": hex_of(ref["span_id"])}
                           for ref in span.get("references", [])],
            "startTime": nanos_of(span["start_time"]) // 1000,
            "duration": nanos_of(span["duration"]) // 1000,
            "tags": key_values(span.get("tags", [])),
            "logs": [{"timestamp": nanos_of(log["timestamp"]) // 1000,
                      "fields": key_values(log.get("fields", []))} for log in span.get("logs", [])],
            "processID": f"p{number}"})
    return {"spans": shown, "processes": processes}


def by_trace(spans):
    traces = {}
    for span in spans:
        traces.setdefault(hex_of(span["trace_id"]), []).append(span)
    return {trace_id: by_span(as_http_trace(each)) for trace_id, each in traces.items()}


def load(server, seed, spans):
    subprocess.run([f"{BUILD}/spanhound", "load", "--target", server.url("otlp_http"), "--workload",
                    "shop", "--spans", str(spans), "--connections", "1", "--seed", str(seed)],
                   check=True, capture_output=True, timeout=SEND_SECONDS_MAX)


def write_by_hand(server):
    answer = request("POST", server.url("otlp_http", "/v1/traces"), trace_by_hand(),
                     {"Content-Type": "application/json"})
    assert answer.status == 200, answer.body


def search(service, **conditions):
    """A search of api_v2 over all times of the tests."""
    return {"query": {"service_name": service, "search_depth": 5000,
                      "start_time_min": time_text(START_NANOS - 10**12),
                      "start_time_max": time_text(time.time_ns() + 10**12), **conditions}}


class QueryGrpcTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        command = go_client("go_query")
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.server = cls.enterClassContext(Spanhound(BUILD, cls.directory.name + "/data"))
        cls.ask = Asker(command, cls.server.ports["query_grpc"])
        write_by_hand(cls.server)
        load(cls.server, 1, SHOP_SPANS)

    def http_traces(self, path):
        return {each["traceID"]: by_span(each) for each in self.server.get_json(path)["data"]}

    def test_every_field_of_a_span(self):
        spans = {hex_of(span["span_id"]): span for span in
                 self.ask.spans("v2.GetTrace", trace_id=base64_of(HAND))}
        self.assertEqual(len(spans), 5)
        root, child = spans["b7ad6b7169203331"], spans["00f067aa0ba902b7"]
        scope = [{"key": "otel.scope.name", "v_str": "lib"},
                 {"key": "otel.scope.version", "v_str": "2"}]
        process = {"service_name": "hand", "tags": [
            {"key": "host.name", "v_str": "h"}, {"key": "n", "v_type": "INT64", "v_int64": "3"}]}
        self.assertEqual(root, {
            "trace_id": base64_of(HAND), "span_id": base64_of("b7ad6b7169203331"),
            "operation_name": "all <values>",
            "references": [{"trace_id": base64_of("1" * 32), "span_id": base64_of("2" * 16)},
                           {"trace_id": base64_of("3" * 32), "span_id": base64_of("4" * 16),
                            "ref_type": "FOLLOWS_FROM"}],
            "start_time": root["start_time"], "duration": "0.001s", "process": process,
            "tags": [*scope, {"key": "text", "v_str": "café <b>"}, {"key": "empty"},
                     {"key": "yes", "v_type": "BOOL", "v_bool": True},
                     {"key": "big", "v_type": "INT64", "v_int64": "-9007199254740993"},
                     {"key": "small", "v_type": "INT64", "v_int64": "5"},
                     {"key": "ratio", "v_type": "FLOAT64", "v_float64": 0.1},
                     {"key": "bytes", "v_type": "BINARY", "v_binary": "AAEC"},
                     {"key": "error", "v_str": "maybe"}, {"key": "list", "v_str": '["a",1]'},
                     {"key": "map", "v_str": '{"k":"v"}'},
                     {"key": "span.kind", "v_str": "server"},
                     {"key": "otel.status_code", "v_str": "ERROR"},
                     {"key": "error", "v_type": "BOOL", "v_bool": True},
                     {"key": "otel.status_description", "v_str": "bad"},
                     {"key": "w3c.tracestate", "v_str": "a=1,b=2"}],
            "logs": [{"timestamp": root["logs"][0]["timestamp"],
                      "fields": [{"key": "event", "v_str": "retry"},
                                 {"key": "count", "v_type": "INT64", "v_int64": "2"}]},
                     {"timestamp": root["logs"][1]["timestamp"]}]})
        self.assertEqual([nanos_of(root["start_time"]) - START_NANOS,
                          *(nanos_of(log["timestamp"]) - START_NANOS for log in root["logs"])],
                         [0, 1000, 2000])
        self.assertEqual(child, {
            "trace_id": base64_of(HAND), "span_id": base64_of("00f067aa0ba902b7"),
            "references": [{"trace_id": base64_of(HAND),
                            "span_id": base64_of("b7ad6b7169203331")}],
            "start_time": child["start_time"], "duration": "0.000000800s", "process": process,
            "tags": [*scope, {"key": "span.kind", "v_str": "client"},
                     {"key": "otel.status_code", "v_str": "OK"}]})
        self.assertEqual(nanos_of(child["start_time"]) - START_NANOS, 100)

    def test_api_v3_gives_what_was_sent(self):
        sent = json.loads(trace_by_hand())["resourceSpans"][0]
        (message,) = self.ask.messages("v3.GetTrace", trace_id=HAND)
        (got,) = message["resource_spans"]
        self.assertEqual(got["resource"], self.snake(sent["resource"]))
        (got_scope,) = got.get("scope_spans") or got["instrumentation_library_spans"]
        self.assertEqual(sorted(got_scope["spans"], key=lambda span: span["span_id"]),
                         sorted((self.snake(span) for span in sent["scopeSpans"][0]["spans"]),
                                key=lambda span: span["span_id"]))

    def test_the_same_as_over_http(self):
        for service in self.server.get_json("/api/services")["data"]:
            over_http = self.http_traces(f"/api/traces?service={service}&limit=5000")
            self.assertTrue(over_http, service)
            self.assertEqual(by_trace(self.ask.spans("v2.FindTraces", **search(service))),
                             over_http, service)

    def test_chunks(self):
        chunks = self.ask.messages("v2.FindTraces", **search(""))
        for chunk in chunks:
            self.assertLessEqual(len(chunk["spans"]), CHUNK_SPANS_MAX)
            self.assertEqual(len({span["trace_id"] for span in chunk["spans"]}), 1)
        self.assertEqual(sum(len(chunk["spans"]) for chunk in chunks), SHOP_SPANS + 5)
        few = self.ask.spans("v2.FindTraces", **search("", search_depth=3))
        self.assertEqual(len({span["trace_id"] for span in few}), 3)

    def test_search_of_api_v3(self):
        asked = search("hand", num_traces=1)["query"]
        del asked["search_depth"]
        (message,) = self.ask.messages("v3.FindTraces", query=asked)
        self.assertEqual(message, self.ask.messages("v3.GetTrace", trace_id=HAND)[0])

    def test_lists(self):
        services = self.server.get_json("/api/services")["data"]
        for version in ("v2", "v3"):
            (answer,) = self.ask.messages(f"{version}.GetServices")
            self.assertEqual(answer["services"], services)
        for service in services:
            for kind in ("", "client"):
                over_http = self.server.get_json(
                    f"/api/operations?service={service}&spanKind={kind}")["data"]
                for version in ("v2", "v3"):
                    (answer,) = self.ask.messages(f"{version}.GetOperations", service=service,
                                                  span_kind=kind)
                    self.assertEqual([(each.get("name", ""), each.get("span_kind", ""))
                                      for each in answer.get("operations", [])],
                                     [(each["name"], each["spanKind"]) for each in over_http])
            (answer,) = self.ask.messages("v2.GetOperations", service=service)
            self.assertEqual(answer["operationNames"],
                             self.server.get_json(f"/api/services/{service}/operations")["data"])

    def test_dependencies(self):
        over_http = self.server.get_json(
            f"/api/dependencies?endTs={time.time_ns() // 10**6 + 10**6}")["data"]
        (answer,) = self.ask.messages("v2.GetDependencies", start_time=time_text(1),
                                      end_time=time_text(time.time_ns() + 10**15))
        self.assertEqual([(each["parent"], each["child"], int(each["call_count"]))
                          for each in answer["dependencies"]],
                         [(each["parent"], each["child"], each["callCount"]) for each in over_http])
        self.assertTrue(over_http)

    def test_refusals(self):
        nobody = base64_of("ab" * 16)
        for method, question, code in (
                ("v2.GetTrace", {"trace_id": nobody}, "NotFound"),
                ("v2.GetTrace", {}, "InvalidArgument"),
                ("v2.FindTraces", {}, "InvalidArgument"),
                ("v2.GetDependencies", {}, "InvalidArgument"),
                ("v2.ArchiveTrace", {"trace_id": base64_of(HAND)}, "Unimplemented"),
                ("metrics.GetMinStepDuration", {}, "Unimplemented"),
                ("v3.GetTrace", {"trace_id": "xyz"}, "InvalidArgument"),
                ("v3.GetTrace", {"trace_id": "ab" * 16}, "NotFound"),
                ("v3.FindTraces", {"query": {"service_name": "hand"}}, "InvalidArgument")):
            with self.subTest(method, question=question):
                self.assertEqual(self.ask(method, **question), ([], code))

    @classmethod
    def snake(cls, sent):
        """OTLP's JSON as protobuf's JSON of the same message: names, and ids in base64."""
        if isinstance(sent, list):
            return [cls.snake(each) for each in sent]
        if not isinstance(sent, dict):
            return sent
        return {cls.snake_name(name): cls.snake_value(name, value) for name, value in sent.items()
                if value not in ("", 0) or name in ("stringValue", "intValue")}

    @staticmethod
    def snake_name(name):
        return "".join("_" + c.lower() if c.isupper() else c for c in name)

    @classmethod
    def snake_value(cls, name, value):
        if name in ("traceId", "spanId", "parentSpanId"):
            return base64_of(value)
        if name == "kind":
            return ["", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT",
                    "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER"][value]
        if name == "code":
            return ["", "STATUS_CODE_OK", "STATUS_CODE_ERROR"][value]
        return cls.snake(value)


@unittest.skipUnless(JAEGER, "skipped: no JAEGER_ALL_IN_ONE")
class BesideJaegerTest(unittest.TestCase):
    """The same questions to both."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        command = go_client("go_query")
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.jaeger = cls.enterClassContext(JaegerAllInOne())
        cls.spanhound = cls.enterClassContext(Spanhound(BUILD, cls.directory.name + "/data"))
        cls.ours, cls.theirs = (Asker(command, each.ports["query_grpc"])
                                for each in (cls.spanhound, cls.jaeger))
        for server in (cls.jaeger, cls.spanhound):
            write_by_hand(server)
        wait_until("Jaeger to have all", lambda: cls.theirs(
            "v2.GetTrace", trace_id=base64_of(HAND))[1] == "OK" and len(cls.theirs.spans(
                "v2.GetTrace", trace_id=base64_of(HAND))) == 5)

    def assert_same_traces(self, method, question, count=1):
        ours, theirs = (by_trace(each.spans(method, **question)) for each in (self.ours, self.theirs))
        self.assertEqual(ours, theirs)
        self.assertEqual(len(ours), count)

    def test_a_trace(self):
        self.assert_same_traces("v2.GetTrace", {"trace_id": base64_of(HAND)})

    def test_searches(self):
        for conditions, count in (({}, 1), ({"operation_name": "taken"}, 1),
                                  ({"operation_name": "nothing"}, 0),
                                  ({"tags": {"small": "5", "host.name": "h"}}, 1),
                                  ({"tags": {"small": "6"}}, 0), ({"duration_min": "0.002s"}, 1),
                                  ({"duration_min": "5s"}, 0), ({"duration_max": "0.000001s"}, 1),
                                  ({"start_time_max": time_text(START_NANOS - 1)}, 0)):
            with self.subTest(conditions):
                self.assert_same_traces("v2.FindTraces", search("hand", **conditions), count)

    def test_lists(self):
        for method, question in (("v2.GetServices", {}), ("v2.GetOperations", {"service": "hand"}),
                                 ("v2.GetOperations", {"service": "hand", "span_kind": "client"}),
                                 ("v2.GetOperations", {"service": "nobody"})):
            with self.subTest(method, question=question):
                ours, theirs = (
                    {name: sorted(each, key=json.dumps) for name, each in
                     asker.messages(method, **question)[0].items()}
                    for asker in (self.ours, self.theirs))
                self.assertEqual(ours, theirs)

    def test_refusals(self):
        for method, question in (("v2.GetTrace", {"trace_id": base64_of("ab" * 16)}),
                                 ("v2.GetTrace", {}), ("v2.FindTraces", {}),
                                 ("v2.GetDependencies", {}), ("metrics.GetMinStepDuration", {})):
            with self.subTest(method, question=question):
                self.assertEqual(self.ours(method, **question), self.theirs(method, **question))


if __name__ == "__main__":
    unittest.main()
