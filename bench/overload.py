#!/usr/bin/env python3
"""Load far above capacity, open loop: what a server still takes when clients ask for ten times as
much. Requests leave at fixed times whether or not others were answered; each is a gzip'd OTLP/JSON
request, cheap to send and dear to take. Prints capacity, goodput and what was refused how.

    python3 bench/overload.py --build build/release [--times 10] [--seconds 20]
"""

import argparse
import asyncio
import gzip
import json
import os
import pathlib
import resource
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from processes import Spanhound  # noqa: E402

SPANS = 400
CONNECTIONS_MAX = 4000
RETRYABLE = {429, 502, 503, 504}


def body():
    now = time.time_ns()
    spans = [{"traceId": os.urandom(16).hex(), "spanId": os.urandom(8).hex(), "kind": 2,
              "name": f"operation-{number % 20}", "startTimeUnixNano": str(now - 1_000_000),
              "endTimeUnixNano": str(now), "attributes": [
                  {"key": f"key-{key}", "value": {"stringValue": "same value every time " * 3}}
                  for key in range(12)]} for number in range(SPANS)]
    text = json.dumps({"resourceSpans": [{"resource": {"attributes": [
        {"key": "service.name", "value": {"stringValue": "overload"}}]},
        "scopeSpans": [{"spans": spans}]}]})
    return gzip.compress(text.encode(), 6)


class Client:
    """Keeps connections; one that is idle takes the next request."""

    def __init__(self, port, request):
        self.port, self.request, self.idle, self.open = port, request, [], 0
        self.counts, self.told, self.errors, self.dropped = {}, 0, {}, 0
        self.latencies = []

    async def send(self, is_counted):
        started = time.monotonic()
        if self.idle:
            reader, writer = self.idle.pop()
        elif self.open < CONNECTIONS_MAX:
            self.open += 1
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError as error:
                self.open -= 1
                self.errors[type(error).__name__] = self.errors.get(type(error).__name__, 0) + 1
                return
        else:
            self.dropped += 1  # as a client would that is full itself
            return
        try:
            writer.write(self.request)
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head[9:12])
            lower = head.lower()
            length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            if length:
                await reader.readexactly(length)
            if is_counted():
                self.counts[status] = self.counts.get(status, 0) + 1
                self.told += status in RETRYABLE and b"retry-after: " in lower
                if status == 200:
                    self.latencies.append(time.monotonic() - started)
            if b"connection: close" in lower:
                raise ConnectionError
            self.idle.append((reader, writer))
        except (OSError, asyncio.IncompleteReadError) as error:
            writer.close()
            self.open -= 1
            if not isinstance(error, ConnectionError) or type(error) is not ConnectionError:
                name = type(error).__name__
                self.errors[name] = self.errors.get(name, 0) + 1


async def closed_loop(port, request, seconds, clients=16):
    """Requests a second the server takes when each client waits for its answer."""
    client, stop = Client(port, request), time.monotonic() + seconds

    async def run():
        while time.monotonic() < stop:
            await client.send(lambda: True)

    await asyncio.gather(*(run() for _ in range(clients)))
    return client.counts.get(200, 0) / seconds


async def open_loop(port, request, rate, seconds):
    client, begin = Client(port, request), time.monotonic()
    tasks, sent = set(), 0
    while (now := time.monotonic()) < begin + seconds:
        due = int((now - begin) * rate)
        for _ in range(min(due - sent, 200)):
            sent += 1
            task = asyncio.create_task(client.send(lambda: time.monotonic() < begin + seconds))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.sleep(0.001)
    await asyncio.wait(tasks, timeout=60) if tasks else None
    return client, sent


def rss_peak(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=str(ROOT / "build/release"))
    parser.add_argument("--times", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=20)
    arguments, payload = parser.parse_args(), body()
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    head = (f"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Encoding: gzip\r\nContent-Length: {len(payload)}\r\n\r\n").encode()
    with tempfile.TemporaryDirectory() as directory:
        with Spanhound(arguments.build, directory + "/data", flags=("--retention", "300MB")) as server:
            port, pid = server.ports["otlp_http"], server.popen.pid
            asyncio.run(closed_loop(port, head + payload, 3))
            cpu = cpu_seconds(pid)
            capacity = asyncio.run(closed_loop(port, head + payload, arguments.seconds))
            cpu_closed = cpu_seconds(pid) - cpu
            cpu, closed_peak = cpu_seconds(pid), rss_peak(pid)
            client, sent = asyncio.run(open_loop(port, head + payload, capacity * arguments.times,
                                                 arguments.seconds))
            cpu_open = cpu_seconds(pid) - cpu
            peak = rss_peak(pid)
    goodput = client.counts.get(200, 0) / arguments.seconds
    refused = {status: count for status, count in client.counts.items() if status != 200}
    latencies = sorted(client.latencies) or [0]
    print(f"request: {len(payload)} bytes, {SPANS} spans")
    print(f"capacity, closed loop: {capacity:.0f} requests/s, server CPU {cpu_closed:.1f} s")
    print(f"asked: {sent / arguments.seconds:.0f} requests/s ({arguments.times:g}x); "
          f"not sent, {CONNECTIONS_MAX} connections waiting: {client.dropped}")
    print(f"goodput: {goodput:.0f} requests/s = {100 * goodput / capacity:.0f} % of capacity, "
          f"server CPU {cpu_open:.1f} s; p50 {latencies[len(latencies) // 2]:.2f} s, "
          f"p99 {latencies[len(latencies) * 99 // 100]:.2f} s")
    print(f"refused: {refused}, with Retry-After: {client.told}; errors: {client.errors}")
    print(f"peak RSS: {closed_peak} MiB, with the open loop {peak} MiB")


if __name__ == "__main__":
    main()
