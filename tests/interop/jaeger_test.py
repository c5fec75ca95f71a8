"""Clients not written by us, through Jaeger's doors: what they send is read back by the query API and
compared field by field. Their packages come from the registries into build/interop/ when the test
runs; what cannot be had is skipped and says so. A client that runs and fails is a failure."""

import unittest

from clients import LINKED, InteropTest, go_client, ids_printed, node_client, python_client, tags_of


class GoTest(InteropTest):
    """go.opentelemetry.io/otel/exporters/jaeger, as jaeger.New sets it up."""

    @classmethod
    def setUpClass(cls):
        cls.command = go_client()
        super().setUpClass()

    def check(self, kind, where):
        scope = [("otel.scope.name", "string", "interop-library"),
                 ("otel.scope.version", "string", "1.2.3")]
        start = 1_700_000_000_000_001
        self.assert_stored(
            ids_printed([*self.command, kind, where]),
            {"startTime": start, "duration": 100, "logs": [],
             "tags": [*scope, ("text", "string", "café <b>"), ("yes", "bool", True),
                      ("big", "int64", "-9007199254740993"), ("ratio", "float64", 0.1),
                      ("list", "string", '["a","b"]'), ("span.kind", "string", "server"),
                      ("otel.status_code", "string", "OK")]},
            {"startTime": start + 10, "duration": 30, "references": [("FOLLOWS_FROM", *LINKED)],
             "tags": [*scope, ("span.kind", "string", "client"), ("error", "bool", True),
                      ("otel.status_code", "string", "ERROR"),
                      ("otel.status_description", "string", "timed out")],
             "logs": [(start + 20, [("count", "int64", 2), ("event", "string", "retry")]),
                      (start + 30, [("event", "string", "exception"),
                                    ("exception.message", "string", "timed out"),
                                    ("exception.type", "string", "*errors.errorString")])]},
            "go-" + kind, [("deployment.environment", "string", "interop"),
                           ("process.pid", "int64", 42)])

    def test_collector_endpoint(self):
        self.check("collector", self.collector())

    def test_agent_endpoint(self):
        self.check("agent", self.agent("jaeger_compact"))


class NodeTest(InteropTest):
    """jaeger-client and @opentelemetry/exporter-jaeger."""

    @classmethod
    def setUpClass(cls):
        cls.command = node_client()
        super().setUpClass()

    def send(self, client, where):
        return ids_printed([*self.command, client, where])

    PARENT = {"startTime": 1_700_000_000_000_000, "duration": 10_000, "logs": []}
    CHILD = {"startTime": 1_700_000_000_001_000, "duration": 3_000,
             "logs": [(1_700_000_000_002_000,
                       [("count", "float64", 2), ("event", "string", "retry")])]}
    # The tag a client sends is the status of the model, which is told in both ways.
    ERROR = [("error", "bool", True), ("otel.status_code", "string", "ERROR")]
    TAGS = [("span.kind", "string", "server"), ("text", "string", "café <b>"),
            ("yes", "bool", True), ("ratio", "float64", 0.1)]

    def check_jaeger_client(self, where):
        ids = [text.rjust(16, "0") for text in self.send("jaeger-client", where)]
        process = [tag for tag in self.process_of(ids[0])
                   if tag[0] in ("client-uuid", "hostname", "ip", "jaeger.version")]
        self.assertEqual(len(process), 4)  # of this machine and run
        self.assert_stored(
            ids,
            {**self.PARENT, "tags": [*self.TAGS, ("sampler.type", "string", "const"),
                                     ("sampler.param", "bool", True)]},
            {**self.CHILD, "tags": [("span.kind", "string", "client"), *self.ERROR],
             "references": [("FOLLOWS_FROM", ids[0], ids[1])]},
            "node-jaeger-client", [("deployment.environment", "string", "interop"), *process])

    def process_of(self, trace_id):
        trace = self.stored(trace_id)
        return tags_of(next(iter(trace["processes"].values()))["tags"])

    def test_jaeger_client_to_the_collector(self):
        self.check_jaeger_client(self.collector() + "?format=jaeger.thrift")

    def test_jaeger_client_to_the_agent(self):
        self.check_jaeger_client(self.agent("jaeger_binary"))

    def check_opentelemetry(self, where):
        # This exporter writes the resource into every span, and the scope by its former names.
        common = [("otel.scope.name", "string", "interop-library"),
                  ("otel.scope.version", "string", "1.2.3"),
                  ("deployment.environment", "string", "interop"),
                  ("service.name", "string", "node-opentelemetry-jaeger"),
                  ("telemetry.sdk.language", "string", "nodejs"),
                  ("telemetry.sdk.name", "string", "opentelemetry"),
                  ("telemetry.sdk.version", "string", "1.30.1")]
        self.assert_stored(
            self.send("opentelemetry-jaeger", where),
            {**self.PARENT, "tags": [*common, *self.TAGS, ("list", "string", "a,b"),
                                     ("otel.status_code", "string", "OK")]},
            {**self.CHILD, "references": [("FOLLOWS_FROM", *LINKED)],
             "tags": [*common, ("span.kind", "string", "client"), *self.ERROR,
                      ("otel.status_description", "string", "timed out")]},
            "node-opentelemetry-jaeger", [])

    def test_opentelemetry_to_the_collector(self):
        self.check_opentelemetry(self.collector())

    def test_opentelemetry_to_the_agent(self):
        self.check_opentelemetry(self.agent("jaeger_binary"))


class PythonTest(InteropTest):
    """opentelemetry-exporter-jaeger-thrift of opentelemetry-python 1.21, the last with it."""

    @classmethod
    def setUpClass(cls):
        cls.command = python_client("jaeger")
        super().setUpClass()

    def check(self, kind, where):
        # This exporter writes the resource into every span, and the scope by its former names.
        common = [("otel.scope.name", "string", "interop-library"),
                  ("otel.scope.version", "string", "1.2.3"),
                  ("deployment.environment", "string", "interop"),
                  ("process.pid", "int64", 42), ("service.name", "string", "python-" + kind)]
        start = 1_700_000_000_000_001
        self.assert_stored(
            ids_printed([*self.command, kind, where]),
            {"startTime": start, "duration": 100, "logs": [],
             "tags": [*common, ("text", "string", "café <b>"), ("yes", "bool", True),
                      ("big", "int64", "-9007199254740993"), ("ratio", "float64", 0.1),
                      ("list", "string", "('a', 'b')"), ("span.kind", "string", "server"),
                      ("otel.status_code", "string", "OK")]},
            {"startTime": start + 10, "duration": 30, "references": [("FOLLOWS_FROM", *LINKED)],
             "tags": [*common, ("span.kind", "string", "client"), ("error", "bool", True),
                      ("otel.status_code", "string", "ERROR"),
                      ("otel.status_description", "string", "timed out")],
             "logs": [(start + 20, [("count", "int64", 2), ("event", "string", "retry")])]},
            "python-" + kind, [])

    def test_collector_endpoint(self):
        self.check("jaeger-collector", self.collector() + "?format=jaeger.thrift")

    def test_agent_endpoint(self):
        self.check("jaeger-agent", self.agent("jaeger_compact"))


del InteropTest  # only what derives from it has tests

if __name__ == "__main__":
    unittest.main()
