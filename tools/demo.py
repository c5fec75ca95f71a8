#!/usr/bin/env python3
"""The main job, shown: starts Spanhound, a stand-in Kubernetes API and the two dashboard services,
sends three requests (one plain, one that continues a caller's trace, one that fails) and prints
each trace as a tree with its log lines. --once checks what came out and ends."""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from processes import ROOT, Process, Spanhound, request, wait_until  # noqa: E402

FRONT, BACK = "dashboard2ui", "dashboard2api"
SPANS_OF_A_REQUEST = 4  # server and client of the front, server and client of the back


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

    def one(self, service, kind):
        found = [s for s in self.spans if self.service(s) == service and self.kind(s) == kind]
        assert len(found) == 1, f"{len(found)} {kind} spans of {service}, expected one"
        return found[0]


class Demo:
    """The whole system, running; use in a `with` statement."""

    def __init__(self, build, directory, fixed_ports=False):
        self.build, self.directory = pathlib.Path(build), pathlib.Path(directory)
        self._processes = []
        try:
            self.server = self._keep(Spanhound(build, self.directory / "data", fixed_ports))
            self.kube = self._keep(Process("kube", [sys.executable, "tests/kube/standin.py",
                                                    "--port", "0"]))
            self.kube_url = self.kube.wait_for(r"(http://127\.0\.0\.1:\d+)").group(1)
            self.api = self._start_service(BACK, 6337 if fixed_ports else 0,
                                           ["--kube-url", self.kube_url])
            api_port = self.api.wait_for(r"127\.0\.0\.1:(\d+)").group(1)
            self.ui = self._start_service(FRONT, 9090 if fixed_ports else 0,
                                          ["--api", f"127.0.0.1:{api_port}"])
            self.ui_url = "http://127.0.0.1:" + self.ui.wait_for(r"127\.0\.0\.1:(\d+)").group(1)
        except BaseException:
            self.stop()
            raise

    def _keep(self, process):
        self._processes.append(process)
        return process

    def _start_service(self, name, port, flags):
        environment = {
            "OTEL_TRACES_EXPORTER": "jaeger",
            "OTEL_EXPORTER_JAEGER_ENDPOINT": self.server.url("jaeger", "/api/traces"),
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.server.url("otlp_http"),
            "OTEL_BSP_SCHEDULE_DELAY": "200",
            "OTEL_BLRP_SCHEDULE_DELAY": "200",
        }
        command = [str(self.build / name), "--listen", f"127.0.0.1:{port}", *flags]
        return self._keep(Process(name, command, environment))

    def send_plain_request(self):
        return self._send("curl " + self.ui_url + "/api/namespaces", {}, 200)

    def send_continued_request(self, trace_id, span_id):
        header = f"00-{trace_id}-{span_id}-01"
        return self._send(f"curl -H 'traceparent: {header}' {self.ui_url}/api/namespaces",
                          {"traceparent": header}, 200)

    def send_failing_request(self):
        request("POST", self.kube_url + "/standin/fail?status=500&count=1", b"")
        return self._send("curl " + self.ui_url + "/api/namespaces   # the Kubernetes API is down",
                          {}, 502)

    def _send(self, shown_command, headers, status):
        print(f"\n$ {shown_command}")
        answer = request("GET", self.ui_url + "/api/namespaces", headers=headers)
        print(answer.body.decode().strip()[:300])
        assert answer.status == status, f"status {answer.status}, expected {status}"
        return self._wait_for_trace(answer.headers["X-Trace-Id"])

    def _wait_for_trace(self, trace_id):
        def complete():
            answer = request("GET", self.server.url("query", f"/api/traces/{trace_id}"))
            if answer.status != 200 or len(answer.json()["data"][0]["spans"]) < SPANS_OF_A_REQUEST:
                return None
            logs = self.server.get_json(f"/api/logs?traceID={trace_id}")["data"]
            if {log["serviceName"] for log in logs} != {FRONT, BACK}:
                return None
            return ShownTrace(trace_id, answer.json()["data"][0], logs)
        return wait_until(f"all of trace {trace_id}", complete)

    def print_trace(self, trace):
        print(f"\n$ spanhound trace {trace.trace_id}", flush=True)
        subprocess.run([self.build / "spanhound", "trace", trace.trace_id, "--url",
                        self.server.url("query")], check=True)

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
    """Server and client spans of both services in the right parent order."""
    front, call = trace.one(FRONT, "server"), trace.one(FRONT, "client")
    back, list_call = trace.one(BACK, "server"), trace.one(BACK, "client")
    assert trace.parent(call) == front["spanID"], "the front's call is not under its server span"
    assert trace.parent(back) == call["spanID"], "the back end is not under the front's call"
    assert trace.parent(list_call) == back["spanID"], "the Kubernetes call is not under the back"
    return front


def check_log_lines(demo, trace):
    """The JSON lines the services print carry the same ids as the spans."""
    lines = {}
    for process in (demo.ui, demo.api):
        for text in process.lines:
            if text.startswith("{") and trace.trace_id in text:
                lines.setdefault(process.name, []).append(json.loads(text))
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
    failed = demo.send_failing_request()
    demo.print_trace(failed)
    return plain, (continued, caller_trace, caller_span), failed


def check(demo, plain, continued, failed):
    assert plain is not None and demo.kube_url
    front = check_shape(plain)
    assert demo and plain.parent(front) is None, "the plain request's root has a parent"
    check_log_lines(demo, plain)
    trace, caller_trace, caller_span = continued
    assert trace.trace_id == caller_trace, "the caller's trace was not continued"
    assert trace.parent(check_shape(trace)) == caller_span, "the caller's span is not the parent"
    check_log_lines(demo, trace)
    check_shape(failed)
    errors = [s for s in failed.spans if {"key": "error", "type": "bool", "value": True} in s["tags"]]
    assert len(errors) == SPANS_OF_A_REQUEST, f"{len(errors)} of 4 spans show the failure"


def print_where_to_look(demo, plain):
    print(f"""
Web UI         {demo.server.url('query')}/
This trace     {demo.server.url('query')}/trace/{plain.trace_id}
Jaeger API     curl {demo.server.url('query')}/api/traces/{plain.trace_id}
Send more      curl {demo.ui_url}/api/namespaces
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
                check(demo, *results)
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
