"""Pulls the plug: kill -9 at random moments under load, restart, and every trace and log line that
was acknowledged must be there, complete and once. The kills hit the log, flushes and merges of blocks.
Needs SPANHOUND_BUILD; SPANHOUND_KILLS (50)."""

import collections
import itertools
import json
import os
import pathlib
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/e2e"))

import otlp_payloads as otlp  # noqa: E402
from doors_test import msgpack  # noqa: E402
from processes import Spanhound, request  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
KILLS = int(os.environ.get("SPANHOUND_KILLS", "50"))
PROTOBUF = {"Content-Type": "application/x-protobuf"}
WRITERS = 3
# Small enough that the head is flushed to blocks, and those are merged, while requests are running,
# so that kills hit that and the manifest too, not only the log.
FLAGS = ("--flush-bytes", "150000", "--elasticsearch-port", "0", "--fluent-port", "0")
KILLS_WITH_MERGES = 20  # so many are never without a flush and a merge in between
IDS_AT_ONCE = 400  # in one request line of 16 KiB
LOGS_MAX = 100_000  # more than the test writes; the most a query may ask for


class Writer(threading.Thread):
    """Sends traces and logs until the server is gone; remembers what was acknowledged."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.traces = []  # lists of ids acknowledged together
        self.logs = []    # trace ids that have one log record each

    def run(self):
        doors = itertools.cycle((self.log_by_otlp, self.log_by_bulk, self.log_by_forward))
        try:
            while True:
                ids = [otlp.new_trace_id() for _ in range(random.choice((1, 5, 40)))]
                if self.post("/v1/traces", otlp.trace_protobuf(ids)):
                    self.traces.append(ids)
                if next(doors)(ids[0]):
                    self.logs.append(ids[0])
        except OSError:
            pass  # the plug was pulled

    def log_by_otlp(self, trace_id):
        return self.post("/v1/logs", otlp.logs_protobuf(trace_id, "log of " + trace_id))

    def log_by_bulk(self, trace_id):
        document = {"message": "log of " + trace_id, "service": "e2e", "trace_id": trace_id}
        answer = request("POST", self.server.url("elasticsearch", "/logs/_bulk"),
                         b'{"index":{}}\n' + json.dumps(document).encode() + b"\n",
                         {"Content-Type": "application/x-ndjson"}, seconds=10)
        return answer.status == 200 and not answer.json()["errors"]

    def log_by_forward(self, trace_id):
        record = {"log": "log of " + trace_id, "service": "e2e", "trace_id": trace_id}
        now = divmod(time.time_ns(), 10**9)
        with socket.create_connection(("127.0.0.1", self.server.ports["fluent"]), 10) as sender:
            sender.sendall(msgpack(["app", [[now, record]], {"chunk": trace_id}]))
            return trace_id.encode() in sender.recv(100)

    def post(self, path, body):
        answer = request("POST", self.server.url("otlp_http", path), body, PROTOBUF, seconds=10)
        return answer.status == 200


class KillTest(unittest.TestCase):
    def setUp(self):
        self.counts = collections.Counter()  # by metric, over all lives of the server

    def add_counts(self, server):
        text = request("GET", server.url("admin", "/metrics")).body.decode()
        for name in ("flushes", "merges"):
            found = re.search(rf"^spanhound_store_{name}_total (\d+)", text, re.M)
            self.counts[name] += int(found.group(1))

    def test_nothing_acknowledged_is_lost(self):
        seed = int(os.environ.get("SPANHOUND_SEED", time.time_ns() % 1_000_000))
        print(f"kill test: seed {seed}, {KILLS} kills", flush=True)
        moments = random.Random(seed)
        acknowledged = [], []
        with tempfile.TemporaryDirectory() as directory:
            for round_number in range(KILLS):
                with Spanhound(BUILD, directory + "/data", flags=FLAGS) as server:
                    writers = [Writer(server) for _ in range(WRITERS)]
                    for writer in writers:
                        writer.start()
                    time.sleep(moments.uniform(0.05, 0.6))
                    self.add_counts(server)
                    time.sleep(moments.uniform(0, 0.05))
                    server.kill()
                    for writer in writers:
                        writer.join(15)
                self.check_files(directory + "/data", f"kill {round_number}")
                fresh = ([ids for w in writers for ids in w.traces],
                         [i for w in writers for i in w.logs])
                with Spanhound(BUILD, directory + "/data", flags=FLAGS) as server:
                    self.check(server, *fresh, f"kill {round_number}")
                    for old, new in zip(acknowledged, fresh):
                        old.extend(new)
                    server.kill()
            with Spanhound(BUILD, directory + "/data", flags=FLAGS) as server:
                self.check(server, *acknowledged, "at the end")
                self.assertEqual(server.stop(), 0)
            self.check_files(directory + "/data", "at the end")
        print(f"kill test: {sum(map(len, acknowledged[0]))} traces and {len(acknowledged[1])} "
              f"log lines acknowledged, none lost; {self.counts['flushes']} flushes, "
              f"{self.counts['merges']} merges", flush=True)
        self.assertGreater(len(acknowledged[0]), KILLS)
        if KILLS >= KILLS_WITH_MERGES:
            self.assertGreater(self.counts["flushes"], 0)
            self.assertGreater(self.counts["merges"], 0)

    def check_files(self, directory, when):
        """A crash damages nothing, and `spanhound check` says so."""
        checked = subprocess.run([BUILD + "/spanhound", "check", directory], text=True,
                                 capture_output=True, check=False)
        self.assertEqual(checked.returncode, 0, f"{when}: {checked.stdout}{checked.stderr}")

    def check(self, server, trace_batches, logs, when):
        ids = [trace_id for batch in trace_batches for trace_id in batch]
        for start in range(0, len(ids), IDS_AT_ONCE):
            wanted = ids[start:start + IDS_AT_ONCE]
            query = "&".join(f"traceID={i}" for i in wanted)
            found = server.get_json(f"/api/traces?{query}")["data"]
            spans = {trace["traceID"]: len(trace["spans"]) for trace in found}
            for trace_id in wanted:
                self.assertEqual(spans.get(trace_id), 1, f"{when}: trace {trace_id}")
        lines = server.get_json(f"/api/logs?service=e2e&limit={LOGS_MAX}")["data"]
        self.assertLess(len(lines), LOGS_MAX)
        bodies = collections.Counter(line["body"] for line in lines)
        for trace_id in logs:
            self.assertEqual(bodies["log of " + trace_id], 1, f"{when}: log of {trace_id}")


if __name__ == "__main__":
    unittest.main()
