"""dashboard2ui, dashboard2api, Redis and a stand-in Kubernetes API as a user runs them, with a
collector that keeps their spans and logs. Needs SPANHOUND_BUILD (build/release)."""

import json
import os
import pathlib
import ssl
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from processes import Process, Redis, free_port, request, wait_until  # noqa: E402
from span_collector import Collector  # noqa: E402

RESOURCES = ("namespaces", "nodes", "pods", "deployments", "services")  # what the informer keeps

BUILD = pathlib.Path(os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release")))
FRONT, BACK = "dashboard2ui", "dashboard2api"
NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system", "monitoring", "weiyun"]
# Recovery is quick enough to wait for, and a slow machine makes nothing late.
BACK_FLAGS = {"--kube-retry-ms": "300", "--cron-seconds": "1", "--redis-timeout-ms": "1500"}


def telemetry_environment(collector):
    return {"OTEL_EXPORTER_JAEGER_ENDPOINT": collector.url + "/api/traces",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "50", "OTEL_BLRP_SCHEDULE_DELAY": "50"}


def start(name, collector, *flags, port=0, wrapper=(), environment=None):
    process = Process(name, [*wrapper, str(BUILD / name), "--listen", f"127.0.0.1:{port}", *flags],
                      {**telemetry_environment(collector), **(environment or {})})
    try:
        process.port = int(process.wait_for(r"listening on 127\.0\.0\.1:(\d+)").group(1))
    except RuntimeError:
        process.kill()
        raise
    return process


def start_kube(*flags, port=0):
    process = Process("kube", [sys.executable, "tests/kube/standin.py", "--port", str(port),
                               *flags])
    process.url = process.wait_for(r"(https?://127\.0\.0\.1:\d+)").group(1)
    return process


def json_lines(process, trace_id=None):
    lines = [json.loads(line) for line in process.lines if line.startswith("{")]
    return [line for line in lines if trace_id is None or line["trace_id"] == trace_id]


class Dashboard:
    """Everything, running; use in a `with` statement. Each part can be stopped and started again
    where it was. With an environment for the back it gets no flag that says where Kubernetes is;
    `back_wrapper` is a command that runs it."""

    def __init__(self, back_flags=None, kube_flags=(), kube_up=True, redis_up=True, kube_port=0,
                 back_environment=None, back_wrapper=()):
        self.collector = Collector()
        self._directory = tempfile.TemporaryDirectory(prefix="dashboard-test-")
        self._running = []
        self._kube_flags, self._back_flags = kube_flags, back_flags or {}
        self._back_environment, self._back_wrapper = back_environment, back_wrapper
        self.kube_port = kube_port or free_port()
        self._redis_port, self._back_port = free_port(), free_port()
        try:
            if redis_up:
                self.start_redis()
            if kube_up:
                self.start_kube()
            self.start_back()
            self.front = self._keep(start(FRONT, self.collector, "--api",
                                          f"127.0.0.1:{self.back.port}"))
        except BaseException:
            self.__exit__()
            raise

    def _keep(self, process):
        self._running.append(process)
        return process

    def start_redis(self):
        self.redis = self._keep(Redis(self._directory.name, self._redis_port))

    def start_kube(self):
        self.kube = self._keep(start_kube(*self._kube_flags, port=self.kube_port))

    def start_back(self):
        flags = {"--redis": f"127.0.0.1:{self._redis_port}", **BACK_FLAGS, **self._back_flags}
        if not ({"--kubeconfig", "--kube-url"} & flags.keys() or self._back_environment):
            flags["--kube-url"] = f"http://127.0.0.1:{self.kube_port}"
        self.back = self._keep(start(BACK, self.collector, *sum(flags.items(), ()),
                                     port=self._back_port, wrapper=self._back_wrapper,
                                     environment=self._back_environment))

    def get(self, path, headers=None, method="GET"):
        return request(method, f"http://127.0.0.1:{self.front.port}{path}", headers=headers)

    def source(self, path="/api/namespaces"):
        """Of an answer, or nothing when it is an error."""
        answer = self.get(path)
        return answer.json()["source"] if answer.status == 200 else {}

    def is_current(self, path="/api/namespaces"):
        """Whether it answers with what nothing speaks against."""
        source = self.source(path)
        return bool(source) and "warning" not in source

    def control(self, what, body=b""):
        answer = self._ask_standin("POST", what, body)
        assert answer.status == 200, answer.body

    def kube_state(self):
        return self._ask_standin("GET", "state").json()

    def wait_for_watches(self):
        """Until the informer has listed everything and watches it."""
        wait_until("a watch of everything", lambda: (
            len(self.kube_state()["watched"]) == len(RESOURCES)))

    def kube_requests(self, path=""):
        """That the stand-in was asked for what begins so, oldest first."""
        return [r for r in self._ask_standin("GET", "requests").json()
                if r["path"].startswith(path)]

    def _ask_standin(self, method, what, body=None):
        # Whoever has signed its certificate: that is for the dashboard to check.
        tls = ssl._create_unverified_context() if self.kube.url.startswith("https") else None
        return request(method, f"{self.kube.url}/standin/{what}", body, tls=tls)

    def put(self, resource, each):
        self.control(f"put?resource={resource}", json.dumps(each).encode())

    def key(self, kind):
        return f"dashboard2api:http://127.0.0.1:{self.kube_port}:1:{kind}"

    def trace(self, answer, count):
        """Of an answer: `count` spans at least, and of none but the front's root is the parent yet
        to come. (Each process sends when it likes, and a parent ends after its children.)"""
        trace_id = answer.headers["X-Trace-Id"]

        def whole():
            spans = self.collector.spans(trace_id)
            known = {s.span_id for s in spans}
            roots = [s for s in spans if s.parent_id not in known]
            front = [(s.service, s.kind) for s in roots] == [(FRONT, "server")]
            return spans if front and len(spans) >= count else None

        return Trace(wait_until(f"{count} spans of {trace_id}", whole))

    def wait_for_span(self, what, wanted):
        """The latest span for which `wanted` is true; of traces that nobody asked for."""
        return wait_until(what, lambda: next(
            (s for s in reversed(self.collector.all_spans()) if wanted(s)), None))

    def failing_cron_run(self):
        """The span of the run that told why; those that fail after it for the same reason are
        silent."""
        told = self.error_logged("cron: measures no usage")
        return self.wait_for_span("the cron run that told it", lambda s: (
            s.name == "cron measure usage" and s.tags.get("error") and
            s.trace_id == told["trace_id"]))

    def error_logged(self, text, trace_id=None):
        return self.back_logged("error", text, trace_id)

    def back_logged(self, level, text, trace_id=None):
        """The first such line; it may be read later than what came of it is seen."""
        return wait_until(f"a line of level {level} with {text!r}", lambda: next(
            (line for line in json_lines(self.back, trace_id)
             if line["level"] == level and text in line["msg"]), None))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self._running):
            process.__exit__()
        self.collector.close()
        self._directory.cleanup()


class Trace:
    def __init__(self, spans):
        self.spans = spans
        self.root = self.one(FRONT, "server")

    def one(self, service, kind, name=None):
        found = [s for s in self.spans if s.service == service and s.kind == kind
                 and name in (None, s.name)]
        assert len(found) == 1, f"{len(found)} {kind} spans of {service}: {self.spans}"
        return found[0]
