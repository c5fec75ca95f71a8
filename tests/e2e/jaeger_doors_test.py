"""Jaeger's doors, each with load, with a scrape of the metrics at any time, and with ten thousand
damaged requests. Needs SPANHOUND_BUILD (build/release)."""

import http.client
import os
import pathlib
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/e2e"))

import otlp_payloads as otlp  # noqa: E402
from grpc_frames import GrpcConnection  # noqa: E402
from processes import Spanhound, request, wait_until  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
CORPUS = ROOT / "tests/corpus"
POST_SPANS = "/jaeger.api_v2.CollectorService/PostSpans"
GET_STRATEGY = "/jaeger.api_v2.SamplingManager/GetSamplingStrategy"
DAMAGED = int(os.environ.get("SPANHOUND_DAMAGED_REQUESTS", "10000"))
GROWTH_BYTES_MAX = 128 << 20
GRPC_AT_ONCE = 100


class Scrape:
    def __init__(self, server):
        text = request("GET", server.url("admin", "/metrics")).body.decode()
        self.series = {}
        for line in text.splitlines():
            if not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                self.series[name] = float(value)

    def sum(self, name, **labels):
        """Of all series of the name that have these labels."""
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        return int(sum(value for series, value in self.series.items()
                       if re.match(rf"{name}(\{{|$)", series)
                       and all(label in series for label in wanted)))


def door_balance(scrape, door):
    """(what came in, what became of it)"""
    def spans(what):
        return scrape.sum(f"spanhound_ingest_spans_{what}", door=door)
    return spans("received_total"), (spans("accepted_total") + spans("rejected_total")
                                     + spans("refused_total") + spans("queued"))


def packet_balance(scrape, server):
    def packets(what):
        return scrape.sum(f"spanhound_udp_packets_{what}", server=server)
    return packets("received_total"), (packets("handled_total") + packets("dropped_total")
                                       + packets("queued"))


def damaged(seeds, count, seed=1):
    """Seeds with bytes changed, cut, repeated and put in, the same ones for the same `seed`."""
    chance = random.Random(seed)
    for _ in range(count):
        body = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(body) + 1)
            kind = chance.randrange(5)
            if kind == 0 and at < len(body):
                body[at] ^= 1 << chance.randrange(8)
            elif kind == 1:
                del body[at:]
            elif kind == 2:
                body[at:at] = body[at:at + chance.randrange(64)]
            elif kind == 3:
                body[at:at] = chance.choice((b"\xff" * 4, b"\x7f\xff\xff\xff", b"\0" * 8,
                                             b"\xff\xff\xff\xff\x0f", b"\x80" * 10))
            else:
                del body[at:at + chance.randrange(16)]
        yield bytes(body)


def seeds_of(*names):
    return [path.read_bytes() for name in names for path in sorted((CORPUS / name).iterdir())]


class JaegerDoorsTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.server = Spanhound(BUILD, self.directory.name + "/data")
        self.addCleanup(self.server.kill)

    def stop(self):
        self.assertEqual(self.server.stop(), 0, "\n".join(self.server.lines[-30:]))

    def target(self, scheme, port):
        return f"{scheme}://127.0.0.1:{self.server.ports[port]}"

    def load(self, target, spans=20_000, rate=0):
        return subprocess.Popen([f"{BUILD}/spanhound", "load", "--target", target, "--spans",
                                 str(spans), "--connections", "2", "--rate", str(rate)],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def test_every_door_under_load_balances_at_every_scrape(self):
        doors = {"otlp-grpc": self.target("grpc", "otlp_grpc"),
                 "otlp-http": self.target("http", "otlp_http"),
                 "jaeger-http": self.target("jaeger-http", "jaeger"),
                 "jaeger-grpc": self.target("jaeger-grpc", "jaeger_grpc"),
                 "jaeger-udp-compact": self.target("jaeger-udp", "jaeger_compact"),
                 "jaeger-udp-binary": self.target("jaeger-udp-binary", "jaeger_binary")}
        loads = [self.load(target, rate=5_000 if "udp" in door else 0)
                 for door, target in doors.items()]
        scrapes = 0
        while any(load.poll() is None for load in loads):
            scrape = Scrape(self.server)
            scrapes += 1
            for door in doors:
                came, became = door_balance(scrape, door)
                self.assertEqual(came, became, door)
            for name in ("jaeger-udp-compact", "jaeger-udp-binary", "zipkin-udp"):
                came, became = packet_balance(scrape, name)
                self.assertEqual(came, became, name)
        for load in loads:
            output = load.communicate()[0]
            self.assertEqual(load.returncode, 0, output)
        self.assertGreater(scrapes, 3)
        last = wait_until("empty queues", lambda: self.rested())
        for door in doors:
            if "udp" not in door:
                self.assertEqual(last.sum("spanhound_ingest_spans_accepted_total", door=door), 20_000)
                continue
            dropped = last.sum("spanhound_udp_packets_dropped_total", server=door)
            accepted = last.sum("spanhound_ingest_spans_accepted_total", door=door)
            self.assertTrue(accepted == 20_000 or dropped > 0, (door, accepted, dropped))
            self.assertGreater(accepted, 5_000)
        stored = self.server.get_json("/api/span-counts")["data"]
        self.assertEqual(sum(entry["spanCount"] for entry in stored),
                         last.sum("spanhound_ingest_spans_accepted_total"))
        self.stop()

    def rested(self):
        scrape = Scrape(self.server)
        waiting = (scrape.sum("spanhound_ingest_spans_queued")
                   + scrape.sum("spanhound_udp_packets_queued"))
        return scrape if waiting == 0 else None

    def resident_bytes(self):
        status = pathlib.Path(f"/proc/{self.server.popen.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def after_damage(self, before, door):
        """It lives, is no fatter, counts right, and takes a good span."""
        self.assertLess(self.resident_bytes() - before, GROWTH_BYTES_MAX)
        scrape = wait_until("empty queues", self.rested)
        came, became = door_balance(scrape, door)
        self.assertEqual(came, became)
        trace_id = otlp.new_trace_id()
        answer = request("POST", self.server.url("otlp_http", "/v1/traces"),
                         otlp.trace_json(trace_id), {"Content-Type": "application/json"})
        self.assertEqual(answer.status, 200)
        found = request("GET", self.server.url("query", f"/api/traces/{trace_id}"))
        self.assertEqual(found.status, 200)
        self.stop()
        return scrape

    def test_damaged_requests_to_the_http_door(self):
        before = self.resident_bytes()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.ports["jaeger"], timeout=30)
        statuses = set()
        for body in damaged(seeds_of("jaeger_thrift"), DAMAGED):
            connection.request("POST", "/api/traces", body, {"Content-Type": "application/x-thrift"})
            answer = connection.getresponse()
            answer.read()
            statuses.add(answer.status)
        connection.close()
        self.assertLessEqual(statuses, {202, 400})
        self.assertIn(400, statuses)
        self.after_damage(before, "jaeger-http")

    def test_damaged_requests_to_the_grpc_door(self):
        before = self.resident_bytes()
        connection = GrpcConnection(self.server.ports["jaeger_grpc"], POST_SPANS)
        for body in damaged(seeds_of("jaeger_proto"), DAMAGED):
            connection.send(body)
            while len(connection.open_streams) >= GRPC_AT_ONCE:
                connection.read_frame()
        while connection.open_streams:
            connection.read_frame()
        connection.close()
        scrape = self.after_damage(before, "jaeger-grpc")
        answered = {code: scrape.sum("spanhound_grpc_requests_total", server="jaeger-grpc", code=code)
                    for code in ("OK", "INVALID_ARGUMENT")}
        self.assertEqual(sum(answered.values()), DAMAGED)
        self.assertGreater(answered["INVALID_ARGUMENT"], 0)

    def test_damaged_datagrams(self):
        before = self.resident_bytes()
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ports = ("jaeger_compact", "jaeger_binary", "zipkin_compact")
        names = ("jaeger-udp-compact", "jaeger-udp-binary", "zipkin-udp")
        seeds = seeds_of("agent_call")
        for number, (port, name) in enumerate(zip(ports, names)):
            for sent, body in enumerate(damaged(seeds, DAMAGED, seed=number), 1):
                sender.sendto(body, ("127.0.0.1", self.server.ports[port]))
                if sent % 500 == 0:  # not faster than they are looked at
                    wait_until("the datagrams", lambda: Scrape(self.server).sum(
                        "spanhound_udp_packets_handled_total", server=name) >= sent)
        sender.close()
        scrape = self.after_damage(before, "jaeger-udp-compact")
        for name in names:
            self.assertEqual(packet_balance(scrape, name), (DAMAGED, DAMAGED))
            self.assertGreater(scrape.sum("spanhound_ingest_requests_refused_total", door=name,
                                          reason="malformed"), 0)


class SamplingTest(unittest.TestCase):
    def test_clients_are_told_what_the_file_says(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, "strategies.json")
            path.write_text('{"default_strategy": {"type": "probabilistic", "param": 0.5},'
                            ' "service_strategies": [{"service": "a b", "type": "ratelimiting",'
                            ' "param": 3}]}')
            with Spanhound(BUILD, directory + "/data", flags=(
                    "--sampling-strategies-file", str(path), "--sampling-reload-seconds", "1")) as server:
                def asked(port, where):
                    return request("GET", server.url(port, where))
                for port, where in (("sampling", "/sampling"), ("jaeger", "/api/sampling")):
                    self.assertEqual(asked(port, where + "?service=x").json(), {
                        "strategyType": "PROBABILISTIC",
                        "probabilisticSampling": {"samplingRate": 0.5}})
                    self.assertEqual(asked(port, where + "?service=a%20b").json(), {
                        "strategyType": "RATE_LIMITING",
                        "rateLimitingSampling": {"maxTracesPerSecond": 3}})
                    self.assertEqual(asked(port, where).status, 400)
                self.assertEqual(asked("sampling", "/?service=x").json()["strategyType"], 0)
                path.write_text('{"default_strategy": {"type": "probabilistic", "param": 0.25}}')
                wait_until("the file read again", lambda: asked("sampling", "/sampling?service=x")
                           .json()["probabilisticSampling"]["samplingRate"] == 0.25)

    def test_clients_are_told_while_the_store_is_full(self):
        """Who asks brings no telemetry: a store without room has nothing to do with the answer."""
        with tempfile.TemporaryDirectory() as directory:
            flags = ("--flush-bytes", str(1 << 40), "--durability", "none")
            with Spanhound(BUILD, directory + "/data", flags=flags) as server:
                load = subprocess.Popen(
                    [f"{BUILD}/spanhound", "load", "--target",
                     f"grpc://127.0.0.1:{server.ports['otlp_grpc']}", "--spans", "100000000"],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                self.addCleanup(load.wait)
                self.addCleanup(load.kill)
                wait_until("the store is full", lambda: Scrape(server).sum(
                    "spanhound_store_refused_head_full_total") > 0, 300)
                connection = GrpcConnection(server.ports["jaeger_grpc"], GET_STRATEGY)
                for _ in range(40):
                    connection.send(b"\x0a\x04shop")
                    while connection.open_streams:
                        connection.read_frame()
                    time.sleep(0.05)
                connection.close()
                self.assertEqual(Scrape(server).sum("spanhound_grpc_requests_total",
                                                    server="jaeger-grpc", code="OK"), 40)
                load.kill()

    def test_health_of_both_generations(self):
        with tempfile.TemporaryDirectory() as directory:
            with Spanhound(BUILD, directory + "/data") as server:
                for port in ("health", "admin"):
                    answer = request("GET", server.url(port, "/status"))
                    self.assertEqual((answer.status, answer.json()["healthy"]), (200, True))
                self.assertEqual(request("GET", server.url("admin", "/")).json()["status"],
                                 "Server available")
                self.assertIn("gitVersion", request("GET", server.url("admin", "/version")).json())


if __name__ == "__main__":
    unittest.main()
