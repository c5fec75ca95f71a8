#!/usr/bin/env python3
"""The main job, shown: starts Spanhound, Redis, a stand-in Kubernetes API and the two dashboard
services and prints traces as trees with their log lines: of a request that Redis cannot answer yet,
of one that it can and that continues a caller's trace, of a run of the cron job, and of a request
while Redis and Kubernetes are down. Then both come back. --once checks what came out and ends."""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from processes import ROOT, Process, Redis, Spanhound, free_port, request, wait_until  # noqa: E402

FRONT, BACK = "dashboard2ui", "dashboard2api"
# Server and client of the front, server of the back, and what that asks of Redis and the informer.
SPANS_FROM_INFORMER, SPANS_FROM_REDIS, SPANS_FAILING = 8, 6, 5
SPANS_OF_A_CRON_RUN = 5


class ShownTrace:
    """One trace as the query API gives it, with the questions the demo asks of it."""

    def __init__(self, trace_id, data, logs):
        self.trace_id = trace_id
        self.spans = data["spans"]
        self.processes = data["processes"]
        self.logs = logs

    def service(self, span):
        return self.processes[span["processID"]]["serviceName"]

    def kind(self, span):
        return next((t["value"] for t in span["tags"] if t["key"] == "span.kind"), "")

    def parent(self, span):
        return next((r["spanID"] for r in span["references"] if r["refType"] == "CHILD_OF"), None)

    def one(self, service, kind, name=None):
        found = [s for s in self.spans if self.service(s) == service and self.kind(s) == kind
                 and name in (None, s["operationName"])]
        assert len(found) == 1, f"{len(found)} {kind} spans of {service}, expected one"
        return found[0]

    def links(self):
        """Ids of the traces that spans of this one are linked to."""
        return {r["traceID"] for s in self.spans for r in s["references"]
                if r["refType"] == "FOLLOWS_FROM"}

    def errors(self):
        return [s for s in self.spans
                if {"key": "error", "type": "bool", "value": True} in s["tags"]]


class Demo:
    """The whole system, running; use in a `with` statement."""

    def __init__(self, build, directory, fixed_ports=False):
        self.build, self.directory = pathlib.Path(build), pathlib.Path(directory)
        self._processes, self._services = [], []
        try:
            self.server = self._keep(Spanhound(build, self.directory / "data", fixed_ports))
            self._kube_port, self._redis_port = 0, free_port()
            self._start_cluster()
            self._start_api(6337 if fixed_ports else 0)
            self.ui = self._start_service(FRONT, 9090 if fixed_ports else 0,
                                          ["--api", f"127.0.0.1:{self._api_port}"])
            self.ui_url = "http://127.0.0.1:" + self.ui.wait_for(r"127\.0\.0\.1:(\d+)").group(1)
        except BaseException:
            self.stop()
            raise

    def _keep(self, process):
        self._processes.append(process)
        return process

    def _start_cluster(self):
        self.redis = self._keep(Redis(self.directory, self._redis_port))
        self.kube = self._keep(Process("kube", [sys.executable, "tests/kube/standin.py",
                                                "--port", str(self._kube_port)]))
        self.kube_url = self.kube.wait_for(r"(http://127\.0\.0\.1:\d+)").group(1)
        self._kube_port = int(self.kube_url.rsplit(":", 1)[1])

    def _start_api(self, port):
        self.api = self._start_service(BACK, port, [
            "--kube-url", self.kube_url, "--redis", f"127.0.0.1:{self._redis_port}",
            "--redis-timeout-ms", "1000", "--kube-retry-ms", "500", "--cron-seconds", "2",
            "--cache-seconds", "30"])
        self._api_port = int(self.api.wait_for(r"listening on 127\.0\.0\.1:(\d+)").group(1))

    def _stop_one(self, process):
        code = process.stop(signal.SIGTERM)
        assert code == 0, f"{process.name} ended with {code}"
        self._processes.remove(process)

    def _start_service(self, name, port, flags):
        environment = {
            "OTEL_TRACES_EXPORTER": "jaeger",
            "OTEL_EXPORTER_JAEGER_ENDPOINT": self.server.url("jaeger", "/api/traces"),
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.server.url("otlp_http"),
            "OTEL_BSP_SCHEDULE_DELAY": "200",
            "OTEL_BLRP_SCHEDULE_DELAY": "200",
        }
        command = [str(self.build / name), "--listen", f"127.0.0.1:{port}", *flags]
        self._services.append(self._keep(Process(name, command, environment)))
        return self._services[-1]

    def send_plain_request(self):
        return self._send("/api/pods?namespace=weiyun", {}, 200, SPANS_FROM_INFORMER)

    def send_continued_request(self, trace_id, span_id):
        return self._send("/api/pods?namespace=weiyun",
                          {"traceparent": f"00-{trace_id}-{span_id}-01"}, 200, SPANS_FROM_REDIS)

    def send_failing_request(self):
        print("\n$ kill Redis and the Kubernetes API, restart dashboard2api")
        for process in (self.api, self.redis, self.kube):
            self._stop_one(process)
        self._start_api(self._api_port)
        self._until_front_finds_back()
        return self._send("/api/namespaces", {}, 502, SPANS_FAILING)

    def heal(self):
        print("\n$ start Redis and the Kubernetes API again")
        self._start_cluster()
        answer = wait_until("everything to heal", lambda: self._ask_once("/api/namespaces", 200))
        print(answer.body.decode().strip()[:200])

    def _ask_once(self, path, status):
        answer = request("GET", self.ui_url + path)
        return answer if answer.status == status else None

    def _until_front_finds_back(self):
        wait_until("the front to find its back end", lambda: (
            lambda answer: "Kubernetes" in answer.json()["error"])(
                request("GET", self.ui_url + "/api/nodes")))

    def _send(self, path, headers, status, spans):
        shown = "".join(f"-H '{name}: {value}' " for name, value in headers.items())
        print(f"\n$ curl {shown}'{self.ui_url}{path}'")
        answer = request("GET", self.ui_url + path, headers=headers)
        print(answer.body.decode().strip()[:300])
        assert answer.status == status, f"status {answer.status}, expected {status}"
        return self._wait_for_trace(answer.headers["X-Trace-Id"], spans, {FRONT, BACK})

    def wait_for_cron_run(self):
        """The trace of a run that is linked to the run before it."""
        def newest():
            found = self.server.get_json(
                f"/api/traces?service={BACK}&operation=cron%20measure%20usage&limit=5")["data"]
            linked = [t for t in found if any(r["refType"] == "FOLLOWS_FROM" for s in t["spans"]
                                              for r in s["references"])]
            return linked[0]["traceID"] if linked else None
        print("\n$ the latest run of the cron job")
        return self._wait_for_trace(wait_until("a run of the cron job", newest),
                                    SPANS_OF_A_CRON_RUN, {BACK})

    def _wait_for_trace(self, trace_id, spans, services):
        def complete():
            answer = request("GET", self.server.url("query", f"/api/traces/{trace_id}"))
            if answer.status != 200 or len(answer.json()["data"][0]["spans"]) < spans:
                return None
            logs = self.server.get_json(f"/api/logs?traceID={trace_id}")["data"]
            if {log["serviceName"] for log in logs} != services:
                return None
            return ShownTrace(trace_id, answer.json()["data"][0], logs)
        return wait_until(f"all of trace {trace_id}", complete)

    def print_trace(self, trace):
        print(f"\n$ spanhound trace {trace.trace_id}", flush=True)
        subprocess.run([self.build / "spanhound", "trace", trace.trace_id, "--url",
                        self.server.url("query")], check=True)

    def printed(self):
        """(service, line) of everything the services have printed."""
        return [(p.name, line) for p in self._services for line in p.lines]

    def stop(self):
        """Front first, store last, each with the signal a supervisor would send."""
        codes = {}
        for process in reversed(self._processes):
            codes[process.name] = process.stop(signal.SIGTERM)
        self._processes = []
        return codes

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self._processes:
            process.__exit__()


def check_shape(trace):
    """Both services and the cache in the right parent order."""
    front, call = trace.one(FRONT, "server"), trace.one(FRONT, "client")
    back, cache = trace.one(BACK, "server"), trace.one(BACK, "internal", "cache read")
    assert trace.parent(call) == front["spanID"], "the front's call is not under its server span"
    assert trace.parent(back) == call["spanID"], "the back end is not under the front's call"
    assert trace.parent(cache) == back["spanID"], "the cache is not under the back"
    return front


def check_log_lines(printed, trace):
    """The JSON lines the services print carry the same ids as the spans."""
    lines = {}
    for service, text in printed:
        if text.startswith("{") and trace.trace_id in text:
            lines.setdefault(service, []).append(json.loads(text))
    assert lines.get(FRONT) and lines.get(BACK), "a service printed no line of the trace"
    call, back = trace.one(FRONT, "client"), trace.one(BACK, "server")
    of_back_span = [l for l in lines[BACK] if l["span_id"] == back["spanID"]]
    assert of_back_span, "no line of the back end's server span"
    for line in of_back_span:
        assert line["pspan_id"] == call["spanID"], f"pspan_id {line['pspan_id']}"
    assert any("donuts" in line["msg"] for line in lines[BACK]), "the baggage was not logged"
    for service in (FRONT, BACK):
        assert any(log["serviceName"] == service for log in trace.logs), f"no logs of {service}"


def run(demo):
    plain = demo.send_plain_request()
    demo.print_trace(plain)
    caller_trace, caller_span = os.urandom(16).hex(), os.urandom(8).hex()
    continued = demo.send_continued_request(caller_trace, caller_span)
    demo.print_trace(continued)
    cron = demo.wait_for_cron_run()
    demo.print_trace(cron)
    failed = demo.send_failing_request()
    demo.print_trace(failed)
    demo.heal()
    return plain, (continued, caller_trace, caller_span), cron, failed


def check(plain, continued, cron, failed, lines):
    front = check_shape(plain)
    for name in ("MGET", "SET"):
        plain.one(BACK, "client", name)
    assert plain.parent(front) is None, "the plain request's root has a parent"
    check_log_lines(lines, plain)
    trace, caller_trace, caller_span = continued
    assert trace.trace_id == caller_trace, "the caller's trace was not continued"
    assert trace.parent(check_shape(trace)) == caller_span, "the caller's span is not the parent"
    assert plain.trace_id in trace.links(), "what Redis had is not linked to who wrote it"
    check_log_lines(lines, trace)
    assert cron.links() and not cron.errors(), "the cron run has no link, or an error"
    check_shape(failed)
    assert len(failed.errors()) == SPANS_FAILING, f"{len(failed.errors())} spans show the failure"


def print_where_to_look(demo, plain):
    print(f"""
Web UI         {demo.server.url('query')}/
This trace     {demo.server.url('query')}/trace/{plain.trace_id}
Jaeger API     curl {demo.server.url('query')}/api/traces/{plain.trace_id}
Dashboard      {demo.ui_url}/
Send more      curl {demo.ui_url}/api/nodes
""", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=str(ROOT / "build/release"))
    parser.add_argument("--once", action="store_true", help="check the result and exit 0 or 1")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spanhound-demo-") as directory:
        try:
            with Demo(arguments.build, directory, fixed_ports=not arguments.once) as demo:
                results = run(demo)
                print_where_to_look(demo, results[0])
                if not arguments.once:
                    print("Ctrl-C stops everything.", flush=True)
                    signal.pause()
                check(*results, demo.printed())
                codes = demo.stop()
                assert not any(codes.values()), f"exit codes {codes}"
                print("demo: all checks passed")
        except KeyboardInterrupt:
            print("\nstopped")
        except (AssertionError, RuntimeError) as error:
            print(f"demo: FAILED: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
