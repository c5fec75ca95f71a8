"""OTLP exporters not written by us (Go, Java, Node, Python; gRPC, protobuf and JSON over HTTP): what
they send is read back by the query API and compared field by field. Packages as in jaeger_test.py."""

import unittest

from clients import (LINKED, InteropTest, go_client, ids_printed, java_client, node_client,
                     plain, python_client)


class OtlpTest(InteropTest):
    BIG = [("big", "int64", "-9007199254740993")]  # what a double cannot hold

    def check(self, client, where, start=1_700_000_000_000_001, unit=10, big=None, resource=None,
              flags=0):
        """`unit`: microseconds that the times of the trace are multiples of."""
        scope = [("otel.scope.name", "string", "interop-library"),
                 ("otel.scope.version", "string", "1.2.3")]
        self.assert_stored(
            ids_printed([*self.command, client, where]),
            {"startTime": start, "duration": 10 * unit, "logs": [],
             "tags": [*scope, ("text", "string", "café <b>"), ("yes", "bool", True),
                      *(self.BIG if big is None else big), ("ratio", "float64", 0.1),
                      ("list", "string", '["a","b"]'), ("span.kind", "string", "server"),
                      ("otel.status_code", "string", "OK")]},
            {"startTime": start + unit, "duration": 3 * unit,
             "references": [("FOLLOWS_FROM", *LINKED)],
             "tags": [*scope, ("span.kind", "string", "client"), ("error", "bool", True),
                      ("otel.status_code", "string", "ERROR"),
                      ("otel.status_description", "string", "timed out")],
             "logs": [(start + 2 * unit, [("count", "int64", 2), ("event", "string", "retry")]),
                      *self.more_events(start)]},
            f"{self.LANGUAGE}-{client}",
            [("deployment.environment", "string", "interop"),
             *([("process.pid", "int64", 42)] if resource is None else resource)],
            flags=flags)

    def more_events(self, _start):
        return []

    def http(self):
        return self.server.url("otlp_http", "/v1/traces")

    def grpc(self):
        return f"http://127.0.0.1:{self.server.ports['otlp_grpc']}"


class GoTest(OtlpTest):
    LANGUAGE = "go"

    @classmethod
    def setUpClass(cls):
        cls.command = go_client()
        super().setUpClass()

    def more_events(self, start):
        return [(start + 30, [("event", "string", "exception"),
                              ("exception.message", "string", "timed out"),
                              ("exception.type", "string", "*errors.errorString")])]

    def test_grpc(self):
        self.check("otlp-grpc", self.agent("otlp_grpc"))

    def test_http(self):
        self.check("otlp-http", self.agent("otlp_http"))


class JavaTest(OtlpTest):
    LANGUAGE = "java"

    @classmethod
    def setUpClass(cls):
        cls.command = java_client()
        super().setUpClass()

    FLAGS = 3  # sampled, random trace id; the others send none

    def test_grpc(self):
        self.check("otlp-grpc", self.grpc(), flags=self.FLAGS)

    def test_http(self):
        self.check("otlp-http", self.http(), flags=self.FLAGS)


class PythonTest(OtlpTest):
    LANGUAGE = "python"

    @classmethod
    def setUpClass(cls):
        cls.command = python_client("otlp")
        super().setUpClass()

    def test_grpc(self):
        self.check("otlp-grpc", self.grpc())

    def test_http(self):
        self.check("otlp-http", self.http())


class NodeTest(OtlpTest):
    LANGUAGE = "node"

    @classmethod
    def setUpClass(cls):
        cls.command = node_client()
        super().setUpClass()

    SDK = [("telemetry.sdk.language", "string", "nodejs"),
           ("telemetry.sdk.name", "string", "opentelemetry"),
           ("telemetry.sdk.version", "string", "1.30.1")]

    def check_node(self, client, where):
        self.check(client, where, start=1_700_000_000_000_000, unit=1_000, big=[],
                   resource=self.SDK)

    def test_grpc(self):
        self.check_node("otlp-grpc", self.grpc())

    def test_protobuf(self):
        self.check_node("otlp-http", self.http())

    def test_json(self):
        self.check_node("otlp-json", self.http())

    def test_json_of_a_text_the_sdk_cuts_within_a_character(self):
        ids = ids_printed(["env", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT=3", "INTEROP_TEXT=ab\U0001f600",
                           *self.command, "otlp-json", self.http()])
        self.assertIn(("text", "string", "ab\ufffd"),
                      plain(self.stored(ids[0]))["GET /cart"]["tags"])


del InteropTest, OtlpTest  # only what derives from them has tests

if __name__ == "__main__":
    unittest.main()
