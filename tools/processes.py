"""Starts and stops the programs of this project for the demo, the end-to-end tests and the
benchmark. Every process is one object that can be used in a `with` statement."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

HANG_SECONDS = 60  # whoever waits longer waits in vain, on a slow machine, too
ROOT = pathlib.Path(__file__).resolve().parent.parent


def inherited_environment():
    """Ours, without what is meant for the tests: SPANHOUND_BUILD is no setting of the server's."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith("SPANHOUND_")}


class Process:
    """A child whose output is read line by line into `lines`, so that it never blocks."""

    def __init__(self, name, command, environment=None):
        self.name = name
        self.lines = []
        self._condition = threading.Condition()
        self.popen = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      text=True, errors="replace", cwd=ROOT,
                                      env={**inherited_environment(), **(environment or {})})
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        with self.popen.stdout:
            for line in self.popen.stdout:
                with self._condition:
                    self.lines.append(line.rstrip("\n"))
                    self._condition.notify_all()
        with self._condition:
            self._condition.notify_all()

    def wait_for(self, pattern, seconds=HANG_SECONDS):
        """The match of the first output line that contains `pattern`."""
        deadline = time.monotonic() + seconds
        seen = 0
        with self._condition:
            while True:
                for line in self.lines[seen:]:
                    match = re.search(pattern, line)
                    if match:
                        return match
                seen = len(self.lines)
                left = deadline - time.monotonic()
                if left <= 0 or (self.popen.poll() is not None and not self._reader.is_alive()):
                    raise RuntimeError(f"{self.name} did not print {pattern!r}; its output:\n"
                                       + "\n".join(self.lines[-40:]))
                self._condition.wait(min(left, 0.2))

    def stop(self, number=signal.SIGTERM, seconds=HANG_SECONDS):
        """Sends the signal, waits, returns the exit code (negative: killed by a signal)."""
        if self.popen.poll() is None:
            self.popen.send_signal(number)
        try:
            code = self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            raise RuntimeError(f"{self.name} did not stop within {seconds} s") from None
        self._reader.join(HANG_SECONDS)
        return code

    def kill(self):
        self.popen.kill()
        self.popen.wait()
        self._reader.join(HANG_SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.popen.poll() is None:
            self.kill()


class Spanhound(Process):
    """`spanhound serve`. With `fixed_ports` on Jaeger's ports, else on those that flags name and free
    ones."""

    LISTENERS = {"otlp_grpc": "otlp-grpc", "otlp_http": "otlp-http", "jaeger": "jaeger-http",
                 "jaeger_grpc": "jaeger-grpc", "jaeger_compact": "jaeger-udp-compact",
                 "jaeger_binary": "jaeger-udp-binary", "zipkin_compact": "zipkin-udp",
                 "sampling": "sampling", "health": "health", "zipkin": "zipkin-http",
                 "admin": "admin", "query": "query", "query_grpc": "query-grpc"}
    PORT_FLAGS = ("otlp-grpc", "otlp-http", "jaeger-http", "jaeger-grpc", "jaeger-compact",
                  "jaeger-binary", "zipkin-compact", "sampling", "health", "zipkin", "admin",
                  "query", "query-grpc")

    # Off unless the flags open them.
    CLOSED_LISTENERS = {"elasticsearch": "elasticsearch", "fluent": "fluent"}

    def __init__(self, build, data, fixed_ports=False, flags=()):
        command = [str(pathlib.Path(build) / "spanhound"), "serve", "--data", str(data), *flags]
        if not fixed_ports:
            for flag in self.PORT_FLAGS:
                command += [] if f"--{flag}-port" in flags else [f"--{flag}-port", "0"]
        super().__init__("spanhound", command)
        self.ports = {}
        try:
            asked = {key: name for key, name in self.CLOSED_LISTENERS.items()
                     if f"--{name}-port" in flags}
            for key, name in {**self.LISTENERS, **asked}.items():
                match = self.wait_for(rf"\b{name} (?:listening on [\d.]+:(\d+)|stays closed)")
                if match.group(1):
                    self.ports[key] = int(match.group(1))
            self.wait_for(r"\bready\b")
        except RuntimeError:
            self.kill()
            raise

    def url(self, key, path=""):
        return f"http://127.0.0.1:{self.ports[key]}{path}"

    def get_json(self, path):
        return json.loads(request("GET", self.url("query", path)).body)


_kept_ports = []  # sockets that are bound and do not listen


def free_port():
    """A TCP port for a server that cannot choose one itself, and for its next start. It is kept until
    this process ends, so that nobody else is given it; who sets SO_REUSEADDR may listen there."""
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    _kept_ports.append(kept)
    return kept.getsockname()[1]


class Redis(Process):
    """Debian's redis-server, on loopback, with nothing on disk; on `port` or any free one."""

    def __init__(self, directory, port=None):
        self.port = port or free_port()
        super().__init__("redis", ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1",
                                   "--save", "", "--appendonly", "no", "--dir", str(directory)])
        try:
            self.wait_for("Ready to accept connections")
        except RuntimeError:
            self.kill()
            raise

    def command(self, *words):
        """The reply's first line."""
        sent = b"*%d\r\n" % len(words)
        for word in words:
            word = word if isinstance(word, bytes) else str(word).encode()
            sent += b"$%d\r\n%s\r\n" % (len(word), word)
        with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
            connection.sendall(sent)
            return connection.makefile("rb").readline().decode().strip()


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)


def request(method, url, body=None, headers=None, seconds=HANG_SECONDS, tls=None):
    """One HTTP exchange; error statuses are answers too, not exceptions."""
    outgoing = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(outgoing, timeout=seconds, context=tls) as reply:
            return Answer(reply.status, reply.headers, reply.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def wait_until(what, probe, seconds=HANG_SECONDS):
    """Calls `probe` until it returns something true and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise RuntimeError(f"timed out after {seconds} s waiting for {what}")
        time.sleep(0.05)


def quote(text):
    return urllib.parse.quote(text, safe="")
