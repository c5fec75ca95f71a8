#!/usr/bin/env python3
"""The benchmark: starts build/release/spanhound, loads it with both workloads over gRPC and HTTP,
asks it questions about what it was sent, restarts it, and writes a table with machine notes to
bench/results/. Every answer is checked; a wrong one makes the run fail."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from processes import Spanhound, wait_until  # noqa: E402

WORKLOADS = ("shop", "jaeger-bench")
TRANSPORTS = ("grpc", "http")
SPANS_DEFAULT = 500_000
SPANS_TINY = 20_000
SETTLE_SECONDS = 60
LOAD_SECONDS_MAX = 3600


class Bench:
    def __init__(self, arguments):
        self.build = pathlib.Path(arguments.build)
        self.spans = arguments.spans
        self.connections = arguments.connections
        self.repetitions = arguments.repetitions
        self.parent = arguments.data_parent
        self.failures = []

    def command(self, *arguments):
        """Runs spanhound load, returns its --json report."""
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            command = [str(self.build / "spanhound"), "load", *map(str, arguments),
                       "--json", report.name]
            done = subprocess.run(command, text=True, capture_output=True,
                                  timeout=LOAD_SECONDS_MAX, check=False)
            print(done.stdout, end="", flush=True)
            if done.returncode != 0:
                why = [line.strip() for line in done.stdout.splitlines()
                       if "WRONG" in line or "FAILED" in line]
                self.failures.append(f"{' '.join(command)}: "
                                     f"{done.stderr.strip()} {'; '.join(why)}")
            text = pathlib.Path(report.name).read_text()
            if not text:
                raise RuntimeError(f"no report from {' '.join(command)}: {done.stderr}")
            return json.loads(text)

    def load(self, server, data, transport, *flags):
        key = "otlp_grpc" if transport == "grpc" else "otlp_http"
        scheme = "grpc" if transport == "grpc" else "http"
        return self.command("--target", f"{scheme}://127.0.0.1:{server.ports[key]}",
                            "--connections", self.connections, "--server-pid", server.popen.pid,
                            "--settle", SETTLE_SECONDS, "--data-dir", data, *flags)

    def run(self, workload, transport, durability="sync", asks=True):
        """One fresh server: load, questions, clean stop, disk, restart."""
        print(f"== {workload}, {transport}, durability {durability}", flush=True)
        data = tempfile.mkdtemp(prefix="spanhound-bench-", dir=self.parent)
        try:
            content = ("--workload", workload, "--spans", self.spans)
            with Spanhound(self.build, data, flags=("--durability", durability)) as server:
                result = self.load(server, data, transport, *content)
                if asks:
                    result["queries"] = self.command("query", "--url", server.url("query"),
                                                     "--repetitions", self.repetitions, *content)
                server.stop(seconds=120)
            result["disk_stopped_bytes"] = disk_bytes(data)
            started = time.monotonic()
            with Spanhound(self.build, data) as server:
                result["restart_seconds"] = time.monotonic() - started
                result["restart_rss_bytes"] = rss_bytes(server.popen.pid)
                server.stop(seconds=120)
            return result
        finally:
            shutil.rmtree(data, ignore_errors=True)

    def half_rate(self, workload, saturation):
        """Ack latency at half of the saturation, open loop."""
        print(f"== {workload}, grpc, half rate", flush=True)
        data = tempfile.mkdtemp(prefix="spanhound-bench-", dir=self.parent)
        try:
            with Spanhound(self.build, data) as server:
                # Twice the connections: a late answer must not hold the schedule up.
                return self.load(server, data, "grpc", "--workload", workload, "--spans",
                                 self.spans // 2, "--rate", int(saturation / 2),
                                 "--requests-in-flight", 2)
        finally:
            shutil.rmtree(data, ignore_errors=True)

    def killed(self):
        """kill -9 in the middle of a load; then every acknowledged trace must be there."""
        print("== shop, grpc, kill -9 under load", flush=True)
        data = tempfile.mkdtemp(prefix="spanhound-bench-", dir=self.parent)
        acked = pathlib.Path(data) / "acked.log"
        try:
            with Spanhound(self.build, pathlib.Path(data) / "store") as server:
                load = subprocess.Popen(
                    [str(self.build / "spanhound"), "load", "--target",
                     f"grpc://127.0.0.1:{server.ports['otlp_grpc']}", "--spans", str(self.spans),
                     "--retry-seconds", "0", "--acked-log", str(acked)],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                enough = self.spans // 8 // 4 * 33  # a quarter of the traces, in bytes of the log
                wait_until("a quarter of the load", lambda: acked.exists()
                           and (acked.stat().st_size > enough or load.poll() is not None), 120)
                server.kill()
                load.wait(120)
            ids = sorted(set(acked.read_text().split()))
            started = time.monotonic()
            with Spanhound(self.build, pathlib.Path(data) / "store") as server:
                seconds = time.monotonic() - started
                step = max(1, len(ids) // 2000)
                asked = ids[::step]
                lost = sum(not has_trace(server, trace_id) for trace_id in asked)
            if lost:
                self.failures.append(f"kill -9: {lost} of {len(asked)} acknowledged traces lost")
            return {"ready_seconds": seconds, "acked": len(ids), "asked": len(asked), "lost": lost}
        finally:
            shutil.rmtree(data, ignore_errors=True)


def has_trace(server, trace_id):
    try:
        return bool(server.get_json(f"/api/traces/{trace_id}").get("data"))
    except ValueError:
        return False


def disk_bytes(directory):
    files = [path for path in pathlib.Path(directory).rglob("*") if path.is_file()]
    return sum(path.stat().st_blocks * 512 for path in files)


def rss_bytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def output_of(*command):
    done = subprocess.run(command, text=True, capture_output=True, cwd=ROOT, check=False)
    return done.stdout.strip()


def cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def memory_gib():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def ratio(count, divisor):
    return f"{count / divisor:,.0f}" if divisor and divisor > 0 else "n. m."


def ingest_rows(results):
    """(name, cell of one result) for the main table."""
    def per_span(key):
        return lambda r: f"{r[key] / max(r['acked_spans'], 1):.1f}"
    return [
        ("acknowledged spans", lambda r: f"{r['acked_spans']:,}"),
        ("wall spans/s at saturation", lambda r: ratio(r["acked_spans"], r["wall_seconds"])),
        ("spans per server CPU s, until the last ack",
         lambda r: ratio(r["acked_spans"], r["server_cpu_seconds"])),
        ("spans per server CPU s, settled",
         lambda r: ratio(r["acked_spans"], r["server_cpu_settled_seconds"])),
        ("ack p50 / p95 / p99 / max, ms", lambda r: " / ".join(
            f"{r[f'ack_{p}_ms']:.1f}" for p in ("p50", "p95", "p99", "max"))),
        ("peak RSS during ingest, MiB", lambda r: f"{r['server_rss_peak_bytes'] / 2**20:.0f}"),
        ("wire bytes/span", per_span("wire_bytes")),
        ("disk bytes/span while running", per_span("disk_bytes")),
        ("disk bytes/span after a clean stop", per_span("disk_stopped_bytes")),
        ("ready after a clean stop, s", lambda r: f"{r['restart_seconds']:.2f}"),
        ("RSS after restart, idle, MiB", lambda r: f"{r['restart_rss_bytes'] / 2**20:.0f}"),
        ("generator CPU s", lambda r: f"{r['client_cpu_seconds']:.1f}"),
    ]


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def ingest_table(results):
    header = [""] + [f"{w}, {t}, {d}" for w, t, d in results]
    rows = [[name] + [cell(r) for r in results.values()] for name, cell in ingest_rows(results)]
    return table(header, rows)


def query_table(results):
    asked = {f"{w}, {t}": r["queries"] for (w, t, _), r in results.items() if "queries" in r}
    names = [timing["name"] for timing in next(iter(asked.values()))]
    rows = [[name] + [f"{q[i]['p50_ms']:.2f} / {q[i]['p99_ms']:.2f}" for q in asked.values()]
            for i, name in enumerate(names)]
    return table(["p50 / p99, ms"] + list(asked), rows)


def report_text(bench, results, half, killed, data_parent):
    filesystem = output_of("stat", "-f", "-c", "%T", str(data_parent))
    lines = [
        f"# Benchmark of {datetime.date.today()}, {output_of('git', 'rev-parse', '--short', 'HEAD')}",
        "",
        f"{cpu_model()}, {os.cpu_count()} cores, {memory_gib():.0f} GiB; Linux {platform.release()}; "
        f"data on {filesystem}.",
        f"{bench.spans:,} spans a run, 512 a request, {bench.connections} connections, closed loop; "
        "generator on the same machine. Durability sync unless said otherwise: a span is on disk "
        "before it is acknowledged.",
        f"Made by `./dev bench --spans {bench.spans} --connections {bench.connections}`.",
        "", "## Ingest", "", *ingest_table(results),
        "Ack latency at half of the gRPC saturation, open loop, p50 / p99 ms: " + "; ".join(
            f"{w} {r['ack_p50_ms']:.1f} / {r['ack_p99_ms']:.1f}" for w, r in half.items()) + ".",
        "",
        f"kill -9 under load: ready again after {killed['ready_seconds']:.2f} s; "
        f"{killed['acked']:,} traces acknowledged, {killed['asked']:,} of them asked for, "
        f"{killed['lost']} lost.",
        "", "## Queries", "",
        f"Jaeger HTTP API, one keep-alive connection, {bench.repetitions} different questions each, "
        "every answer checked.",
        "", *query_table(results)]
    if bench.failures:
        lines += ["## Failures", "", *[f"- {failure}" for failure in bench.failures], ""]
    return "\n".join(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spans", type=int, default=SPANS_DEFAULT, help="per run")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--repetitions", type=int, default=100, help="of each question")
    parser.add_argument("--build", default=str(ROOT / "build" / "release"))
    parser.add_argument("--data-parent", default=str(ROOT / "build"),
                        help="where the data directories are made; choose the disk to be measured")
    parser.add_argument("--tiny", action="store_true",
                        help="seconds only, to see that everything works; writes no result file")
    arguments = parser.parse_args()
    if arguments.tiny:
        arguments.spans, arguments.repetitions = SPANS_TINY, 5
    return arguments


def main():
    arguments = parse_arguments()
    bench = Bench(arguments)
    results = {(w, t, "sync"): bench.run(w, t) for w in WORKLOADS for t in TRANSPORTS}
    results["shop", "grpc", "none"] = bench.run("shop", "grpc", durability="none", asks=False)
    half = {}
    for workload in WORKLOADS:
        full = results[workload, "grpc", "sync"]
        half[workload] = bench.half_rate(workload, full["acked_spans"] / full["wall_seconds"])
    killed = bench.killed()
    text = report_text(bench, results, half, killed, arguments.data_parent)
    print("\n" + text)
    if not arguments.tiny:
        directory = ROOT / "bench" / "results"
        directory.mkdir(exist_ok=True)
        name = f"{datetime.date.today()}-{output_of('git', 'rev-parse', '--short', 'HEAD')}.md"
        (directory / name).write_text(text)
        print(f"written to bench/results/{name}")
    return 1 if bench.failures else 0


if __name__ == "__main__":
    sys.exit(main())
