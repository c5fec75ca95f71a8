"""The runs of the benchmark. Each starts servers of its own on an empty directory and returns
plain figures; what was wrong goes to Runs.failures."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from measured_server import MeasuredServer, busy_seconds, disk_bytes, request

LOAD_SECONDS_MAX = 3600
ANSWER_SECONDS_MAX = 120
# Doors besides OTLP: (what it takes, scheme of `spanhound load`, port, the flag that opens it).
DOORS = (("Zipkin v2, JSON", "zipkin-json", "zipkin", None),
         ("Zipkin v2, protobuf", "zipkin-proto", "zipkin", None),
         ("Elasticsearch _bulk, a log line a span", "elasticsearch", "elasticsearch",
          "--elasticsearch-port"),
         ("Fluent forward, a log line a span", "fluent", "fluent", "--fluent-port"),
         ("Jaeger Thrift over HTTP", "jaeger-http", "jaeger", None),
         ("Jaeger gRPC", "jaeger-grpc", "jaeger_grpc", None),
         ("Jaeger agent, compact", "jaeger-udp", "jaeger_compact", None),
         ("Jaeger agent, binary", "jaeger-udp-binary", "jaeger_binary", None))
# Nothing there tells the sender what came in; the server's counters of these names do.
DATAGRAM_DOORS = {"jaeger-udp": "jaeger-udp-compact", "jaeger-udp-binary": "jaeger-udp-binary"}
NO_FLUSH = ("--flush-bytes", str(1 << 40))


class Runs:
    def __init__(self, build, data_parent, scale):
        self.build = pathlib.Path(build)
        self.parent = data_parent
        self.scale = scale
        self.failures = []

    @contextlib.contextmanager
    def directory(self):
        path = pathlib.Path(tempfile.mkdtemp(prefix="spanhound-bench-", dir=self.parent))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def server(self, data, *flags):
        return MeasuredServer(self.build, data, flags)

    def load_command(self, *arguments):
        return [str(self.build / "spanhound"), "load", *map(str, arguments)]

    def load(self, *arguments, may_fail=False):
        """Runs `spanhound load`, returns its figures."""
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            command = self.load_command(*arguments, "--json", report.name)
            done = subprocess.run(command, text=True, capture_output=True,
                                  timeout=LOAD_SECONDS_MAX, check=False)
            print(done.stdout, end="", flush=True)
            if done.returncode != 0 and not may_fail:
                why = [line.strip() for line in done.stdout.splitlines()
                       if "WRONG" in line or "FAILED" in line]
                self.failures.append(f"`{' '.join(command[1:-2])}`: {done.stderr.strip()} "
                                     + "; ".join(why))
            text = pathlib.Path(report.name).read_text()
            if not text:
                raise RuntimeError(f"no figures from {' '.join(command)}: {done.stderr}")
            return json.loads(text)

    def content(self, workload):
        return ("--workload", workload, "--spans", self.scale.spans)

    def send(self, server, transport, *arguments, **options):
        key = "otlp_grpc" if transport == "grpc" else "otlp_http"
        scheme = "grpc" if transport == "grpc" else "http"
        return self.load("--target", f"{scheme}://127.0.0.1:{server.ports[key]}",
                         "--connections", self.scale.connections, "--server-pid", server.pid,
                         *arguments, **options)

    def rest(self, server):
        return server.wait_idle(self.scale.settle_seconds, self.scale.quiet_seconds)

    def ingest(self, workload, transport, durability="sync", asks=False):
        """Load, rest, clean stop, start, rest. With `asks`, questions before and after."""
        print(f"== {workload}, {transport}, durability {durability}", flush=True)
        with self.directory() as data:
            result = {"load_average": os.getloadavg()[0]}
            with self.server(data, "--durability", durability) as server:
                result |= self.saturate(server, data, workload, transport)
                if asks:
                    result["live"] = self.ask(server, workload)
                    result["rss_peak_asked"] = server.memory_bytes("VmHWM")
                    asked_cpu = server.cpu_seconds() - result["cpu_idle"]
                cpu, _ = server.stop_measured()
            result["disk_stopped"] = disk_bytes(data)
            with self.server(data, "--durability", durability) as server:
                result["ready_after_stop"] = server.ready_seconds
                self.rest(server)
                result["rss_idle"] = server.memory_bytes()
                result["disk"] = disk_bytes(data)
                cpu += server.cpu_seconds() - (asked_cpu if asks else 0)
                if asks:
                    result["cold"] = self.ask(server, workload, cold=data)
                    result["warm"] = self.ask(server, workload)
                    result["fresh"] = self.freshness(server, workload)
                server.stop_measured()
            result["cpu_all"] = cpu
            return result

    def door(self, scheme, port, flag):
        """The shop's spans through one door, until the server rests."""
        print(f"== door {scheme}", flush=True)
        datagrams = DATAGRAM_DOORS.get(scheme)
        rate = self.scale.datagram_rate if datagrams else 0
        with self.directory() as data:
            with self.server(data, *([flag, "0"] if flag else [])) as server:
                result = self.load("--target", f"{scheme}://127.0.0.1:{server.ports[port]}",
                                   "--connections", self.scale.connections, "--server-pid",
                                   server.pid, "--workload", "shop", "--spans",
                                   self.scale.door_spans, "--rate", rate)
                self.rest(server)
                if datagrams:
                    result["acked_spans"] = int(server.series()[
                        f'spanhound_ingest_spans_accepted_total{{door="{datagrams}"}}'])
                result["cpu_idle"] = server.cpu_seconds()
                server.stop_measured()
            return result

    def saturate(self, server, data, workload, transport):
        busy = busy_seconds()
        result = self.send(server, transport, *self.content(workload))
        taken = result["server_cpu_seconds"] + result["client_cpu_seconds"]
        result["others_cores"] = (busy_seconds() - busy - taken) / result["wall_seconds"]
        if not self.rest(server):
            print("  (the server did not come to rest)", flush=True)
        result["cpu_idle"] = server.cpu_seconds()
        result["rss_peak"] = server.memory_bytes("VmHWM")
        result["disk_running"] = disk_bytes(data)
        result["metrics"] = server.metrics()
        return result

    def ask(self, server, workload, cold=None):
        scale = self.scale
        asks = ("--repetitions", scale.repetitions, "--warm-up", scale.warm_up)
        if cold:
            asks = ("--repetitions", scale.cold_repetitions, "--warm-up", 0, "--cold", cold)
        print("  cold" if cold else "  warm", flush=True)
        return self.load("query", "--url", server.url("query"), "--server-pid", server.pid, *asks,
                         "--series-seconds", scale.series_seconds, *self.content(workload))

    def freshness(self, server, workload):
        return self.load("freshness", "--url", server.url("query"), "--target",
                         f"grpc://127.0.0.1:{server.ports['otlp_grpc']}", "--workload", workload,
                         "--repetitions", self.scale.freshness)

    def half_rate(self, workload, saturation):
        """Ack latency with requests leaving on schedule, at half of what it can take."""
        print(f"== {workload}, grpc, half of {saturation:,.0f} spans/s", flush=True)
        with self.directory() as data, self.server(data) as server:
            # Four times the requests under way: a late answer must not hold the schedule up.
            result = self.send(server, "grpc", *self.half_load(workload, saturation))
            result["rate"] = saturation / 2
            return result

    def half_load(self, workload, saturation):
        return ("--workload", workload, "--rate", int(saturation / 2), "--requests-in-flight", 4,
                "--spans", int(saturation / 2 * self.scale.half_rate_seconds))

    def fresh_under_load(self, workload, saturation):
        print(f"== {workload}, freshness at half of the saturation", flush=True)
        with self.directory() as data, self.server(data) as server:
            load = subprocess.Popen(
                self.load_command("--target", f"grpc://127.0.0.1:{server.ports['otlp_grpc']}",
                                  *self.half_load(workload, saturation)),
                stdout=subprocess.DEVNULL)
            try:
                time.sleep(min(3, self.scale.half_rate_seconds / 2))
                return self.freshness(server, workload)
            finally:
                load.terminate()
                load.wait()

    def killed(self, workload):
        """kill -9 with as much in the log as the server ever leaves there."""
        print(f"== {workload}, kill -9 with a full log", flush=True)
        with self.directory() as data:
            acked = data / "acked.log"
            store = data / "store"
            with self.server(store, *NO_FLUSH) as server:
                result = self.send(server, "grpc", "--workload", workload, "--spans",
                                   self.scale.full_log_spans, "--retry-seconds", 0,
                                   "--acked-log", acked, may_fail=True)
                server.kill()
            result["log_bytes"] = disk_bytes(store)
            ids = sorted(set(acked.read_text().split()))
            with self.server(store) as server:
                result["ready"] = server.ready_seconds
                asked = ids[::max(1, len(ids) // self.scale.asked_after_kill)]
                lost = sum(not has_trace(server, trace_id) for trace_id in asked)
                result |= {"traces": len(ids), "asked": len(asked), "lost": lost,
                           "rss_peak": server.memory_bytes("VmHWM")}
            if lost:
                self.failures.append(f"{workload}: {lost} of {len(asked)} acknowledged traces "
                                     "lost by kill -9")
            return result

    def extreme(self, workload, path_of):
        """Memory with a workload that has a million of something. `path_of` makes a question out
        of one trace id that was sent."""
        print(f"== {workload}", flush=True)
        with self.directory() as data:
            acked = data / "acked.log"
            with self.server(data / "store") as server:
                result = self.send(server, "grpc", "--workload", workload, "--spans",
                                   self.scale.extreme_spans, "--acked-log", acked)
                self.rest(server)
                result["rss_peak"] = server.memory_bytes("VmHWM")
                with acked.open() as lines:
                    path = path_of(lines.readline().strip())
                result["answer"] = timed_answer(server, path)
                result["rss_peak_asked"] = server.memory_bytes("VmHWM")
                server.stop_measured()
            with self.server(data / "store") as server:
                self.rest(server)
                result["rss_idle"] = server.memory_bytes()
                server.stop_measured()
            result["disk"] = disk_bytes(data / "store")
            return result


def timed_answer(server, path):
    started = time.monotonic()
    answer = request("GET", server.url("query", path), seconds=ANSWER_SECONDS_MAX)
    return {"status": answer.status, "bytes": len(answer.body),
            "seconds": time.monotonic() - started}


def has_trace(server, trace_id):
    answer = request("GET", server.url("query", f"/api/traces/{trace_id}"))
    return answer.status == 200 and trace_id.encode() in answer.body
