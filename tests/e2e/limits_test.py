"""The limits of a request at real doors: too many items are refused as too large, too many
attributes and too long texts are left out and cut, and each is counted. Needs SPANHOUND_BUILD
(build/release) and node."""

import json
import pathlib
import socket
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/e2e"))

import doors_test as doors  # noqa: E402
import otlp_conformance_test as conformance  # noqa: E402
import otlp_payloads as otlp  # noqa: E402
from otlp_conformance_test import JSON, PROTOBUF, SIGNALS, attribute, item, message  # noqa: E402
from processes import request, wait_until  # noqa: E402

ITEMS, ATTRIBUTES, VALUE_BYTES = 3, 4, 20


class LimitsTest(conformance.OtlpTest):
    FLAGS = ("--request-items-max", str(ITEMS), "--attributes-max", str(ATTRIBUTES),
             "--attribute-value-bytes-max", str(VALUE_BYTES), "--elasticsearch-port", "0",
             "--fluent-port", "0")

    def metric(self, name, door, **labels):
        text = request("GET", self.server.url("admin", "/metrics")).body.decode()
        wanted = [f'{key}="{value}"' for key, value in {"door": door, **labels}.items()]
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
                   if line.startswith(name + "{") and all(label in line for label in wanted))

    def too_large(self, door):
        return self.metric("spanhound_ingest_requests_refused_total", door, reason="too_large")

    def test_too_many_items_by_otlp(self):
        for signal in SIGNALS:
            before = self.too_large("otlp-http"), self.too_large("otlp-grpc")
            for count in (ITEMS, ITEMS + 1):
                trace_id = otlp.new_trace_id()
                made = message(signal, [item(signal, trace_id) for _ in range(count)])
                fits = count == ITEMS
                for transport, outcome in self.everywhere(signal, made):
                    self.assertEqual((outcome.code, outcome.retry),
                                     (0 if fits else conformance.RESOURCE_EXHAUSTED, None), transport)
                    self.assertEqual(outcome.status, 413 if not fits and transport != "grpc" else 200)
                self.assertEqual(self.count(signal, trace_id) > 0, fits)
            self.assertEqual(self.too_large("otlp-http") - before[0], 2)
            self.assertEqual(self.too_large("otlp-grpc") - before[1], 1)

    def test_too_many_items_at_the_other_doors(self):
        span = {"traceId": otlp.new_trace_id(), "id": "1", "name": "n"}
        document = b'{"index":{}}\n{"message":"m"}\n'
        for count, zipkin, bulk in ((ITEMS, 202, 200), (ITEMS + 1, 413, 413)):
            body = json.dumps([span] * count).encode()
            answer = request("POST", self.server.url("zipkin", "/api/v2/spans"), body, doors.JSON)
            self.assertEqual(answer.status, zipkin)
            answer = request("POST", self.server.url("elasticsearch", "/logs/_bulk"),
                             document * count, {"Content-Type": "application/x-ndjson"})
            self.assertEqual(answer.status, bulk)
        self.assertEqual(self.too_large("zipkin-http"), 1)
        self.assertEqual(self.too_large("elasticsearch"), 1)
        entries = [[(1_700_000_000, 5), {"message": "m"}]] * (ITEMS + 1)
        with socket.create_connection(("127.0.0.1", self.server.ports["fluent"]), 20) as stream:
            stream.sendall(doors.msgpack(["tag", entries]))
            self.assertEqual(stream.recv(1), b"")  # closed
        wait_until("the refusal's count", lambda: self.too_large("fluent") == 1)

    def test_attributes_are_left_out_and_cut(self):
        many = [attribute(f"k{number}", intValue=str(number)) for number in range(ATTRIBUTES + 2)]
        many[1] = attribute("k1", stringValue="x" * VALUE_BYTES + "y")
        many[2] = attribute("k2", arrayValue={"values": [{"stringValue": "\u00e4" * VALUE_BYTES}]})
        for door, send in (("otlp-http", lambda made: self.http("traces", made, JSON)),
                           ("otlp-http", lambda made: self.http("traces", made, PROTOBUF)),
                           ("otlp-grpc", lambda made: self.call("traces", made))):
            counted = lambda name: self.metric(f"spanhound_ingest_{name}_total", door)
            before = counted("attributes_dropped"), counted("attribute_values_cut")
            trace_id = otlp.new_trace_id()
            outcome = send(message("traces", [item("traces", trace_id, attributes=many)]))
            self.assertEqual((outcome.code, outcome.rejected), (0, 0))
            tags = {tag["key"]: tag["value"] for tag in self.span(trace_id)["tags"]}
            self.assertEqual(tags["k1"], "x" * VALUE_BYTES)
            self.assertEqual(json.loads(tags["k2"]), ["\u00e4" * (VALUE_BYTES // 2)])
            self.assertEqual(tags["k3"], 3)
            self.assertNotIn("k4", tags)
            self.assertEqual(counted("attributes_dropped") - before[0], 2)
            self.assertEqual(counted("attribute_values_cut") - before[1], 2)

    def test_tags_of_zipkin_and_fields_of_logs(self):
        trace_id = otlp.new_trace_id()
        span = {"traceId": trace_id, "id": "1", "name": "n",
                "tags": {f"k{number}": "v" * 30 for number in range(ATTRIBUTES + 1)}}
        answer = request("POST", self.server.url("zipkin", "/api/v2/spans"),
                         json.dumps([span]).encode(), doors.JSON)
        self.assertEqual(answer.status, 202)
        tags = {tag["key"]: tag["value"] for tag in self.span(trace_id)["tags"]}
        self.assertEqual(tags["k0"], "v" * VALUE_BYTES)
        log = {"trace_id": trace_id, "message": "a body is no attribute and stays whole",
               "field": "f" * 30}
        answer = request("POST", self.server.url("elasticsearch", "/logs/_doc"),
                         json.dumps(log).encode(), doors.JSON)
        self.assertEqual(answer.status, 201)
        stored = self.server.get_json(f"/api/logs?traceID={trace_id}")["data"][0]
        self.assertEqual(stored["body"], log["message"])
        self.assertIn("f" * VALUE_BYTES, json.dumps(stored))
        self.assertNotIn("f" * 21, json.dumps(stored))
        self.assertEqual(self.metric("spanhound_ingest_attribute_values_cut_total",
                                     "elasticsearch"), 1)


if __name__ == "__main__":
    unittest.main()
