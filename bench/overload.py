#!/usr/bin/env python3
"""Load far above capacity, open loop: what a server still takes when clients ask for ten times as
much. Requests leave at fixed times whether or not others were answered; each is one gzip'd OTLP
request made beforehand, cheap to send and dear to take. The server has one core, the clients the
others. Capacity (closed loop) and overload take turns, so that what else the machine does meets both:
half of a round's closed loop comes before its floods and half after them. First comes a closed loop
long enough to fill the head (--warm): before, a store takes more than it can write, and what it takes
then is not its capacity.

    python3 bench/overload.py --build build/release [--door http|grpc] [--times 10] [--rounds 3]
                              [--floods 3]  # one after the other: does it recover?
"""

import argparse
import asyncio
import collections
import gzip
import json
import os
import pathlib
import resource
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/e2e"))
import otlp_schema as schema  # noqa: E402
from processes import Spanhound  # noqa: E402

CLIENTS = 16            # of the closed loop
EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
RETRYABLE = {"429", "502", "503", "504"}


def body(count):
    now = time.time_ns()
    spans = [{"traceId": os.urandom(16).hex(), "spanId": os.urandom(8).hex(), "kind": 2,
              "name": f"operation-{number % 20}", "startTimeUnixNano": str(now - 1_000_000),
              "endTimeUnixNano": str(now), "attributes": [
                  {"key": f"key-{key}", "value": {"stringValue": "same value every time " * 3}}
                  for key in range(12)]} for number in range(count)]
    message = {"resourceSpans": [{"resource": {"attributes": [
        {"key": "service.name", "value": {"stringValue": "overload"}}]},
        "scopeSpans": [{"spans": spans}]}]}
    return gzip.compress(schema.protobuf("traces", message), 6)


class Tally:
    """What became of the requests of some rounds."""

    def __init__(self):
        self.codes, self.errors = collections.Counter(), collections.Counter()
        self.told = self.sent = self.not_sent = 0
        self.seconds = self.cpu_seconds = 0.0
        self.latencies = []
        self.counters = collections.Counter()  # of the server
        self.rss_peak = 0                      # MiB

    def good(self, ok):
        return self.codes[ok] / self.seconds


class HttpClient:
    """Keeps connections; one that is idle takes the next request."""

    OK = "200"

    def __init__(self, port, payload, tally, connections_max):
        self.connections_max = connections_max
        head = (f"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                f"application/x-protobuf\r\nContent-Encoding: gzip\r\n"
                f"Content-Length: {len(payload)}\r\n\r\n").encode()
        self.port, self.request, self.tally = port, head + payload, tally
        self.idle, self.open = [], 0

    async def connect(self):
        self.open += 1
        try:
            return await asyncio.open_connection("127.0.0.1", self.port)
        except OSError as error:
            self.open -= 1
            self.tally.errors[type(error).__name__] += 1
            return None

    async def send(self, is_counted):
        started = time.monotonic()
        connection = self.idle.pop() if self.idle else None
        if connection is None and self.open >= self.connections_max:
            self.tally.not_sent += 1  # as a client would that is full itself
            return
        connection = connection or await self.connect()
        if connection is None:
            return
        reader, writer = connection
        try:
            self.tally.sent += 1
            writer.write(self.request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            status = head[9:12].decode()
            length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            if length:
                await reader.readexactly(length)
            if is_counted():
                self.tally.codes[status] += 1
                self.tally.told += status in RETRYABLE and b"retry-after: " in head
                if status == self.OK:
                    self.tally.latencies.append(time.monotonic() - started)
            if b"connection: close" not in head:
                self.idle.append((reader, writer))
                return
        except (OSError, asyncio.IncompleteReadError) as error:
            self.tally.errors[type(error).__name__] += 1
        writer.close()
        self.open -= 1

    def close(self):
        for _, writer in self.idle:
            writer.close()


async def http_closed(client, seconds):
    end = time.monotonic() + seconds

    async def run():
        while time.monotonic() < end:
            await client.send(lambda: time.monotonic() < end)

    await asyncio.gather(*(run() for _ in range(CLIENTS)))
    client.close()


async def http_open(client, rate, seconds):
    begin, tasks, due = time.monotonic(), set(), 0
    while (now := time.monotonic()) < begin + seconds:
        while due < (now - begin) * rate:
            due += 1
            task = asyncio.create_task(client.send(lambda: time.monotonic() < begin + seconds))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.sleep(0.001)
    if tasks:
        await asyncio.wait(tasks, timeout=30)
    client.close()


class HttpLoad:
    OK, DOOR = HttpClient.OK, "otlp_http"

    def __init__(self, port, payload, _directory, connections_max):
        self.port, self.payload, self.connections_max = port, payload, connections_max

    def run(self, tally, seconds, rate=None):
        client = HttpClient(self.port, self.payload, tally, self.connections_max)
        asyncio.run(http_open(client, rate, seconds) if rate else http_closed(client, seconds))

    def close(self):
        pass


class GrpcLoad:
    OK, DOOR = "0", "otlp_grpc"

    def __init__(self, port, payload, directory, _connections_max):
        self.port, self.body = port, str(pathlib.Path(directory) / "body")
        pathlib.Path(self.body).write_bytes(struct.pack(">BI", 1, len(payload)) + payload)
        self.node = subprocess.Popen(["node", ROOT / "bench/overload_grpc.mjs"], text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, tally, seconds, rate=None):
        task = {"port": self.port, "path": EXPORT, "body": self.body, "connections": 8,
                "seconds": seconds} | ({"rate": rate} if rate else {"clients": CLIENTS})
        self.node.stdin.write(json.dumps(task) + "\n")
        self.node.stdin.flush()
        result = json.loads(self.node.stdout.readline())
        tally.codes.update(result["codes"])
        tally.errors.update(result["errors"])
        tally.told += result["told"]
        tally.sent += result["sent"]
        tally.not_sent += result["notSent"]
        tally.latencies += result["latencies"]

    def close(self):
        self.node.stdin.close()
        self.node.wait(30)


def rss_mib(pid, name="VmRSS"):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split(name + ":")[1].split()[0]) >> 10


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pin(pid):
    """The server gets the first core, we and our children the rest."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), cores[:1])
    os.sched_setaffinity(0, cores[1:])


def scrape(port):
    """The server's own counters. What was received has to be somewhere at every scrape."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        lines = [line for line in answer.read().decode().splitlines() if not line.startswith("#")]
    samples = collections.Counter({name.removeprefix("spanhound_"): float(value)
                                   for name, value in (line.rsplit(" ", 1) for line in lines)})
    spans = collections.Counter()
    for name, value in samples.items():
        if name.startswith("ingest_spans_"):
            spans[name.removeprefix("ingest_spans_").split("{")[0]] += value
    received = spans.pop("received_total")
    if received != sum(spans.values()):
        raise RuntimeError(f"{received} spans received, but {dict(spans)}")
    return samples


def told_by(samples):
    """Of the counters those of refusals, by reason, and of flushes and merges."""
    return collections.Counter({name: value for name, value in samples.items()
                                if "refused" in name or
                                name in ("store_flushes_total", "store_merges_total")})


def measure(load, server, tally, seconds, rate=None):
    """Runs one loop and adds it to the tally; the peak of the RSS (MiB) while it ran."""
    pid, at_end, peak, errors = server.popen.pid, [], [0], []
    stop = threading.Event()

    def sample():
        end = time.monotonic() + seconds
        scraped = time.monotonic()
        while not stop.wait(0.05):
            peak[0] = max(peak[0], rss_mib(pid))
            if time.monotonic() > scraped + 2:
                try:
                    scrape(server.ports["admin"])
                except RuntimeError as error:
                    errors.append(error)
                scraped = time.monotonic()
            if not at_end and time.monotonic() >= end:
                at_end.append(cpu_seconds(pid))

    before, cpu, good = scrape(server.ports["admin"]), cpu_seconds(pid), tally.codes[load.OK]
    sampler = threading.Thread(target=sample)
    sampler.start()
    load.run(tally, seconds, rate)  # returns when what is under way has ended
    time.sleep(0.2)
    stop.set()
    sampler.join()
    if errors:
        raise errors[0]
    tally.cpu_seconds += at_end[0] - cpu
    tally.seconds += seconds
    tally.counters += told_by(scrape(server.ports["admin"]) - before)
    tally.rss_peak = max(tally.rss_peak, peak[0])
    print(f"  {'open' if rate else 'closed'} loop: {(tally.codes[load.OK] - good) / seconds:.1f} "
          f"requests/s, server CPU {100 * (at_end[0] - cpu) / seconds:.0f} %, "
          f"peak RSS {peak[0]} MiB", flush=True)


def report_flood(load, name, closed, flood):
    capacity, goodput = closed.good(load.OK), flood.good(load.OK)
    refused = {code: count for code, count in flood.codes.items() if code != load.OK}
    latencies = sorted(flood.latencies) or [0]
    per_cpu = [tally.codes[load.OK] / max(tally.cpu_seconds, 0.01) for tally in (closed, flood)]
    print(f"{name}: asked {flood.sent / flood.seconds:.0f} requests/s = "
          f"{flood.sent / flood.seconds / capacity:.1f}x, not sent for want of connections "
          f"{flood.not_sent}; goodput {goodput:.1f} requests/s = "
          f"{100 * goodput / capacity:.0f} % of capacity, {per_cpu[1]:.1f} a server CPU-second = "
          f"{100 * per_cpu[1] / per_cpu[0]:.0f} %; server CPU "
          f"{100 * flood.cpu_seconds / flood.seconds:.0f} %; "
          f"p50 {latencies[len(latencies) // 2]:.2f} s, "
          f"p99 {latencies[len(latencies) * 99 // 100]:.2f} s; peak RSS {flood.rss_peak} MiB")
    print(f"    refused {refused}, told when to retry {flood.told}; errors {dict(flood.errors)}; "
          f"the server counted " +
          ", ".join(f"{key} {value:.0f}" for key, value in sorted(flood.counters.items())))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(ROOT / "build/release"))
    parser.add_argument("--door", choices=("http", "grpc"), default="http")
    parser.add_argument("--times", type=float, default=10)
    parser.add_argument("--warm", type=float, default=40, help="seconds of closed loop, not counted")
    parser.add_argument("--seconds", type=float, default=10, help="of each loop of a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--floods", type=int, default=1, help="one after the other, in each round")
    parser.add_argument("--connections", type=int, default=2000, help="of all HTTP clients; a client "
                        "whose refusal is held asks for nothing, so that ten times needs many")
    parser.add_argument("--spans", type=int, default=2000, help="in a request")
    arguments = parser.parse_args()
    payload = body(arguments.spans)
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    closed, floods = Tally(), [Tally() for _ in range(arguments.floods)]
    with tempfile.TemporaryDirectory() as directory:
        flags = ("--retention", "300MB", "--connections-max", str(arguments.connections + 48))
        with Spanhound(arguments.build, directory + "/data", flags=flags) as server:
            pin(server.popen.pid)
            kind = HttpLoad if arguments.door == "http" else GrpcLoad
            load = kind(server.ports[kind.DOOR], payload, directory, arguments.connections)
            measure(load, server, Tally(), arguments.warm)
            for _ in range(arguments.rounds):
                measure(load, server, closed, arguments.seconds / 2)
                rate = arguments.times * closed.good(load.OK)
                for flood in floods:
                    measure(load, server, flood, arguments.seconds, rate)
                measure(load, server, closed, arguments.seconds / 2)
            load.close()
            rss_peak = rss_mib(server.popen.pid, "VmHWM")
    print(f"{arguments.door}: {len(payload)} bytes, {arguments.spans} spans a request; "
          f"{arguments.rounds} rounds of {1 + arguments.floods} loops of {arguments.seconds:g} s; "
          f"load average {os.getloadavg()[0]:.1f}")
    print(f"capacity, closed loop: {closed.good(load.OK):.1f} requests/s, "
          f"{closed.codes[load.OK] / closed.cpu_seconds:.1f} a server CPU-second; "
          f"server CPU {100 * closed.cpu_seconds / closed.seconds:.0f} %; "
          f"peak RSS {closed.rss_peak} MiB")
    for number, flood in enumerate(floods, 1):
        report_flood(load, f"flood {number}", closed, flood)
    print(f"peak RSS of all: {rss_peak} MiB")


if __name__ == "__main__":
    main()
