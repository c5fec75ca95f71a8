"""What goes in at a door comes out at the query port, and what does not belong gets the code the
protocol demands while the server keeps answering. Needs SPANHOUND_BUILD (build/release)."""

import gzip
import http.client
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/e2e"))

import otlp_payloads as otlp  # noqa: E402
from processes import Spanhound, request, wait_until  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
PROTOBUF = {"Content-Type": "application/x-protobuf"}
JSON = {"Content-Type": "application/json"}
THRIFT = {"Content-Type": "application/x-thrift"}


def thrift_string(number, text):
    raw = text.encode()
    return struct.pack(">bhi", 11, number, len(raw)) + raw


def thrift_i64(number, value):
    return struct.pack(">bhq", 10, number, value)


def thrift_batch(trace_id, service, operation):
    """jaeger.thrift Batch in TBinaryProtocol with one span."""
    low = int.from_bytes(bytes.fromhex(trace_id[16:]), "big", signed=True)
    high = int.from_bytes(bytes.fromhex(trace_id[:16]), "big", signed=True)
    tag = (thrift_string(1, "colour") + struct.pack(">bhi", 8, 2, 0) +
           thrift_string(3, "red") + b"\0")
    span = (thrift_i64(1, low) + thrift_i64(2, high) + thrift_i64(3, 77) + thrift_i64(4, 0) +
            thrift_string(5, operation) + struct.pack(">bhi", 8, 7, 1) +
            thrift_i64(8, 1_700_000_000_000_000) + thrift_i64(9, 1500) +
            struct.pack(">bhbi", 15, 10, 12, 1) + tag + b"\0")
    process = thrift_string(1, service) + b"\0"
    return (struct.pack(">bh", 12, 1) + process +
            struct.pack(">bhbi", 15, 2, 12, 1) + span + b"\0")


def zstd_stored(data):
    """A zstd frame of blocks that are stored as they are (RFC 8878), so that no library is needed."""
    frame = b"\x28\xb5\x2f\xfd\x00\x58"  # a window of 2 MiB, no content size
    blocks = [data[at:at + 100_000] for at in range(0, len(data), 100_000)] or [b""]
    for index, block in enumerate(blocks):
        is_last = index == len(blocks) - 1
        frame += (len(block) << 3 | is_last).to_bytes(3, "little") + block
    return frame


def msgpack(value):
    """What the forward protocol needs of MessagePack. A tuple of two integers is an EventTime."""
    if isinstance(value, tuple):
        return b"\xd7\x00" + struct.pack(">II", *value)
    if isinstance(value, int):
        return struct.pack(">Bq", 0xD3, value)
    if isinstance(value, str):
        return struct.pack(">BI", 0xDB, len(value.encode())) + value.encode()
    if isinstance(value, bytes):
        return struct.pack(">BI", 0xC6, len(value)) + value
    if isinstance(value, list):
        return struct.pack(">BI", 0xDD, len(value)) + b"".join(map(msgpack, value))
    pairs = b"".join(msgpack(key) + msgpack(item) for key, item in value.items())
    return struct.pack(">BI", 0xDF, len(value)) + pairs


def values_of(attributes):
    return {attribute["key"]: attribute["value"] for attribute in attributes}


def zipkin_v2(trace_id, service="zipkin-svc"):
    return [{"traceId": trace_id, "id": "00000000000000a1", "kind": "CLIENT", "name": "get",
             "timestamp": 1_700_000_000_000_000, "duration": 1500,
             "localEndpoint": {"serviceName": service, "ipv4": "10.0.0.1"},
             "remoteEndpoint": {"serviceName": "back", "port": 80},
             "annotations": [{"timestamp": 1_700_000_000_000_100, "value": "retry"}],
             "tags": {"colour": "red"}},
            {"traceId": trace_id, "id": "00000000000000a1", "kind": "SERVER", "shared": True,
             "name": "get", "timestamp": 1_700_000_000_000_200, "duration": 900,
             "localEndpoint": {"serviceName": "back"}}]


class DoorsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.server = Spanhound(BUILD, cls.directory.name + "/data",
                               flags=["--elasticsearch-port", "0", "--fluent-port", "0"])

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        cls.directory.cleanup()
        assert code == 0, f"exit code {code}:\n" + "\n".join(cls.server.lines[-30:])

    def tearDown(self):
        # Whatever a test did, the server must still take and find a trace.
        trace_id = otlp.new_trace_id()
        answer = request("POST", self.server.url("otlp_http", "/v1/traces"),
                         otlp.trace_json(trace_id), JSON)
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.trace(trace_id).status, 200)

    def trace(self, trace_id):
        return request("GET", self.server.url("query", f"/api/traces/{trace_id}"))

    def post(self, path, body, headers, door="otlp_http"):
        return request("POST", self.server.url(door, path), body, headers)

    def test_otlp_json_and_protobuf_traces_are_found_at_once(self):
        for make, headers in ((lambda i: otlp.trace_json(i, "door-json"), JSON),
                              (lambda i: otlp.trace_protobuf([i], "door-pb"), PROTOBUF)):
            trace_id = otlp.new_trace_id()
            answer = self.post("/v1/traces", make(trace_id), headers)
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.headers["Content-Type"], headers["Content-Type"])
            self.assertEqual(answer.body, b"{}" if headers is JSON else b"")
            found = self.trace(trace_id).json()["data"][0]
            self.assertEqual(found["traceID"], trace_id)
            self.assertEqual(found["spans"][0]["operationName"], "hello")

    def test_gzip_request(self):
        trace_id = otlp.new_trace_id()
        body = gzip.compress(otlp.trace_protobuf([trace_id]))
        answer = self.post("/v1/traces", body, {**PROTOBUF, "Content-Encoding": "gzip"})
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.trace(trace_id).status, 200)

    def test_logs_join_their_trace(self):
        trace_id, span_id = otlp.new_trace_id(), otlp.new_span_id()
        self.assertEqual(self.post("/v1/logs", otlp.logs_json(trace_id, span_id, "by hand"),
                                   JSON).status, 200)
        self.assertEqual(self.post("/v1/logs", otlp.logs_protobuf(trace_id, "by protobuf"),
                                   PROTOBUF).status, 200)
        logs = self.server.get_json(f"/api/logs?traceID={trace_id}")["data"]
        self.assertEqual(sorted(log["body"] for log in logs), ["by hand", "by protobuf"])
        of_span = self.server.get_json(f"/api/logs?traceID={trace_id}&spanID={span_id}")["data"]
        self.assertEqual([log["body"] for log in of_span], ["by hand"])

    def test_jaeger_thrift(self):
        trace_id = otlp.new_trace_id()
        answer = self.post("/api/traces?format=jaeger.thrift",
                           thrift_batch(trace_id, "thrift-svc", "op"), THRIFT, "jaeger")
        self.assertEqual((answer.status, answer.body), (202, b""))
        found = self.trace(trace_id).json()["data"][0]
        span = found["spans"][0]
        self.assertEqual((span["startTime"], span["duration"]), (1_700_000_000_000_000, 1500))
        self.assertIn({"key": "colour", "type": "string", "value": "red"}, span["tags"])
        self.assertIn("thrift-svc", self.server.get_json("/api/services")["data"])

    def test_zipkin_v2_with_a_shared_span(self):
        trace_id = otlp.new_trace_id()
        body = json.dumps(zipkin_v2(trace_id)).encode()
        for data, headers in ((body, JSON), (gzip.compress(body), {**JSON,
                                                                  "Content-Encoding": "gzip"})):
            answer = self.post("/api/v2/spans", data, headers, "zipkin")
            self.assertEqual((answer.status, answer.body), (202, b""))
        found = self.trace(trace_id).json()["data"][0]
        client = next(s for s in found["spans"] if s["spanID"] == "00000000000000a1")
        server = next(s for s in found["spans"] if s["startTime"] == 1_700_000_000_000_200)
        self.assertEqual((client["operationName"], client["startTime"], client["duration"]),
                         ("get", 1_700_000_000_000_000, 1500))
        for key, kind, value in (("colour", "string", "red"), ("net.host.ip", "string", "10.0.0.1"),
                                 ("peer.service", "string", "back"),
                                 ("net.peer.port", "int64", 80), ("span.kind", "string", "client")):
            self.assertIn({"key": key, "type": kind, "value": value}, client["tags"])
        self.assertEqual(client["logs"][0]["timestamp"], 1_700_000_000_000_100)
        self.assertEqual(server["references"][0]["spanID"], client["spanID"])
        self.assertEqual(found["processes"][server["processID"]]["serviceName"], "back")

    def test_zipkin_v1_json(self):
        trace_id = otlp.new_trace_id()
        host = {"serviceName": "zipkin-v1"}
        span = {"traceId": trace_id, "id": "b1", "name": "old", "annotations": [
            {"timestamp": 1_700_000_000_000_000, "value": "sr", "endpoint": host},
            {"timestamp": 1_700_000_000_000_700, "value": "ss", "endpoint": host}],
            "binaryAnnotations": [{"key": "colour", "value": "blue", "endpoint": host}]}
        answer = self.post("/api/v1/spans", json.dumps([span]).encode(), JSON, "zipkin")
        self.assertEqual(answer.status, 202)
        found = self.trace(trace_id).json()["data"][0]["spans"][0]
        self.assertEqual((found["startTime"], found["duration"]), (1_700_000_000_000_000, 700))
        self.assertIn({"key": "colour", "type": "string", "value": "blue"}, found["tags"])

    def test_elasticsearch_bulk(self):
        trace_id, span_id = otlp.new_trace_id(), otlp.new_span_id()
        lines = [{"create": {"_index": "app-logs", "_id": "1"}},
                 {"@timestamp": "2023-11-14T22:13:20.5Z", "message": "by bulk", "log.level": "warn",
                  "trace": {"id": trace_id}, "span_id": span_id, "service": {"name": "bulk-svc"},
                  "kubernetes": {"pod_name": "p-1"}, "status": 503},
                 {"index": {}}, [], {"delete": {"_id": "2"}}]
        body = "".join(json.dumps(line) + "\n" for line in lines).encode()
        headers = {"Content-Type": "application/x-ndjson"}
        answer = self.post("/other/_bulk", body, headers, "elasticsearch")
        self.assertEqual((answer.status, answer.headers["X-Elastic-Product"]),
                         (200, "Elasticsearch"))
        items = answer.json()["items"]
        self.assertEqual([next(iter(item.values()))["status"] for item in items], [201, 400, 400])
        log, = self.server.get_json(f"/api/logs?traceID={trace_id}&spanID={span_id}")["data"]
        self.assertEqual((log["body"], log["severityText"], log["timeUnixNano"]),
                         ("by bulk", "warn", "1700000000500000000"))
        self.assertEqual(values_of(log["resource"]["attributes"]),
                         {"service.name": "bulk-svc", "k8s.pod.name": "p-1"})
        self.assertEqual(values_of(log["attributes"]),
                         {"status": 503, "elasticsearch.index": "app-logs"})
        self.assertEqual(self.post("/_bulk", b"{", headers, "elasticsearch").status, 400)
        self.assertEqual(request("GET", self.server.url("elasticsearch", "/")).json()["tagline"],
                         "You Know, for Search")

    def test_fluent_forward(self):
        trace_id = otlp.new_trace_id()
        record = {"log": "by forward", "level": "error", "trace_id": trace_id, "n": 7,
                  "kubernetes": {"namespace_name": "prod", "labels": {"app": "fluent-svc"}}}
        entries = msgpack([(1_700_000_000, 5), record])
        messages = [msgpack(["app", entries, {"chunk": "one"}]),
                    msgpack(["app", gzip.compress(entries), {"compressed": "gzip", "chunk": "two"}]),
                    msgpack(["app", [[(1_700_000_000, 6), record]]]),
                    msgpack(["app", 1_700_000_000, record, {"chunk": "three"}])]
        with socket.create_connection(("127.0.0.1", self.server.ports["fluent"]), 30) as sender:
            for message in messages:
                sender.sendall(message)
            acknowledged = b""
            while acknowledged.count(b"ack") < 3:
                acknowledged += sender.recv(4096)
        for chunk in (b"one", b"two", b"three"):
            self.assertIn(b"\x81\xa3ack\xda\x00" + bytes([len(chunk)]) + chunk, acknowledged)
        logs = self.server.get_json(f"/api/logs?traceID={trace_id}")["data"]
        self.assertEqual(sorted(log["timeUnixNano"][-2:] for log in logs), ["00", "05", "05", "06"])
        for log in logs:
            self.assertEqual((log["body"], log["severityText"], log["serviceName"]),
                             ("by forward", "error", "fluent-svc"))
            self.assertEqual(values_of(log["attributes"]), {"n": 7, "fluent.tag": "app"})
            self.assertEqual(values_of(log["resource"]["attributes"]),
                             {"service.name": "fluent-svc", "k8s.namespace.name": "prod",
                              "k8s.pod.label.app": "fluent-svc"})

    def test_zstd_request(self):
        trace_id = otlp.new_trace_id()
        headers = {**PROTOBUF, "Content-Encoding": "zstd"}
        body = zstd_stored(otlp.trace_protobuf([trace_id]))
        self.assertEqual(self.post("/v1/traces", body, headers).status, 200)
        self.assertEqual(self.trace(trace_id).status, 200)
        self.assertEqual(self.post("/v1/traces", body[:-3], headers).status, 400)
        # A block of one byte 100,000 times is 4 bytes long; a thousand of them exceed 64 MiB.
        bomb = body[:6] + ((100_000 << 3 | 1 << 1).to_bytes(3, "little") + b"\0") * 1000
        self.assertEqual(self.post("/v1/traces", bomb, headers).status, 413)

    def test_search_by_service_operation_and_tag(self):
        trace_id = otlp.new_trace_id()
        self.post("/v1/traces", otlp.trace_json(trace_id, "searched", "find me"), JSON)
        query = "/api/traces?service=searched&operation=find%20me&tags=%7B%22http.route%22%3A%22%2Fhello%22%7D"
        self.assertEqual([t["traceID"] for t in self.server.get_json(query)["data"]], [trace_id])
        self.assertEqual(self.server.get_json(query.replace("hello", "bye"))["data"], [])
        self.assertEqual(request("GET", self.server.url("query", "/api/traces")).status, 400)

    def test_malformed_bodies_are_400_with_a_status(self):
        answer = self.post("/v1/traces", b"\x0a\xff\xff\xff\xff\x0f", PROTOBUF)
        self.assertEqual((answer.status, answer.headers["Content-Type"]),
                         (400, "application/x-protobuf"))
        self.assertGreater(len(answer.body), 2)
        answer = self.post("/v1/traces", b'{"resourceSpans": [', JSON)
        self.assertEqual(answer.status, 400)
        self.assertIn("message", answer.json())
        self.assertEqual(self.post("/v1/logs", b"[1]", JSON).status, 400)
        answer = self.post("/api/traces", b"not thrift", THRIFT, "jaeger")
        self.assertEqual(answer.status, 400)
        self.assertTrue(answer.body)
        for path in ("/api/v1/spans", "/api/v2/spans"):
            answer = self.post(path, b'[{"traceId":', JSON, "zipkin")
            self.assertEqual((answer.status, answer.headers["Content-Type"]),
                             (400, "text/plain; charset=utf-8"))
        answer = self.post("/v1/traces", gzip.compress(b"x" * 1000)[:20],
                           {**PROTOBUF, "Content-Encoding": "gzip"})
        self.assertEqual(answer.status, 400)

    def test_wrong_content_type_encoding_method_and_path(self):
        self.assertEqual(self.post("/v1/traces", b"", {"Content-Type": "text/plain"}).status, 415)
        self.assertEqual(self.post("/api/traces", b"", {"Content-Type": "text/plain"},
                                   "jaeger").status, 400)
        self.assertEqual(self.post("/v1/traces", b"x", {**PROTOBUF, "Content-Encoding": "br"})
                         .status, 415)
        answer = request("GET", self.server.url("otlp_http", "/v1/traces"))
        self.assertEqual(answer.status, 405)
        self.assertEqual(self.post("/v1/nothing", b"", PROTOBUF).status, 404)
        self.assertEqual(request("GET", self.server.url("query", "/api/nothing")).status, 404)
        self.assertEqual(request("GET", self.server.url("jaeger", "/nothing")).status, 404)

    def test_bodies_over_the_limit_are_413(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.ports["otlp_http"],
                                                timeout=60)
        connection.putrequest("POST", "/v1/traces")
        connection.putheader("Content-Type", "application/x-protobuf")
        connection.putheader("Content-Length", str(100 << 20))
        connection.endheaders()
        try:
            for _ in range(100):
                connection.send(b"\0" * (1 << 20))
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.assertEqual(connection.getresponse().status, 413)
        connection.close()

    def test_gzip_bomb_is_413_and_memory_stays_bounded(self):
        before = self.resident_bytes()
        bomb = gzip.compress(b"\0" * (1 << 30), compresslevel=1)
        answer = self.post("/v1/traces", bomb, {**PROTOBUF, "Content-Encoding": "gzip"})
        self.assertEqual(answer.status, 413)
        self.assertLess(self.resident_bytes() - before, 200 << 20)

    def resident_bytes(self):
        status = pathlib.Path(f"/proc/{self.server.popen.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024

    def test_bad_ids_are_rejected_one_by_one(self):
        good = otlp.new_trace_id()
        body = json.loads(otlp.trace_json(good))
        spans = body["resourceSpans"][0]["scopeSpans"][0]["spans"]
        spans.append({**spans[0], "traceId": "00" * 16})
        spans.append({**spans[0], "spanId": "abcd"})
        answer = self.post("/v1/traces", json.dumps(body).encode(), JSON)
        self.assertEqual(answer.status, 200)
        partial = answer.json()["partialSuccess"]
        self.assertEqual(int(partial["rejectedSpans"]), 2)
        self.assertTrue(partial["errorMessage"])
        self.assertEqual(len(self.trace(good).json()["data"][0]["spans"]), 1)

    def test_unknown_and_malformed_trace_ids(self):
        answer = self.trace("deadbeef" * 4)
        self.assertEqual(answer.status, 404)
        self.assertEqual(answer.json()["errors"][0]["msg"], "trace not found")
        self.assertEqual(self.trace("xyz").status, 400)
        self.assertEqual(self.trace("0" * 33).status, 400)

    def test_admin_port(self):
        health = request("GET", self.server.url("admin", "/"))
        self.assertEqual(health.json()["status"], "Server available")
        metrics = request("GET", self.server.url("admin", "/metrics")).body.decode()
        self.assertIn("# TYPE spanhound_", metrics)

    def test_a_browser_page_of_another_site_cannot_read(self):
        answer = request("GET", self.server.url("query", "/api/services"),
                         headers={"Host": "evil.example"})
        self.assertIn(answer.status, (403, 421))

    def test_ui_is_served(self):
        answer = request("GET", self.server.url("query", "/"))
        self.assertEqual(answer.status, 200)
        self.assertIn("script-src 'self'", answer.headers["Content-Security-Policy"])

    def test_command_line_prints_the_tree(self):
        import subprocess
        trace_id, span_id = otlp.new_trace_id(), otlp.new_span_id()
        self.post("/v1/traces", otlp.trace_json(trace_id, "cli", "on the terminal", span_id), JSON)
        self.post("/v1/logs", otlp.logs_json(trace_id, span_id, "evil \x1b[31m line"), JSON)
        tree = subprocess.run([f"{BUILD}/spanhound", "trace", trace_id, "--url",
                               self.server.url("query")], capture_output=True, text=True)
        self.assertEqual(tree.returncode, 0, tree.stderr)
        self.assertIn("on the terminal", tree.stdout)
        self.assertIn("evil \\x1b[31m line", tree.stdout)
        self.assertNotIn("\x1b[31m line", tree.stdout)
        listed = subprocess.run([f"{BUILD}/spanhound", "traces", "--service", "cli", "--url",
                                 self.server.url("query")], capture_output=True, text=True)
        self.assertIn(trace_id[:16], listed.stdout)


class StopTest(unittest.TestCase):
    def test_both_signals_stop_cleanly_and_keep_everything(self):
        import signal
        import time
        with tempfile.TemporaryDirectory() as directory:
            for number in (signal.SIGTERM, signal.SIGINT):
                server = Spanhound(BUILD, directory + "/data")
                trace_id = otlp.new_trace_id()
                request("POST", server.url("otlp_http", "/v1/traces"),
                        otlp.trace_json(trace_id), JSON)
                started = time.monotonic()
                self.assertEqual(server.stop(number), 0)
                self.assertLess(time.monotonic() - started, 5)
                with Spanhound(BUILD, directory + "/data") as again:
                    path = f"/api/traces/{trace_id}"
                    self.assertEqual(request("GET", again.url("query", path)).status, 200)

    def test_second_server_on_the_directory_is_refused(self):
        with tempfile.TemporaryDirectory() as directory:
            with Spanhound(BUILD, directory + "/data"):
                with self.assertRaisesRegex(RuntimeError, "another process"):
                    Spanhound(BUILD, directory + "/data")


class ConfigurationTest(unittest.TestCase):
    """The docker command line people have for Jaeger all-in-one."""

    def test_jaegers_variables_and_flags_and_a_base_path(self):
        variables = {"COLLECTOR_OTLP_GRPC_HOST_PORT": "127.0.0.1:0", "SPAN_STORAGE_TYPE": "memory",
                     "QUERY_BASE_PATH": "/jaeger", "MEMORY_MAX_TRACES": "50000"}
        with tempfile.TemporaryDirectory() as directory, unittest.mock.patch.dict(
                os.environ, variables):
            with Spanhound(BUILD, directory, flags=("--query.ui-config=/x",
                                                    "--log-level=info")) as server:
                trace_id = otlp.new_trace_id()
                request("POST", server.url("otlp_http", "/v1/traces"), otlp.trace_json(trace_id),
                        JSON)
                ask = lambda path: request("GET", server.url("query", path))
                self.assertEqual(ask(f"/jaeger/api/traces/{trace_id}").status, 200)
                page = ask("/jaeger/search").body.decode()
                script = page.split('src="', 1)[1].split('"', 1)[0]
                self.assertTrue(script.startswith("/jaeger/assets/"), script)
                self.assertEqual(ask(script).status, 200)
                self.assertEqual(ask("/api/services").status, 404)
                told = [line for line in server.lines if "not honoured" in line]
                self.assertEqual(len(told), 3, told)

    def test_unknown_names_are_refused_with_their_place(self):
        with tempfile.TemporaryDirectory() as directory:
            file = pathlib.Path(directory) / "spanhound.yaml"
            file.write_text("data: x\nquary-port: 1\n")
            run = lambda *words: subprocess.run(
                [pathlib.Path(BUILD) / "spanhound", "serve", *words], capture_output=True, text=True)
            for words, message in ((("--config", file), f"{file} line 2: there is no setting"),
                                   (("--quary-port", "1"), "there is no flag --quary-port"),
                                   (("--query-port", "x"), "--query-port: 'x' is no port")):
                refused = run(*words)
                self.assertEqual(refused.returncode, 2)
                self.assertIn(message, refused.stderr)

    def test_the_data_directory_may_be_a_link_with_a_slash(self):
        # As systemd makes StateDirectory= with DynamicUser=yes (deploy/spanhound.service).
        with tempfile.TemporaryDirectory() as directory:
            private = pathlib.Path(directory) / "private"
            private.mkdir()
            link = pathlib.Path(directory) / "spanhound"
            link.symlink_to(private)
            trace_id = otlp.new_trace_id()
            with Spanhound(BUILD, f"{link}/") as server:
                request("POST", server.url("otlp_http", "/v1/traces"), otlp.trace_json(trace_id),
                        JSON)
            with Spanhound(BUILD, f"{link}/") as server:
                found = request("GET", server.url("query", f"/api/traces/{trace_id}"))
                self.assertEqual(found.status, 200)
            self.assertTrue((private / "MANIFEST").exists())

    def test_a_damaged_store_is_refused_with_what_to_do(self):
        with tempfile.TemporaryDirectory() as directory:
            manifest = pathlib.Path(directory) / "MANIFEST"
            manifest.write_bytes(b"SPHMAN02 damaged")
            refused = subprocess.run([pathlib.Path(BUILD) / "spanhound", "serve", "--data", directory],
                                     capture_output=True, text=True)
            self.assertEqual(refused.returncode, 1)
            self.assertIn(str(manifest), refused.stderr)
            self.assertIn("spanhound check", refused.stderr)
            self.assertEqual(manifest.read_bytes(), b"SPHMAN02 damaged")

    def test_a_certificate_without_its_key_is_refused_by_name(self):
        with tempfile.TemporaryDirectory() as directory:
            refused = subprocess.run(
                [pathlib.Path(BUILD) / "spanhound", "serve", "--data", directory,
                 "--tls-cert", "server.pem"], capture_output=True, text=True)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("tls-cert needs tls-key", refused.stderr)


if __name__ == "__main__":
    unittest.main()
