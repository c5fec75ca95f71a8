#!/usr/bin/env python3
"""A stand-in for the Kubernetes API server, for the demo and the tests only: it lists namespaces as
a real API server does (chunks with limit and continue, Status objects for errors) and can be told
to fail.

  GET  /api/v1/namespaces?limit=N&continue=TOKEN
  GET  /version
  POST /standin/fail?status=500&count=1      the next `count` API requests answer `status`
  POST /standin/fail?status=410&after=1      ... after one more good answer
  POST /standin/fail?delay_ms=5000&count=1   ... or wait before they answer
  GET  /standin/requests                     what was asked for, oldest first: path and headers
"""

import argparse
import base64
import binascii
import http.server
import json
import signal
import sys
import threading
import time
import urllib.parse

RESOURCE_VERSION = "196"
NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system", "monitoring", "weiyun")
REASONS = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound",
           405: "MethodNotAllowed", 410: "Expired", 429: "TooManyRequests", 500: "InternalError",
           503: "ServiceUnavailable", 504: "Timeout"}
REQUESTS_KEPT_MAX = 1000


def namespace(number, name):
    return {
        "metadata": {
            "name": name,
            "uid": f"0b5a6c1e-7f2d-4c4e-9c0b-{number:012x}",
            "resourceVersion": str(100 + number),
            "creationTimestamp": f"2023-11-04T14:{number % 60:02d}:37Z",
            "labels": {"kubernetes.io/metadata.name": name},
        },
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Terminating" if name == "terminating" else "Active"},
    }


def status_object(code, message):
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": REASONS.get(code, "Unknown"), "code": code}


class Cluster:
    """What the server knows; all of it behind one lock."""

    def __init__(self, names, token):
        self._lock = threading.Lock()
        self._items = [namespace(number, name) for number, name in enumerate(names, 1)]
        self._token = token
        self._failure = {"left": 0, "after": 0, "status": 500, "delay_ms": 0}
        self._requests = []

    def plan_failure(self, query):
        with self._lock:
            self._failure = {"left": int(query.get("count", 1)),
                             "after": int(query.get("after", 0)),
                             "status": int(query.get("status", 0)),
                             "delay_ms": int(query.get("delay_ms", 0))}

    def take_failure(self):
        with self._lock:
            if self._failure["left"] <= 0:
                return None
            if self._failure["after"] > 0:
                self._failure["after"] -= 1
                return None
            self._failure["left"] -= 1
            return dict(self._failure)

    def note(self, path, headers):
        with self._lock:
            self._requests.append({"path": path, "headers": headers})
            del self._requests[:-REQUESTS_KEPT_MAX]

    def requests(self):
        with self._lock:
            return list(self._requests)

    def may(self, authorization):
        return not self._token or authorization == "Bearer " + self._token

    @staticmethod
    def _start(token):
        """Where a continue token goes on, None if it is none of ours."""
        if not token:
            return 0
        try:
            return int(json.loads(base64.urlsafe_b64decode(token))["start"])
        except (binascii.Error, ValueError, KeyError, TypeError):
            return None

    def list(self, query):
        """Status code and body of a list request."""
        try:
            limit = int(query.get("limit", "0"))
        except ValueError:
            return 400, status_object(400, "limit is not a number")
        with self._lock:
            start = self._start(query.get("continue", ""))
            if start is None:
                return 410, status_object(410, "The provided continue parameter is too old to "
                                               "display a consistent list result.")
            end = start + limit if limit > 0 else len(self._items)
            metadata = {"resourceVersion": RESOURCE_VERSION}
            if end < len(self._items):
                token = json.dumps({"v": "meta.k8s.io/v1", "start": end})
                metadata["continue"] = base64.urlsafe_b64encode(token.encode()).decode()
                metadata["remainingItemCount"] = len(self._items) - end
            return 200, {"kind": "NamespaceList", "apiVersion": "v1", "metadata": metadata,
                         "items": self._items[start:end]}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, query = self._target()
        if path == "/standin/requests":
            return self._answer(200, self.server.cluster.requests())
        self.server.cluster.note(self.path, dict(self.headers.items()))
        failure = self.server.cluster.take_failure()
        if failure:
            time.sleep(failure["delay_ms"] / 1000)
            if failure["status"]:
                return self._answer(failure["status"], status_object(
                    failure["status"], "the stand-in was told to fail"))
        if path == "/version":
            return self._answer(200, {"major": "1", "minor": "20", "gitVersion": "v1.20.2"})
        if not self.server.cluster.may(self.headers.get("Authorization", "")):
            return self._answer(401, status_object(401, "Unauthorized"))
        if path == "/api/v1/namespaces":
            return self._answer(*self.server.cluster.list(query))
        return self._answer(404, status_object(
            404, "the server could not find the requested resource"))

    def do_POST(self):
        path, query = self._target()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if path == "/standin/fail":
            self.server.cluster.plan_failure(query)
        else:
            return self._answer(404, status_object(404, "no such control"))
        return self._answer(200, {})

    def _target(self):
        parts = urllib.parse.urlsplit(self.path)
        return parts.path, dict(urllib.parse.parse_qsl(parts.query))

    def _answer(self, code, value):
        body = json.dumps(value).encode() + b"\n"
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port, cluster):
        super().__init__(("127.0.0.1", port), Handler)
        self.cluster = cluster

    def handle_error(self, *_):
        """A client that went away is no news."""


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8001, help="0: any free port")
    parser.add_argument("--token", default="", help="bearer token to ask for; empty: none")
    parser.add_argument("--namespaces", default=",".join(NAMESPACES))
    arguments = parser.parse_args()
    names = [name for name in arguments.namespaces.split(",") if name]
    server = Server(arguments.port, Cluster(names, arguments.token))
    print(f"stand-in Kubernetes API on http://127.0.0.1:{server.server_port}", flush=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    server.serve_forever()


if __name__ == "__main__":
    main()
