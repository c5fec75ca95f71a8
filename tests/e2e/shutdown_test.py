"""What a server that is told to stop does with the calls under way: rows 31 and 33 of OTLP's
conformance list, and gRPC's health service. Needs SPANHOUND_BUILD (build/release) and node."""

import pathlib
import socket
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/e2e"))

import otlp_payloads as otlp  # noqa: E402
import otlp_schema as schema  # noqa: E402
from otlp_conformance_test import BUILD, EXPORT, Grpc, JSON, frame, item, message  # noqa: E402
from processes import Spanhound, request, wait_until  # noqa: E402


def listens(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


class ShutdownTest(unittest.TestCase):
    def test_31_a_stop_says_goaway_and_lets_calls_under_way_finish(self):
        with tempfile.TemporaryDirectory() as directory:
            server, grpc = Spanhound(BUILD, directory + "/data"), Grpc()
            ids = [otlp.new_trace_id() for _ in range(4)]
            calls = [{"path": EXPORT["traces"], "late": True, "body": frame(
                schema.protobuf("traces", message("traces", [item("traces", trace_id)])))}
                     for trace_id in ids]
            port = server.ports["otlp_grpc"]
            grpc.calls(port, calls)
            server.popen.terminate()
            wait_until("gRPC's port to close", lambda: not listens(port))
            grpc.ask({"finish": True})
            for answer in grpc.held():
                self.assertEqual(answer["trailers"].get("grpc-status"), "0", answer)
                self.assertTrue(answer["goaway"], answer)
            grpc.close()
            self.assertEqual(server.popen.wait(20), 0)
            with Spanhound(BUILD, directory + "/data") as again:
                for trace_id in ids:
                    found = request("GET", again.url("query", f"/api/traces/{trace_id}"))
                    self.assertEqual(found.status, 200)

    def test_a_health_watch_is_told_of_the_stop(self):
        with tempfile.TemporaryDirectory() as directory:
            server, grpc = Spanhound(BUILD, directory + "/data"), Grpc()
            watch = lambda service: {"path": "/grpc.health.v1.Health/Watch", "hold": True,
                                     "body": frame(service and schema.field(1, service))}
            port, known = server.ports["otlp_grpc"], EXPORT["traces"][1:].split("/")[0].encode()
            first = grpc.calls(port, [watch(b""), watch(known), watch(b"unknown")])
            self.assertEqual([answer["body"] for answer in first],
                             [frame(b"\x08\x01"), frame(b"\x08\x01"), frame(b"\x08\x03")])
            cancelled = grpc.calls(port, [{"path": "/grpc.health.v1.Health/Watch", "reset": True,
                                           "body": frame(b"") + b"x"}])
            self.assertNotEqual(cancelled[0]["trailers"].get("grpc-status"), "0")
            self.assertEqual(server.stop(), 0)
            for answer, before in zip(grpc.held(), first):
                self.assertEqual(answer["body"], before["body"] + frame(b"\x08\x02"))
                self.assertEqual(answer["trailers"].get("grpc-status"), "0")
            grpc.close()

    def test_33_what_was_acknowledged_before_a_stop_is_there_after_it(self):
        with tempfile.TemporaryDirectory() as directory:
            server = Spanhound(BUILD, directory + "/data")
            acknowledged, lock = [], threading.Lock()

            def post_until_it_stops():
                while True:
                    trace_id = otlp.new_trace_id()
                    try:
                        answer = request("POST", server.url("otlp_http", "/v1/traces"),
                                         otlp.trace_json(trace_id), {"Content-Type": JSON})
                    except OSError:
                        return
                    if answer.status != 200:
                        return
                    with lock:
                        acknowledged.append(trace_id)

            threads = [threading.Thread(target=post_until_it_stops) for _ in range(8)]
            for thread in threads:
                thread.start()
            while len(acknowledged) < 100:
                time.sleep(0.01)
            self.assertEqual(server.stop(), 0)
            for thread in threads:
                thread.join()
            with Spanhound(BUILD, directory + "/data") as again:
                for trace_id in acknowledged:
                    found = request("GET", again.url("query", f"/api/traces/{trace_id}"))
                    self.assertEqual(found.status, 200)


if __name__ == "__main__":
    unittest.main()
