"""Clients not written by us, through Jaeger's doors: what they send is read back by the query API and
compared field by field. Their packages come from the registries into build/interop/ when the test
runs; what cannot be had is skipped and says so. A client that runs and fails is a failure."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/interop"
sys.path.insert(0, str(ROOT / "tools"))

from processes import Spanhound, request, wait_until  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
PACKAGES = ROOT / "build/interop"
FETCH_SECONDS_MAX = 240
SEND_SECONDS_MAX = 60
LINKED = ("0102030405060708090a0b0c0d0e0f10", "0102030405060708")


def fetch(what, command, directory):
    """Gets packages; whatever goes wrong with that is no failure of ours."""
    try:
        done = subprocess.run(command, cwd=directory, text=True, capture_output=True,
                              timeout=FETCH_SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        raise unittest.SkipTest(f"skipped: {what} did not come within "
                                f"{FETCH_SECONDS_MAX} s") from None
    if done.returncode != 0:
        why = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise unittest.SkipTest(f"skipped: cannot get {what}: {' '.join(why)}")


def copy_to_build(name):
    """The sources of a client, where its packages may be put beside them."""
    directory = PACKAGES / name
    shutil.copytree(HERE / name, directory, dirs_exist_ok=True)
    return directory


def ids_printed(command, directory=None):
    done = subprocess.run(command, cwd=directory, text=True, capture_output=True,
                          timeout=SEND_SECONDS_MAX, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout.split()[-3:]


def tags_of(key_values):
    return sorted((tag["key"], tag["type"], tag["value"]) for tag in key_values)


def plain(trace):
    """{operation: every field of its span}, with the process in place of its number."""
    spans = {}
    for span in trace["spans"]:
        process = trace["processes"][span["processID"]]
        spans[span["operationName"]] = {
            "spanID": span["spanID"], "traceID": span["traceID"], "flags": span.get("flags", 0),
            "references": [(ref["refType"], ref["traceID"], ref["spanID"])
                           for ref in span["references"]],
            "startTime": span["startTime"], "duration": span["duration"],
            "tags": tags_of(span["tags"]), "warnings": span["warnings"],
            "logs": [(log["timestamp"], tags_of(log["fields"])) for log in span["logs"]],
            "service": process["serviceName"], "process": tags_of(process["tags"])}
    return spans


class InteropTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.server = Spanhound(BUILD, cls.directory.name + "/data")

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        cls.directory.cleanup()
        assert code == 0, f"exit code {code}:\n" + "\n".join(cls.server.lines[-30:])

    def collector(self):
        return self.server.url("jaeger", "/api/traces")

    def agent(self, port):
        return f"127.0.0.1:{self.server.ports[port]}"

    def stored(self, trace_id, span_count=2):
        """A datagram has no acknowledgement to wait for."""
        def whole():
            answer = request("GET", self.server.url("query", f"/api/traces/{trace_id}"))
            found = answer.status == 200 and answer.json()["data"][0]
            return found if found and len(found["spans"]) == span_count else None
        return wait_until(f"trace {trace_id}", whole)

    def assert_stored(self, ids, parent, child, service, process):
        trace_id, parent_id, child_id = ids
        common = {"traceID": trace_id, "flags": 1, "warnings": None, "service": service,
                  "process": sorted(process)}
        expected = {
            "GET /cart": {**common, "spanID": parent_id, "references": [], **parent},
            "SELECT": {**common, "spanID": child_id, **child}}
        expected["SELECT"]["references"] = [("CHILD_OF", trace_id, parent_id),
                                            *child.get("references", [])]
        for span in expected.values():
            span["tags"] = sorted(span["tags"])
        self.assertEqual(plain(self.stored(trace_id)), expected)


class GoTest(InteropTest):
    """go.opentelemetry.io/otel/exporters/jaeger, as jaeger.New sets it up."""

    @classmethod
    def setUpClass(cls):
        if not shutil.which("go"):
            raise unittest.SkipTest("skipped: no go")
        directory = copy_to_build("go_jaeger")
        fetch("the Go modules", ["go", "mod", "download"], directory)
        cls.sender = str(directory / "send")
        subprocess.run(["go", "build", "-mod=readonly", "-o", cls.sender, "."], cwd=directory,
                       check=True, timeout=FETCH_SECONDS_MAX)
        super().setUpClass()

    def check(self, kind, where):
        scope = [("otel.scope.name", "string", "interop-library"),
                 ("otel.scope.version", "string", "1.2.3")]
        start = 1_700_000_000_000_001
        self.assert_stored(
            ids_printed([self.sender, kind, where]),
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
        if not shutil.which("npm"):
            raise unittest.SkipTest("skipped: no npm")
        cls.node = copy_to_build("node_jaeger")
        fetch("the npm packages", ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
                                   "--loglevel", "error"], cls.node)
        super().setUpClass()

    def send(self, client, where):
        return ids_printed(["node", "send.js", client, where], self.node)

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
                  ("service.name", "string", "node-opentelemetry"),
                  ("telemetry.sdk.language", "string", "nodejs"),
                  ("telemetry.sdk.name", "string", "opentelemetry"),
                  ("telemetry.sdk.version", "string", "1.30.1")]
        self.assert_stored(
            self.send("opentelemetry", where),
            {**self.PARENT, "tags": [*common, *self.TAGS, ("list", "string", "a,b"),
                                     ("otel.status_code", "string", "OK")]},
            {**self.CHILD, "references": [("FOLLOWS_FROM", *LINKED)],
             "tags": [*common, ("span.kind", "string", "client"), *self.ERROR,
                      ("otel.status_description", "string", "timed out")]},
            "node-opentelemetry", [])

    def test_opentelemetry_to_the_collector(self):
        self.check_opentelemetry(self.collector())

    def test_opentelemetry_to_the_agent(self):
        self.check_opentelemetry(self.agent("jaeger_binary"))


del InteropTest  # only what derives from it has tests

if __name__ == "__main__":
    unittest.main()
