"""Tenants from every door to every question: what one brought, no other ever sees. Needs
SPANHOUND_BUILD (build/release) and a curl that speaks HTTP/2, for gRPC."""

import json
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/e2e"))

import otlp_payloads as otlp  # noqa: E402
from doors_test import JSON, PROTOBUF, THRIFT, thrift_batch  # noqa: E402
from processes import Spanhound, request  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
EXPORT_TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
EXPORT_LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
GET_TRACE = "/jaeger.api_v2.QueryService/GetTrace"
OK, INVALID_ARGUMENT, NOT_FOUND = 0, 3, 5


def grpc_call(port, method, message, headers):
    """A unary call; its status code and message, from the headers or the trailers."""
    with tempfile.NamedTemporaryFile() as frame:
        frame.write(struct.pack(">bI", 0, len(message)) + message)
        frame.flush()
        command = ["curl", "-sS", "--http2-prior-knowledge", "-D", "-", "-o", "/dev/null",
                   "-H", "content-type: application/grpc", "-H", "te: trailers",
                   "--data-binary", f"@{frame.name}"]
        for name, value in headers.items():
            command += ["-H", f"{name}: {value}"]
        done = subprocess.run([*command, f"http://127.0.0.1:{port}{method}"], capture_output=True,
                              text=True, timeout=30, check=True)
    code = re.search(r"^grpc-status: (\d+)", done.stdout, re.M | re.I)
    message = re.search(r"^grpc-message: (.*?)\r?$", done.stdout, re.M | re.I)
    return int(code.group(1)), message.group(1) if message else ""


class TenantsTest(unittest.TestCase):
    FLAGS = ["--tenancy", "--elasticsearch-port", "0"]

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.server = Spanhound(BUILD, cls.directory.name + "/data", flags=cls.FLAGS)

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        cls.directory.cleanup()
        assert code == 0, f"exit code {code}:\n" + "\n".join(cls.server.lines[-30:])

    def post(self, path, body, headers, door="otlp_http"):
        return request("POST", self.server.url(door, path), body, headers)

    def ask(self, path, headers=None):
        return request("GET", self.server.url("query", path), headers=headers or {})

    def data(self, path, headers=None):
        answer = self.ask(path, headers)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()["data"]

    def bring(self, tenant, name):
        """One trace by every door, a log line by each for logs; the service names say who brought it."""
        headers = {"X-Scope-OrgID": tenant} if tenant else {}
        ids = {door: otlp.new_trace_id() for door in ("json", "protobuf", "thrift", "grpc",
                                                       "zipkin")}
        self.assertEqual(self.post("/v1/traces", otlp.trace_json(ids["json"], f"{name}-json"),
                                   {**JSON, **headers}).status, 200)
        self.assertEqual(self.post("/v1/traces",
                                   otlp.trace_protobuf([ids["protobuf"]], f"{name}-protobuf"),
                                   {**PROTOBUF, **headers}).status, 200)
        self.assertEqual(self.post("/api/traces", thrift_batch(ids["thrift"], f"{name}-thrift", "op"),
                                   {**THRIFT, **headers}, "jaeger").status, 202)
        span = {"traceId": ids["zipkin"], "id": "1", "timestamp": 1_700_000_000_000_000,
                "localEndpoint": {"serviceName": f"{name}-zipkin"}}
        self.assertEqual(self.post("/api/v2/spans", json.dumps([span]).encode(),
                                   {**JSON, **headers}, "zipkin").status, 202)
        self.assertEqual(self.post("/v1/logs", otlp.logs_json(ids["json"], otlp.new_span_id(), name),
                                   {**JSON, **headers}).status, 200)
        lines = [{"index": {"_index": "x"}}, {"message": f"{name} by bulk",
                                              "trace_id": ids["zipkin"]}]
        self.assertEqual(self.post("/_bulk", "".join(json.dumps(l) + "\n" for l in lines).encode(),
                                   {**JSON, **headers}, "elasticsearch").status, 200)
        port = self.server.ports["otlp_grpc"]
        self.assertEqual(grpc_call(port, EXPORT_TRACES,
                                   otlp.trace_protobuf([ids["grpc"]], f"{name}-grpc"), headers)[0], OK)
        self.assertEqual(grpc_call(port, EXPORT_LOGS,
                                   otlp.logs_protobuf(ids["grpc"], f"{name} by grpc"), headers)[0], OK)
        return ids

    def test_nobody_sees_what_another_brought(self):
        brought = {tenant: self.bring(tenant, tenant or "nobody") for tenant in ("a", "b", "")}
        for restart in range(2):
            for tenant, ids in brought.items():
                self.check_sees_only_its_own(tenant, brought)
            if restart == 0:
                self.restart()

    def check_sees_only_its_own(self, tenant, brought):
        headers = {"x-tenant": tenant} if tenant else {}
        name = tenant or "nobody"
        self.assertEqual(self.data("/api/services", headers),
                         [f"{name}-{door}" for door in ("grpc", "json", "protobuf", "thrift", "zipkin")])
        values = self.data("/api/attribute-values?key=service.name&scope=resource", headers)
        self.assertEqual(sorted(value["value"] for value in values),
                         [f"{name}-{door}" for door in ("grpc", "json", "protobuf", "thrift", "zipkin")])
        counts = {key["key"]: key["count"] for key in
                  self.data("/api/attributes?scope=span", headers)}
        self.assertEqual(counts, {"http.route": 3, "colour": 1})
        logs = self.data("/api/logs", headers)
        self.assertEqual(sorted(log["body"] for log in logs), [name, f"{name} by bulk", f"{name} by grpc"])
        every_time = "start=1&end=9000000000000000"
        listed = self.data(f"/api/trace-summaries?{every_time}", headers)
        self.assertEqual({trace["traceID"] for trace in listed}, set(brought[tenant].values()))
        for owner, ids in brought.items():
            mine = owner == tenant
            for door, trace_id in ids.items():
                self.assertEqual(self.ask(f"/api/traces/{trace_id}", headers).status,
                                 200 if mine else 404)
                self.assertEqual(grpc_call(self.server.ports["query_grpc"], GET_TRACE,
                                           b"\x0a\x10" + bytes.fromhex(trace_id), headers)[0],
                                 OK if mine else NOT_FOUND)
                service = f"{owner or 'nobody'}-{door}"
                found = self.data(f"/api/traces?service={service}&{every_time}", headers)
                self.assertEqual(len(found), 1 if mine else 0)
                operations = self.data(f"/api/operations?service={service}", headers)
                self.assertEqual(len(operations), 1 if mine else 0)
                by_id = self.data(f"/api/traces?traceID={trace_id}", headers)
                self.assertEqual(len(by_id), 1 if mine else 0)
                logs = self.data(f"/api/logs?traceID={trace_id}", headers)
                self.assertEqual(len(logs), 1 if mine and door in ("json", "grpc", "zipkin") else 0)

    def restart(self):
        """Everything goes to blocks when the server stops."""
        self.assertEqual(self.server.stop(), 0)
        type(self).server = Spanhound(BUILD, self.directory.name + "/data", flags=self.FLAGS)

    def test_dependencies_are_apart(self):
        body = json.loads(otlp.trace_json(otlp.new_trace_id(), "parent", span_id="aa" * 8))
        child = json.loads(otlp.trace_json("", "child"))["resourceSpans"][0]
        span = child["scopeSpans"][0]["spans"][0]
        span["traceId"] = body["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["traceId"]
        span["parentSpanId"] = "aa" * 8
        body["resourceSpans"].append(child)
        self.assertEqual(self.post("/v1/traces", json.dumps(body).encode(),
                                   {**JSON, "x-tenant": "calls"}).status, 200)
        self.assertEqual(self.data("/api/dependencies", {"x-tenant": "calls"}),
                         [{"parent": "parent", "child": "child", "callCount": 1}])
        self.assertEqual(self.data("/api/dependencies", {"x-tenant": "silent"}), [])

    def test_two_names_and_bad_names_are_refused_everywhere(self):
        for headers, problem in (({"X-Scope-OrgID": "a", "x-tenant": "b"}, "different tenants"),
                                 ({"x-tenant": "a b"}, "header x-tenant must be"),
                                 ({"X-Scope-OrgID": "a|b"}, "header X-Scope-OrgID must be"),
                                 ({"x-tenant": "x" * 129}, "header x-tenant must be")):
            trace = otlp.trace_json(otlp.new_trace_id())
            for answer in (self.post("/v1/traces", trace, {**JSON, **headers}),
                           self.post("/v1/logs", b"{}", {**JSON, **headers}),
                           self.post("/api/traces", thrift_batch(otlp.new_trace_id(), "s", "o"),
                                     {**THRIFT, **headers}, "jaeger"),
                           self.post("/api/v2/spans", b"[]", {**JSON, **headers}, "zipkin"),
                           self.post("/_bulk", b"{}", {**JSON, **headers}, "elasticsearch"),
                           self.ask("/api/services", headers),
                           self.ask("/api/traces/1", headers),
                           self.ask("/api/logs", headers)):
                self.assertEqual(answer.status, 400)
                self.assertIn(problem, answer.body.decode())
            port = self.server.ports["otlp_grpc"]
            code, message = grpc_call(port, EXPORT_TRACES, b"", headers)
            self.assertEqual(code, INVALID_ARGUMENT)
            self.assertIn(problem, message.replace("%20", " "))

    def test_hostile_values_are_refused_and_never_logged(self):
        with_marks = [b"h0stile\x1b[31m", b"h0stile\x07", b"h0stile\0x", b"h0stile\x9b2J",
                      b"h0stile\r\n folded", b"h0stile " + b"x" * 60_000, b"h0stile" * 20_000]
        for door, path in (("query", "/api/services"), ("otlp_http", "/v1/traces"),
                           ("jaeger", "/api/traces")):
            for value in with_marks:
                with self.subTest(door=door, value=value[:20]):
                    answer = self.raw_request(door, path, value)
                    self.assertRegex(answer, rb"^HTTP/1.1 4(00|31) ")
                    self.assertNotIn(b"h0stile", answer)
        self.assertEqual(self.ask("/api/services").status, 200)
        self.assertEqual([line for line in self.server.lines if "h0stile" in line], [])

    def raw_request(self, door, path, value):
        method = b"GET" if door == "query" else b"POST"
        head = (method + b" " + path.encode() + b" HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Type: application/x-protobuf\r\nContent-Length: 0\r\n"
                b"x-tenant: " + value + b"\r\nConnection: close\r\n\r\n")
        if door == "jaeger":
            head = head.replace(b"x-protobuf", b"x-thrift")
        with socket.create_connection(("127.0.0.1", self.server.ports[door]), 10) as connection:
            answer = b""
            try:
                connection.sendall(head)
                while piece := connection.recv(65536):
                    answer += piece
            except (BrokenPipeError, ConnectionResetError):
                pass
        return answer

    def test_command_line(self):
        trace_id = otlp.new_trace_id()
        self.post("/v1/traces", otlp.trace_json(trace_id, "cli"), {**JSON, "x-tenant": "cli"})
        run = lambda *words: subprocess.run(
            [f"{BUILD}/spanhound", *words, "--url", self.server.url("query")],
            capture_output=True, text=True, timeout=30)
        self.assertIn("hello", run("trace", trace_id, "--tenant", "cli").stdout)
        self.assertEqual(run("trace", trace_id).returncode, 1)
        self.assertIn(trace_id[:16], run("traces", "--tenant", "cli").stdout)
        self.assertNotIn(trace_id[:16], run("traces", "--tenant", "other").stdout)
        self.assertEqual(run("traces", "--tenant", "a b").returncode, 2)


class TenancyOffTest(unittest.TestCase):
    def test_headers_do_not_count(self):
        with tempfile.TemporaryDirectory() as directory, \
                Spanhound(BUILD, directory + "/data") as server:
            trace_id = otlp.new_trace_id()
            headers = {"X-Scope-OrgID": "a", "x-tenant": "b c"}
            answer = request("POST", server.url("otlp_http", "/v1/traces"),
                             otlp.trace_json(trace_id), {**JSON, **headers})
            self.assertEqual(answer.status, 200)
            for asked in ({}, {"x-tenant": "c"}):
                answer = request("GET", server.url("query", f"/api/traces/{trace_id}"),
                                 headers=asked)
                self.assertEqual(answer.status, 200)
            self.assertEqual(grpc_call(server.ports["otlp_grpc"], EXPORT_TRACES,
                                       otlp.trace_protobuf([trace_id]), headers)[0], OK)


class TenantLimitsTest(unittest.TestCase):
    def test_one_tenant_too_many(self):
        with tempfile.TemporaryDirectory() as directory, \
                Spanhound(BUILD, directory + "/data",
                          flags=["--tenancy", "--tenants-max", "2"]) as server:
            post = lambda tenant: request(
                "POST", server.url("otlp_http", "/v1/traces"),
                otlp.trace_json(otlp.new_trace_id()), {**JSON, "x-tenant": tenant})
            self.assertEqual([post(tenant).status for tenant in ("a", "b", "c", "a")],
                             [200, 200, 400, 200])
            self.assertIn("tenants_max", post("c").json()["message"])
            self.assertIsNone(post("c").headers["Retry-After"])
            metrics = request("GET", server.url("admin", "/metrics")).body.decode()
            self.assertIn("spanhound_store_refused_tenants_max_total 3\n", metrics)


if __name__ == "__main__":
    unittest.main()
