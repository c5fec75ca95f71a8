"""Fills a small disk under load: ingest says come back later, queries go on, everything acknowledged
stays, a restart changes nothing, and once there is room ingest resumes by itself. The disk is a
tmpfs, which root may mount; without that the test is skipped. Needs SPANHOUND_BUILD and node."""

import base64
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/e2e"))

import otlp_payloads as otlp  # noqa: E402
from otlp_conformance_test import EXPORT, Grpc, frame  # noqa: E402
from processes import Spanhound, request, wait_until  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
PROTOBUF = {"Content-Type": "application/x-protobuf"}
DISK_MIB = 24
BALLAST_MIB = 16
SPANS_AT_ONCE = 1000
REQUESTS_MAX = 1000  # far more than the disk takes
LOOKED_UP = 400  # of all that was acknowledged, at random
# Blocks are written and merged while the disk fills up, not only the log.
FLAGS = ("--flush-bytes", "1000000")


def try_to_mount(path):
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "spanhound-test", path]
    return subprocess.run(command, capture_output=True, text=True)


class DiskFullTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="spanhound-disk-")
        self.addCleanup(os.rmdir, self.directory)
        mounted = try_to_mount(self.directory)
        if mounted.returncode != 0:
            print(f"skipped: a small disk cannot be mounted: {mounted.stderr.strip()}", flush=True)
            self.skipTest("mount")
        self.addCleanup(subprocess.run, ["umount", self.directory], check=True)
        self.ballast = pathlib.Path(self.directory, "ballast")
        self.ballast.write_bytes(bytes(BALLAST_MIB << 20))
        self.acknowledged = []

    def start(self):
        return Spanhound(BUILD, self.directory + "/data", flags=FLAGS)

    def send(self, server):
        ids = [otlp.new_trace_id() for _ in range(SPANS_AT_ONCE)]
        answer = request("POST", server.url("otlp_http", "/v1/traces"),
                         otlp.trace_protobuf(ids, "filler"), PROTOBUF)
        if answer.status == 200:
            self.acknowledged += ids
        return answer

    def fill(self, server):
        for _ in range(REQUESTS_MAX):
            answer = self.send(server)
            if answer.status != 200:
                return answer
        self.fail(f"{REQUESTS_MAX} requests did not fill {DISK_MIB} MiB")

    def check_refusal(self, answer):
        self.assertIn(answer.status, (429, 503))
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)

    def check_grpc_refusal(self, server):
        """Whether or not the message is read before. (curl cannot tell: it drops the whole answer
        when a stream ends while it still sends.)"""
        grpc = Grpc()
        self.addCleanup(grpc.close)
        message = otlp.trace_protobuf([otlp.new_trace_id() for _ in range(SPANS_AT_ONCE)])
        answer = grpc.call(server.ports["otlp_grpc"], EXPORT["traces"], frame(message))
        trailers = answer["trailers"]
        self.assertIn(trailers.get("grpc-status"), ("14", "8"), answer)
        details = trailers["grpc-status-details-bin"]
        self.assertIn(b"google.rpc.RetryInfo",
                      base64.b64decode(details + "=" * (-len(details) % 4)))

    def check_all_is_there(self, server):
        # Nobody but send() wrote spans, so that the number has to be exact.
        counts = server.get_json("/api/span-counts?by=service")["data"]
        self.assertEqual(counts, [{"value": "filler", "spanCount": len(self.acknowledged)}])
        wanted = random.sample(self.acknowledged, LOOKED_UP)
        query = "&".join(f"traceID={i}" for i in wanted)
        found = server.get_json(f"/api/traces?{query}")["data"]
        spans = {trace["traceID"]: len(trace["spans"]) for trace in found}
        self.assertEqual(spans, dict.fromkeys(wanted, 1))

    def check_queries(self, server):
        self.assertIn("filler", server.get_json("/api/services")["data"])
        newest = server.get_json("/api/traces?service=filler&limit=20")["data"]
        self.assertEqual(len(newest), 20)

    def check_resumes(self, server):
        before = len(self.acknowledged)
        wait_until("ingest to resume", lambda: self.send(server).status == 200)
        for _ in range(20):
            self.assertEqual(self.send(server).status, 200)
        self.assertEqual(len(self.acknowledged), before + 21 * SPANS_AT_ONCE)

    def test_full_disk(self):
        with self.start() as server:
            self.check_refusal(self.fill(server))
            self.check_queries(server)
            # It stays full: the flushes and merges that are tried again change nothing.
            started = time.monotonic()
            refused = 0
            while time.monotonic() < started + 3 or (
                    refused <= 10 and time.monotonic() < started + 60):
                answer = self.send(server)
                if answer.status != 200:
                    self.check_refusal(answer)
                    refused += 1
                time.sleep(0.05)
            self.assertGreater(refused, 10)
            self.check_grpc_refusal(server)
            self.check_all_is_there(server)
            server.kill()
        with self.start() as server:  # after kill -9, still full
            self.check_all_is_there(server)
            self.check_queries(server)
            self.check_refusal(self.fill(server))
            self.ballast.unlink()
            self.check_resumes(server)
            self.check_all_is_there(server)
            self.assertEqual(server.stop(), 0)
        with self.start() as server:
            self.check_all_is_there(server)
        print(f"disk full test: {len(self.acknowledged)} spans acknowledged, none lost", flush=True)


if __name__ == "__main__":
    unittest.main()
