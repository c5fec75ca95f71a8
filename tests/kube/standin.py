#!/usr/bin/env python3
"""A stand-in for the Kubernetes API server, for the demo and the tests only: lists in chunks and
watches with bookmarks as a real API server has them, the metrics API, Status objects for errors. It
can be told to fail, and cuts its frames wherever --split says.

  GET  /api/v1/{namespaces,nodes,pods,services}, /apis/apps/v1/deployments
       ?limit=N&continue=TOKEN
       ?watch=1&resourceVersion=V&allowWatchBookmarks=true&timeoutSeconds=N
  GET  /apis, /apis/metrics.k8s.io/v1beta1 and below it nodes and pods
  GET  /version
  POST /standin/fail?status=500&count=1      the next `count` API requests answer `status`
                                             (path=/pods: only such; path=/pods%3Fwatch: only
                                             watches; retry_after=1: with header)
  POST /standin/fail?status=410&after=1      ... after one more good answer
  POST /standin/fail?delay_ms=5000&count=1   ... or wait before they answer
  POST /standin/fail?hang_up=1&count=1       ... or get no answer
  POST /standin/fail?event=410&count=1       ... or a watch that is one ERROR event
  POST /standin/heal                         no more of this
  POST /standin/metrics?state=down           metrics-server is up, down (503) or absent (404)
  POST /standin/usage?name=N                 the body is what a node, or each container of a pod, uses
  POST /standin/token?token=T                asks for another token from now on
  POST /standin/put?resource=pods            the body is an object
  POST /standin/delete?resource=pods&namespace=N&name=M
  POST /standin/expire                       versions until now are too old
  POST /standin/cut?resource=pods&how=clean  ends open watches: clean, abrupt, torn
  POST /standin/churn?seed=1&changes=N&cuts=N&expiries=N
  GET  /standin/state                        versions of all objects, what has been counted, and
                                             what is watched
  GET  /standin/requests                     what was asked for, oldest first: path and headers
"""

import argparse
import http.server
import json
import random
import signal
import socket
import ssl
import sys
import threading
import time
import urllib.parse

from churn import Churn
from cluster import RESOURCES, ApiError, Cluster, status_object
from metrics_api import MetricsApi
from sample_objects import NAMESPACES

BY_PATH = {path: resource for resource, (path, _, _) in RESOURCES.items()}
WATCH_SECONDS = 1800
APPS = {"groupVersion": "apps/v1", "version": "v1"}
GROUPS = [{"name": "apps", "versions": [APPS], "preferredVersion": APPS}]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self):
        path, query = self._target()
        cluster = self.server.cluster
        if path == "/standin/requests":
            return self._answer(200, cluster.requests())
        if path == "/standin/state":
            return self._answer(200, {"objects": cluster.state(), "counts": cluster.counts,
                                      "watched": cluster.watched(),
                                      "churning": self.server.churning()})
        cluster.note_request(self.path, dict(self.headers.items()))
        failure = cluster.take_failure(self.path)
        if failure:
            time.sleep(failure["delay_ms"] / 1000)
            if failure["hang_up"]:
                return self._hang_up()
            if failure["event"]:
                return self._answer_with_error_event(failure["event"], "the stand-in was told to")
            if failure["status"]:
                return self._answer(failure["status"], status_object(
                    failure["status"], "the stand-in was told to fail"), failure["retry_after"])
        if path == "/version":
            return self._answer(200, {"major": "1", "minor": "20", "gitVersion": "v1.20.2"})
        if not cluster.may(self.headers.get("Authorization", "")):
            return self._answer(401, status_object(401, "Unauthorized"))
        try:
            return self._serve(path, query)
        except ApiError as error:
            return self._answer(error.code, status_object(error.code, str(error)))
        except ValueError:
            return self._answer(400, status_object(400, "a number is none"))

    def _serve(self, path, query):
        cluster = self.server.cluster
        if path in BY_PATH and query.get("watch") in ("1", "true"):
            return self._watch(BY_PATH[path], query)
        if path in BY_PATH:
            return self._answer(200, cluster.list(BY_PATH[path], int(query.get("limit", "0")),
                                                  query.get("continue", "")))
        if path == "/apis":
            return self._answer(200, {"kind": "APIGroupList", "apiVersion": "v1",
                                      "groups": GROUPS + self.server.metrics.groups()})
        measured = self.server.metrics.answer(path.removeprefix("/apis/"))
        if measured:
            return self._answer(*measured)
        raise ApiError(404, "the server could not find the requested resource")

    def _watch(self, resource, query):
        cluster = self.server.cluster
        try:
            watch = cluster.open_watch(resource, int(query["resourceVersion"]))
        except ApiError as error:
            # Too old is told both ways: by the status, and by the first event of a watch.
            if error.code != 410 or self.server.random.random() < 0.5:
                raise
            return self._answer_with_error_event(410, str(error))
        try:
            self._start_stream()
            self._send_events(watch, query)
        finally:
            cluster.close_watch(watch)

    def _send_events(self, watch, query):
        _, kind, _ = RESOURCES[watch.resource]
        end = time.monotonic() + float(query.get("timeoutSeconds", WATCH_SECONDS))
        wants_bookmarks = query.get("allowWatchBookmarks") == "true"
        bookmark_at = time.monotonic() + self.server.bookmark_seconds
        while time.monotonic() < end and not watch.cut:
            events, version = self.server.cluster.next_events(watch, 0.5)
            for event, each in events:
                if watch.cut == "torn":
                    return self._tear(event, each)
                if watch.cut:
                    break  # the rest is for the next watch
                self._send_event(event, each)
            if wants_bookmarks and not watch.cut and time.monotonic() > bookmark_at:
                bookmark_at = time.monotonic() + self.server.bookmark_seconds
                self._send_event("BOOKMARK", {"kind": kind, "apiVersion": "v1", "metadata": {
                    "resourceVersion": str(version)}})
        if watch.cut == "torn":
            return self._tear("BOOKMARK", {"kind": kind})
        if watch.cut == "abrupt":
            return self._hang_up()
        return self._end_stream()

    def _answer_with_error_event(self, code, message):
        self._start_stream()
        self._send_event("ERROR", status_object(code, message))
        self._end_stream()

    def _start_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()

    def _send_event(self, event, each):
        data = json.dumps({"type": event, "object": each}, separators=(",", ":")).encode() + b"\n"
        for piece in self.server.pieces(data):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

    def _tear(self, event, each):
        """Half an event, and then nothing."""
        data = json.dumps({"type": event, "object": each}).encode()
        data = data[:len(data) // 2]
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        return self._hang_up()

    def _hang_up(self):
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def _end_stream(self):
        self.wfile.write(b"0\r\n\r\n")

    def do_POST(self):
        path, query = self._target()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        cluster = self.server.cluster
        if path == "/standin/fail":
            cluster.plan_failure(query)
        elif path == "/standin/heal":
            cluster.plan_no_failure()
        elif path == "/standin/metrics":
            self.server.metrics.set_state(query["state"])
        elif path == "/standin/usage":
            self.server.metrics.set_usage(query["name"], json.loads(body))
        elif path == "/standin/token":
            cluster.set_token(query.get("token", ""))
        elif path == "/standin/put":
            cluster.put(query["resource"], json.loads(body))
        elif path == "/standin/delete":
            cluster.delete(query["resource"], (query.get("namespace", ""), query["name"]))
        elif path == "/standin/expire":
            cluster.expire()
        elif path == "/standin/cut":
            cluster.cut(query["resource"], query["how"])
        elif path == "/standin/churn":
            self.server.start_churn(query)
        else:
            return self._answer(404, status_object(404, "no such control"))
        return self._answer(200, {})

    def _target(self):
        parts = urllib.parse.urlsplit(self.path)
        return parts.path, dict(urllib.parse.parse_qsl(parts.query))

    def _answer(self, code, value, retry_after=None):
        is_text = isinstance(value, str)
        body = value.encode() if is_text else json.dumps(value).encode() + b"\n"
        self.send_response(code)
        self.send_header("Content-Type", "text/plain; charset=utf-8" if is_text
                         else "application/json")
        self.send_header("Content-Length", str(len(body)))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, arguments, cluster):
        super().__init__(("127.0.0.1", arguments.port), Handler)
        self.cluster = cluster
        self.metrics = MetricsApi(cluster, "absent" if arguments.no_metrics else "up")
        self.bookmark_seconds = arguments.bookmark_seconds
        self.random = random.Random(arguments.seed)
        self._split = arguments.split
        self._churn = None
        self._tls = None
        if arguments.tls_cert:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(arguments.tls_cert, arguments.tls_key)
            if arguments.client_ca:
                self._tls.verify_mode = ssl.CERT_REQUIRED
                self._tls.load_verify_locations(arguments.client_ca)

    def finish_request(self, request, client_address):
        """On the connection's thread, so that a client without TLS holds up nobody."""
        if self._tls:
            request = self._tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def pieces(self, data):
        """The bytes, cut where chance says."""
        while self._split and len(data) > 1 and self.random.random() < self._split:
            cut = self.random.randrange(1, len(data))
            yield data[:cut]
            data = data[cut:]
        yield data

    def start_churn(self, query):
        self._churn = Churn(self.cluster, int(query["seed"]), int(query["changes"]),
                            int(query["cuts"]), int(query["expiries"]))

    def churning(self):
        return self._churn is not None and self._churn.running

    def handle_error(self, *_):
        """A client that went away is no news."""


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8001, help="0: any free port")
    parser.add_argument("--token", default="", help="bearer token to ask for; empty: none")
    parser.add_argument("--namespaces", default=",".join(NAMESPACES))
    parser.add_argument("--no-metrics", action="store_true", help="as without metrics-server")
    parser.add_argument("--split", type=float, default=0, help="how often a frame is cut, 0 to 1")
    parser.add_argument("--bookmark-seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tls-cert")
    parser.add_argument("--tls-key")
    parser.add_argument("--client-ca", help="PEM of who signs clients' certificates")
    arguments = parser.parse_args()
    names = [name for name in arguments.namespaces.split(",") if name]
    server = Server(arguments, Cluster(names, arguments.token))
    scheme = "https" if arguments.tls_cert else "http"
    print(f"stand-in Kubernetes API on {scheme}://127.0.0.1:{server.server_port}", flush=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.pause()


if __name__ == "__main__":
    main()
