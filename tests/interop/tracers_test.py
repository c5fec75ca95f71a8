"""Tracers of Zipkin and Jaeger that are not OpenTelemetry's (Go, Java, Python), and OpenTelemetry's
exporters for their formats: what they send is read back by the query API and compared field by field.
Packages as in jaeger_test.py."""

import pathlib
import unittest

from clients import (BUILD, LINKED, InteropTest, Spanhound, go_client, ids_printed, java_client,
                     plain, python_client, tags_of)

START = 1_700_000_000_000_001
TEXT = ("text", "string", "café <b>")
ERROR = [("error", "bool", True), ("otel.status_code", "string", "ERROR")]
TIMED_OUT = [*ERROR, ("otel.status_description", "string", "timed out")]
SCOPE = [("otel.scope.name", "string", "interop-library"),
         ("otel.scope.version", "string", "1.2.3")]
PARENT = {"startTime": START, "duration": 100, "logs": []}
CHILD = {"startTime": START + 10, "duration": 30}
MACHINE = ("client-uuid", "hostname", "ip", "jaeger.version")
JAEGER_TYPED = [("span.kind", "string", "server"), TEXT, ("yes", "bool", True),
                ("big", "int64", "-9007199254740993"), ("ratio", "float64", 0.1)]


def kind(name):
    return ("span.kind", "string", name)


def address(role, ip, port=None):
    return [(f"net.{role}.ip", "string", ip), *(
        [(f"net.{role}.port", "int64", port)] if port else [])]


class TracersTest(InteropTest):
    def send(self, client, where, *more):
        return ids_printed([*self.command, client, where, *more])

    def zipkin(self, version="v2"):
        return self.server.url("zipkin", f"/api/{version}/spans")

    def of_this_machine(self, ids, count):
        """The tags of the process that are of this machine and run."""
        process = next(iter(self.stored(ids[0])["processes"].values()))
        found = [tag for tag in tags_of(process["tags"]) if tag[0] in MACHINE]
        self.assertEqual(len(found), count)
        return found

    def assert_shared(self, ids, names, parent_tags, child_tags, services):
        """Both sides of a call under one id, which makes the server's the child of the client's."""
        self.assertEqual(ids[1], ids[2])
        made = plain(self.stored(ids[0]))[names[1]]["spanID"]
        self.assertNotEqual(made, ids[1])
        self.assert_stored(
            ids, {**PARENT, "tags": [kind("client"), TEXT, *parent_tags]},
            {**CHILD, "spanID": made, "service": services[1],
             "tags": [kind("server"), *TIMED_OUT, *child_tags],
             "logs": [(START + 20, [("event", "string", "retry")])]},
            services[0], flags=0, names=names)


class GoTest(TracersTest):
    """zipkin-go, jaeger-client-go, and OpenTelemetry's exporter for Zipkin."""

    @classmethod
    def setUpClass(cls):
        cls.command = go_client("go_tracers")
        super().setUpClass()

    def check_zipkin(self, client, names):
        self.assert_shared(self.send(client, self.zipkin()), names, address("host", "10.0.0.1", 80),
                           [*address("host", "2001:db8::2", 81), *address("peer", "10.0.0.3", 82),
                            ("peer.service", "string", "stock")], ("go-zipkin", "go-zipkin-back"))

    def test_zipkin_json(self):
        self.check_zipkin("zipkin-json", ("get /cart", "select"))  # it sends them so

    def test_zipkin_protobuf(self):
        self.check_zipkin("zipkin-proto", ("GET /cart", "SELECT"))

    def test_opentelemetry_exporter_for_zipkin(self):
        common = [*SCOPE, ("service.name", "string", "go-otel-zipkin")]
        self.assert_stored(
            self.send("otel-zipkin", self.zipkin()),
            {**PARENT, "tags": [*common, kind("consumer"), TEXT, ("yes", "string", "true"),
                                ("big", "string", "-9007199254740993"),
                                ("ratio", "string", "0.1"), ("list", "string", '["a","b"]')]},
            {**CHILD, "tags": [*common, kind("client"), *TIMED_OUT,
                               ("peer.service", "string", "stock")],
             "logs": [(START + 20, [("event", "string", 'retry: {"count":2}')])]},
            "go-otel-zipkin", flags=0, names=("get /cart", "select"))

    def check_jaeger(self, client, where, *more):
        ids = self.send(client, where, *more)
        baggage, = plain(self.stored(ids[0]))["GET /cart"]["logs"]  # at the time it was set
        self.assertEqual(baggage[1], [("event", "string", "baggage"), ("key", "string", "user"),
                                      ("value", "string", "42")])
        self.assert_stored(
            ids, {**PARENT, "logs": [baggage],
                  "tags": [*JAEGER_TYPED, ("bytes", "binary", "AP8=")]},
            {**CHILD, "tags": [kind("client"), *ERROR], "references": [("FOLLOWS_FROM", *LINKED)],
             "logs": [(START + 20, [("count", "int64", 2), ("event", "string", "retry")])]},
            "go-" + client, [("deployment.environment", "string", "interop"),
                             *self.of_this_machine(ids, 4)])

    def test_jaeger_client_to_the_collector(self):
        self.check_jaeger("jaeger-collector", self.collector())

    def test_jaeger_client_to_the_agent(self):
        self.check_jaeger("jaeger-agent", self.agent("jaeger_compact"))

    def test_jaeger_client_samples_what_it_is_told_to(self):
        strategies = pathlib.Path(self.directory.name, "strategies.json")
        strategies.write_text('{"service_strategies": [{"service": "go-jaeger-sampled", "type": '
                              '"probabilistic", "param": 1}]}')
        with Spanhound(BUILD, self.directory.name + "/sampling",
                       flags=["--sampling-strategies-file", str(strategies)]) as sampling:
            self.check_jaeger("jaeger-sampled", self.collector(),
                              sampling.url("sampling", "/sampling"))


class JavaTest(TracersTest):
    """brave with zipkin-reporter, jaeger-client-java, and opentelemetry-java's exporter for Jaeger."""

    @classmethod
    def setUpClass(cls):
        cls.command = java_client("java_tracers")
        super().setUpClass()

    def check_brave(self, client):
        host = address("host", "10.0.0.1")
        self.assert_shared(self.send(client, self.zipkin()), ("GET /cart", "SELECT"),
                           [*host, *address("peer", "10.0.0.2", 81),
                            ("peer.service", "string", "java-zipkin-back")], host,
                           ("java-zipkin", "java-zipkin-back"))

    def test_brave_json(self):
        self.check_brave("brave-json")

    def test_brave_protobuf(self):
        self.check_brave("brave-proto")

    LOGS = [(START + 20, [("count", "int64", 2), ("event", "string", "retry")])]

    def check_jaeger(self, client, where):
        ids = self.send(client, where)
        self.assert_stored(
            ids, {**PARENT, "tags": [*JAEGER_TYPED, ("sampler.type", "string", "const"),
                                     ("sampler.param", "bool", True)]},
            {**CHILD, "tags": [kind("client"), *ERROR], "logs": self.LOGS}, "java-" + client,
            [("deployment.environment", "string", "interop"), *self.of_this_machine(ids, 3)])

    def test_jaeger_client_to_the_collector(self):
        self.check_jaeger("jaeger-collector", self.collector())

    def test_jaeger_client_to_the_agent(self):
        self.check_jaeger("jaeger-agent", self.agent("jaeger_compact"))

    def test_opentelemetry_exporter_for_jaeger(self):
        ids = self.send("otel-jaeger", f"http://127.0.0.1:{self.server.ports['jaeger_grpc']}")
        self.assert_stored(
            ids, {**PARENT, "tags": [*SCOPE, *JAEGER_TYPED, ("list", "string", '["a","b"]'),
                                     ("otel.status_code", "string", "OK")]},
            {**CHILD, "tags": [*SCOPE, kind("client"), *TIMED_OUT], "logs": self.LOGS},
            "java-otel-jaeger", [("process.pid", "int64", 42), *self.of_this_machine(ids, 3)],
            flags=0)


# Clients of Python take seconds as floating-point numbers: these times are exact as such.
PYTHON_START = 1_700_000_000_500_000
PYTHON_PARENT = {"startTime": PYTHON_START, "duration": 250_000, "logs": []}
PYTHON_CHILD = {"startTime": PYTHON_START + 125_000, "duration": 62_500}
PYTHON_EVENT = PYTHON_START + 156_250


class PyZipkinTest(TracersTest):
    @classmethod
    def setUpClass(cls):
        cls.command = python_client("zipkin", "python_tracers")
        super().setUpClass()

    def check(self, client):
        ids = self.send(client, self.server.url("zipkin"))
        host = address("host", "10.0.0.1", 80)
        root = plain(self.stored(ids[0]))["GET /cart"]  # whose time is that of the run
        self.assert_stored(
            ids, {"startTime": root["startTime"], "duration": root["duration"], "logs": [],
                  "tags": [*host, kind("server"), TEXT]},
            {**PYTHON_CHILD, "tags": [*host, kind("client"), *TIMED_OUT,
                                      *address("peer", "10.0.0.3", 82),
                                      ("peer.service", "string", "stock")],
             "logs": [(PYTHON_EVENT, [("event", "string", "retry")])]},
            "python-" + client, flags=0)

    def test_first_model(self):
        self.check("v1-json")

    def test_json(self):
        self.check("v2-json")

    def test_protobuf(self):
        self.check("v2-proto")


class PythonOpenTelemetryTest(TracersTest):
    """OpenTelemetry's exporters for Zipkin."""

    @classmethod
    def setUpClass(cls):
        cls.command = python_client("otel", "python_tracers")
        super().setUpClass()

    def check(self, client, has_kind=True):
        common = [*SCOPE, ("service.name", "string", "python-" + client)]
        self.assert_stored(
            self.send(client, self.server.url("zipkin")),
            {**PYTHON_PARENT, "tags": [*common, *([kind("server")] if has_kind else []), TEXT,
                                       ("yes", "string", "true"),
                                       ("big", "string", "-9007199254740993")]},
            {**PYTHON_CHILD, "tags": [*common, *([kind("client")] if has_kind else []),
                                      *TIMED_OUT],
             "logs": [(PYTHON_EVENT, [("event", "string", '{"retry": {"count": 2}}')])]},
            "python-" + client)

    def test_first_model(self):
        self.check("otel-v1-json", has_kind=False)  # it sends none

    def test_json(self):
        self.check("otel-v2-json")

    def test_protobuf(self):
        self.check("otel-proto")


class PythonJaegerTest(TracersTest):
    """jaeger-client-python."""

    @classmethod
    def setUpClass(cls):
        cls.command = python_client("jaeger", "python_tracers")
        super().setUpClass()

    def test_agent(self):
        ids = self.send("jaeger-agent", self.agent("jaeger_compact"))
        self.assert_stored(
            ids, {**PYTHON_PARENT, "tags": [*JAEGER_TYPED, ("sampler.type", "string", "const"),
                                            ("sampler.param", "bool", True)]},
            {**PYTHON_CHILD, "tags": [kind("client"), *ERROR],
             "logs": [(PYTHON_EVENT, [("count", "int64", 2), ("event", "string", "retry")])]},
            "python-jaeger-agent", [("deployment.environment", "string", "interop"),
                                    *self.of_this_machine(ids, 3)])


del InteropTest, TracersTest  # only what derives from them has tests

if __name__ == "__main__":
    unittest.main()
