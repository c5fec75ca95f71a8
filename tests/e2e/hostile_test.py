"""What nobody means well: a thousand connections that are idle, send slowly or read slowly, and ten
thousand mutated requests at every door and the query port. Nobody else may notice, and the
server may not crash, hang, answer 5xx or grow. Needs SPANHOUND_BUILD (build/release) and node."""

import base64
import gzip
import http.client
import json
import os
import pathlib
import random
import resource
import signal
import socket
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/e2e"))

import otlp_payloads as otlp  # noqa: E402
from doors_test import msgpack, zipkin_v2  # noqa: E402
from otlp_conformance_test import EXPORT, Grpc, JSON, PROTOBUF, frame  # noqa: E402
from processes import Spanhound, request, wait_until  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
CONNECTIONS = 1000
MUTATIONS = int(os.environ.get("SPANHOUND_MUTATIONS", "10000"))
SEED = int(os.environ.get("SPANHOUND_MUTATION_SEED", "1"))
# The live rows of what was good among it, and the allocator's slack. Under AddressSanitizer also its
# shadow, red zones and quarantine.
GROWTH_BYTES_MAX = (96 << 20) * int(os.environ.get("SPANHOUND_MEMORY_FACTOR", "1"))


def rss_bytes(server):
    status = pathlib.Path(f"/proc/{server.popen.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) << 10


class HostileTest(unittest.TestCase):
    FLAGS = ()

    def setUp(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.server = Spanhound(BUILD, self.directory.name + "/data", flags=[
            "--elasticsearch-port", "0", "--fluent-port", "0", *self.FLAGS])
        self.addCleanup(self.stop)

    def stop(self):
        self.assertEqual(self.server.stop(), 0, "\n".join(self.server.lines[-30:]))

    def others_are_served(self, ids):
        for trace_id in ids:
            for path, body, content_type in (
                    ("/v1/traces", otlp.trace_json(trace_id), JSON),
                    ("/v1/traces", otlp.trace_protobuf([trace_id]), PROTOBUF)):
                answer = request("POST", self.server.url("otlp_http", path), body,
                                 {"Content-Type": content_type})
                self.assertEqual(answer.status, 200)
            found = request("GET", self.server.url("query", f"/api/traces/{trace_id}"))
            self.assertEqual(len(found.json()["data"][0]["spans"]), 2)


class ConnectionsTest(HostileTest):
    # They stay for as long as the test runs.
    FLAGS = ("--header-timeout-ms", "600000", "--body-timeout-ms", "600000")

    def connect(self, door, data=b""):
        stream = socket.socket()
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)  # a slow reader's window
        stream.settimeout(30)
        stream.connect(("127.0.0.1", self.server.ports[door]))
        stream.sendall(data)
        self.addCleanup(stream.close)
        return stream

    def script(self):
        page = request("GET", self.server.url("query", "/")).body.decode()
        return page.split('src="', 1)[1].split('"', 1)[0].encode()

    def test_idle_slow_sending_and_slow_reading_connections_do_not_stop_others(self):
        head = b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n"
        body = head + b"Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{"
        large = b"GET " + self.script() + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for door in ("otlp_http", "query", "otlp_grpc"):
            kinds = ([b"", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] if door == "otlp_grpc" else
                     [b"", head, body] + [large * 20] * (door == "query"))
            held = [self.connect(door, kinds[number % len(kinds)])
                    for number in range(CONNECTIONS)]
            slow = [stream for number, stream in enumerate(held) if kinds[number % len(kinds)] == head]
            grpc = Grpc()
            for _ in range(5):
                for stream in slow:  # a trickle
                    stream.sendall(b"X")
                self.others_are_served([otlp.new_trace_id() for _ in range(4)])
                answer = grpc.call(self.server.ports["otlp_grpc"], EXPORT["traces"],
                                   frame(otlp.trace_protobuf([otlp.new_trace_id()])))
                self.assertEqual(answer["trailers"].get("grpc-status"), "0")
            grpc.close()
            for stream in held:
                stream.close()

    def test_a_stop_waits_for_all_ports_together(self):
        for door in ("otlp_http", "jaeger", "zipkin", "elasticsearch", "query", "sampling"):
            self.connect(door, b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
        self.others_are_served([otlp.new_trace_id()])
        # Each may take 3 s: one after the other that would be 18.
        self.assertEqual(self.server.stop(seconds=12), 0)


class GoneClientsTest(HostileTest):
    """People close tabs, proxies give up: what they asked for is not worked on any more."""

    SPANS, QUESTIONS, QUESTIONS_UNDER_WAY = 60_000, 24, 4

    def cancelled(self):
        text = request("GET", self.server.url("admin", "/metrics")).body.decode()
        return int(text.split("\nspanhound_query_cancelled_total ", 1)[1].split("\n", 1)[0])

    def test_a_query_ends_with_its_client(self):
        for _ in range(self.SPANS // 2000):
            answer = request("POST", self.server.url("otlp_http", "/v1/traces"), otlp.trace_protobuf(
                [otlp.new_trace_id() for _ in range(2000)]), {"Content-Type": PROTOBUF})
            self.assertEqual(answer.status, 200)
        question = (b"GET /api/traces?service=e2e&limit=10000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        # Each takes a while, together they keep every thread busy for seconds.
        askers = [socket.create_connection(("127.0.0.1", self.server.ports["query"]))
                  for _ in range(self.QUESTIONS)]
        self.assertEqual(self.cancelled(), 0)
        for asker in askers[:self.QUESTIONS_UNDER_WAY]:
            asker.sendall(question)
        time.sleep(0.1)
        # All others come and go at the same moment for the server, however long that takes here.
        self.server.popen.send_signal(signal.SIGSTOP)
        for asker in askers[self.QUESTIONS_UNDER_WAY:]:
            asker.sendall(question)
        for asker in askers:
            asker.close()
        self.server.popen.send_signal(signal.SIGCONT)
        ended = time.monotonic()
        # A few may have been through; those that waited for a thread end as soon as they have one.
        wait_until("the queries' end", lambda: self.cancelled() >= self.QUESTIONS - 8)
        self.assertEqual(request("GET", self.server.url("query", "/api/services")).status, 200)
        self.assertLess(time.monotonic() - ended, 30)
        self.others_are_served([otlp.new_trace_id()])

    def test_who_stays_gets_an_answer(self):
        self.others_are_served([otlp.new_trace_id() for _ in range(20)])
        self.assertEqual(self.cancelled(), 0)


class MutationTest(HostileTest):
    SEEDS = {
        ("/v1/traces", PROTOBUF): lambda: otlp.trace_protobuf([otlp.new_trace_id()] * 3),
        ("/v1/traces", JSON): lambda: otlp.trace_json(otlp.new_trace_id()),
        ("/v1/logs", PROTOBUF): lambda: otlp.logs_protobuf(otlp.new_trace_id(), "text"),
        ("/v1/logs", JSON): lambda: otlp.logs_json(otlp.new_trace_id(), otlp.new_span_id(), "text"),
    }
    QUESTIONS = (
        "/api/traces?service=e2e&operation=hello&limit=20&lookback=1h&minDuration=1ms&maxDuration=5s"
        "&tags=%7B%22a%22%3A%22b%22%7D&start=1&end=9999999999999999",
        "/api/traces/5b8efff798038103d269b633813fc60c?raw=true", "/api/services",
        "/api/services/e2e/operations", "/api/operations?service=e2e&spanKind=server",
        "/api/dependencies?endTs=1700000000000&lookback=86400000",
        "/api/logs?service=e2e&text=x&severity=9&limit=10&order=oldest&traceID=1&spanID=2",
        "/api/trace-summaries?service=e2e&tag=a:b&start=1&end=9999999999999999&limit=3&after=x",
        "/api/span-counts?by=service&start=1&end=9999999999999999",
        "/api/attributes?prefix=h&limit=5", "/api/attribute-values?key=http.route&limit=5",
        "/trace/5b8efff7", "/assets/x.js")

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)

    def mutate(self, data, alphabet=None):
        data, draw = bytearray(data), self.random
        for _ in range(draw.choice((1, 1, 2, 4, 16))):
            at = draw.randrange(len(data) + 1)
            byte = draw.choice(alphabet) if alphabet else draw.choice((0, 1, 0x7F, 0x80, 0xFF,
                                                                      draw.randrange(256)))
            kind = draw.randrange(6)
            if kind == 0 and at < len(data):
                data[at] = byte
            elif kind == 1 and at < len(data):
                data[at] ^= 1 << draw.randrange(8) if not alphabet else 0
            elif kind == 2:
                data[at:at] = bytes([byte]) * draw.choice((1, 1, 5, 300))
            elif kind == 3:
                del data[at:at + draw.choice((1, 2, 30))]
            elif kind == 4:
                piece = data[at:at + draw.randrange(60)]
                data[at:at] = piece * draw.choice((1, 3))
            elif not alphabet and at < len(data):
                del data[at:]
        return bytes(data)

    def exchange(self, port, method, target, body=None, headers=None):
        """The status over a kept connection, opened anew when the server has closed it."""
        for attempt in (1, 2):
            connection = self.connections.get(port)
            if connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                self.connections[port] = connection
            try:
                connection.putrequest(method, target, skip_accept_encoding=True)
                for name, value in (headers or {}).items():
                    connection.putheader(name, value)
                if body is not None:
                    connection.putheader("Content-Length", str(len(body)))
                connection.endheaders(body)
                answer = connection.getresponse()
                answer.read()
                if answer.will_close:
                    self.drop(port)
                return answer.status
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.drop(port)
                if attempt == 2:
                    raise

    def drop(self, port):
        self.connections.pop(port).close()

    def run_all(self, count, run):
        self.connections = {}
        run(count // 20)  # warm: caches, buffers, code
        before = rss_bytes(self.server)
        run(count)
        for port in list(self.connections):
            self.drop(port)
        self.others_are_served([otlp.new_trace_id()])
        self.assertLess(rss_bytes(self.server) - before, GROWTH_BYTES_MAX)

    def test_otlp_over_http(self):
        port, seeds, seen = self.server.ports["otlp_http"], list(self.SEEDS.items()), set()

        def run(count):
            for number in range(count):
                (path, content_type), make = seeds[number % len(seeds)]
                body, headers = self.mutate(make()), {"Content-Type": content_type}
                if number % 10 == 9:
                    headers["Content-Encoding"] = self.random.choice(("gzip", "zstd", "deflate"))
                status = self.exchange(port, "POST", path, body, headers)
                self.assertIn(status, (200, 400, 413, 415), (SEED, number, body[:200]))
                seen.add(status)

        self.run_all(MUTATIONS * 4 // 10, run)
        self.assertLessEqual({200, 400}, seen)

    def test_otlp_over_grpc(self):
        grpc, port, seen = Grpc(), self.server.ports["otlp_grpc"], set()
        self.addCleanup(grpc.close)

        def run(count):
            for _ in range(count // 100):
                calls = []
                for number in range(100):
                    signal = ("traces", "logs")[number % 2]
                    body = self.SEEDS[f"/v1/{signal}", PROTOBUF]()
                    whole = (self.mutate(frame(body)) if number % 10 == 9 else
                             frame(self.mutate(body)))
                    calls.append({"path": EXPORT[signal], "body": whole})
                for call, answer in zip(calls, grpc.calls(port, calls)):
                    status = answer["trailers"].get("grpc-status")
                    allowed = ("0", "1", "3", "8", "12", "13")  # 12 and 13 are gRPC's own, of frames
                    self.assertIn(status, allowed, (SEED, call, answer))
                    seen.add(status)

        self.run_all(MUTATIONS * 3 // 10, run)
        self.assertLessEqual({"0", "3"}, seen)

    def mutated_posts(self, door, seeds, allowed):
        """`seeds`: (path, content type, body)."""
        port, seen = self.server.ports[door], set()

        def run(count):
            for number in range(count):
                path, content_type, body = seeds[number % len(seeds)]
                headers = {"Content-Type": content_type}
                status = self.exchange(port, "POST", path, self.mutate(body), headers)
                self.assertIn(status, allowed, (SEED, number, path, body[:200]))
                seen.add(status)

        self.run_all(MUTATIONS * 3 // 10, run)
        self.assertLessEqual({allowed[0], 400}, seen)

    def corpus(self, path):
        return (ROOT / "tests/corpus" / path).read_bytes()

    def test_zipkin(self):
        self.mutated_posts("zipkin", [
            ("/api/v2/spans", JSON, json.dumps(zipkin_v2(otlp.new_trace_id())).encode()),
            ("/api/v2/spans", PROTOBUF, self.corpus("zipkin_proto/all_fields.bin")),
            ("/api/v1/spans", JSON, self.corpus("zipkin_json/v1.json")),
            ("/api/v1/spans", "application/x-thrift",
             self.corpus("zipkin_thrift/all_fields.bin"))], (202, 400, 413))

    def test_elasticsearch_bulk(self):
        body = self.corpus("elasticsearch_bulk/bulk.ndjson")
        self.mutated_posts("elasticsearch", [("/logs/_bulk", "application/x-ndjson", body)],
                           (200, 400, 413))

    def test_fluent_forward(self):
        record = {"log": "text", "level": "info", "kubernetes": {"labels": {"app": "x"}}}
        entries = msgpack([(1_700_000_000, 5), record]) * 3
        seeds = [lambda chunk: msgpack(["app", entries, {"chunk": chunk}]),
                 lambda _: msgpack(["app", [[1_700_000_000, record]]]),
                 lambda _: msgpack(["app", 1_700_000_000, record]),
                 lambda _: msgpack(["app", gzip.compress(entries), {"compressed": "gzip"}])]
        address, answers = ("127.0.0.1", self.server.ports["fluent"]), set()

        def run(count):
            for number in range(count):
                message = self.mutate(seeds[number % len(seeds)](otlp.new_span_id()))
                with socket.create_connection(address, 30) as sender:
                    try:  # it is closed in the middle of what is no message
                        sender.sendall(message)
                        sender.shutdown(socket.SHUT_WR)
                        answers.add(sender.recv(100)[:5])
                    except OSError as error:
                        self.assertNotIsInstance(error, TimeoutError, (SEED, message))

        self.run_all(MUTATIONS * 3 // 10, run)
        self.assertLessEqual({b"", b"\x81\xa3ack"}, answers)

    def test_the_query_port(self):
        self.others_are_served([otlp.new_trace_id() for _ in range(20)])
        port, seen = self.server.ports["query"], set()
        alphabet = b"/?&=%{}[]\"'\\:;.,-+0123456789abcdefxyz~*()|"

        def run(count):
            for number in range(count):
                target = self.mutate(self.QUESTIONS[number % len(self.QUESTIONS)].encode(), alphabet)
                target = (b"/" + target.lstrip(b"/"))[:8000].decode("latin-1")
                status = self.exchange(port, "GET", target, headers={"Accept": "*/*"})
                self.assertIn(status, (200, 400, 404), (SEED, number, target))
                seen.add(status)

        self.run_all(MUTATIONS * 3 // 10, run)
        self.assertLessEqual({200, 400, 404}, seen)


if __name__ == "__main__":
    unittest.main()
