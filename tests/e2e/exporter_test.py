"""Row 38 of the OTLP conformance list, the exporter's side: what our kit does, in a service that
runs on, with a backend that answers any status with any Retry-After, and with one that answers
without end. Needs SPANHOUND_BUILD (build/release) with dashboard2ui."""

import concurrent.futures
import email.utils
import http.server
import os
import pathlib
import sys
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from processes import HANG_SECONDS, Process, request, wait_until  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
SERVICE = pathlib.Path(BUILD) / "dashboard2ui"
RETRYABLE = {429, 502, 503, 504}
STATUSES = (*sorted(RETRYABLE), 301, 400, 401, 403, 404, 405, 408, 413, 415, 421, 500, 501)
FAR = "86400"  # a wish beyond the time one export may take is not waited for
RSS_MIB_MAX = 100     # the service alone takes about 20
RETRY_SECONDS_MAX = 8  # the kit's first pause is a second and a half at most


class Backend:
    """Takes spans and logs; the first request for spans gets `answer(handler)` instead."""

    def __init__(self, answer):
        backend = self
        self.traces = []  # bodies in the order they came

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                is_first = False
                if self.path.endswith("/traces"):
                    with backend.lock:
                        is_first = not backend.traces
                        backend.traces.append(body)
                if is_first:
                    self.close_connection = True
                    try:
                        answer(self)
                    except OSError:
                        pass  # the exporter has had enough
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.lock = threading.Lock()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def attempts(self):
        """How often the first batch has come."""
        with self.lock:
            return self.traces.count(self.traces[0]) if self.traces else 0

    def service(self):
        """A service that sends us a span for each request it serves."""
        url = f"http://127.0.0.1:{self.server.server_address[1]}"
        flags = ["--listen", "127.0.0.1:0", "--api", "127.0.0.1:1"]  # an API that is not there
        service = Process("service", [str(SERVICE), *flags], {
            "OTEL_SERVICE_NAME": "row-38", "OTEL_TRACES_EXPORTER": "otlp",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf", "OTEL_EXPORTER_OTLP_ENDPOINT": url,
            "OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_LOGS_EXPORTER": "none"})
        service.port = int(service.wait_for(r"listening on 127\.0\.0\.1:(\d+)").group(1))
        ask(service)
        wait_until("the first attempt", self.attempts)
        return service


def ask(service):
    """For a span; the answer is an error."""
    request("GET", f"http://127.0.0.1:{service.port}/api/namespaces")


def rss_peak_mib(service):
    status = pathlib.Path(f"/proc/{service.popen.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


def plain(status, retry_after):
    def answer(handler):
        handler.send_response(status)
        if retry_after is not None:
            handler.send_header("Retry-After", retry_after)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
    return answer


class ExporterTest(unittest.TestCase):
    def attempts(self, status, retry_after, expected):
        with Backend(plain(status, retry_after)) as backend, backend.service():
            deadline = time.monotonic() + (RETRY_SECONDS_MAX if expected == 1 else HANG_SECONDS)
            while backend.attempts() < 2 and time.monotonic() < deadline:
                time.sleep(0.05)
            return backend.attempts()

    def test_38_the_status_decides_whatever_retry_after_says(self):
        forms = (None, "0", "1", email.utils.formatdate(time.time() + 2, usegmt=True), "soon", "-1",
                 "", "1e3")
        tasks = [(status, forms[number % len(forms)]) for number, status in enumerate(STATUSES * 2)]
        tasks += [(503, form) for form in forms] + [(503, FAR), (429, FAR)]
        tasks = [(*task, 2 if task[0] in RETRYABLE and task[1] != FAR else 1) for task in tasks]
        with concurrent.futures.ThreadPoolExecutor(len(tasks)) as pool:
            counts = pool.map(lambda t: self.attempts(*t), tasks)
            for (status, form, expected), count in zip(tasks, counts):
                with self.subTest(status=status, retry_after=form):
                    self.assertEqual(count, expected)

    def endless(self, head, body, times=1 << 10):
        """Answers with a GiB, and goes on working."""
        def answer(handler):
            handler.wfile.write(head)
            for _ in range(times):
                handler.wfile.write(body)
        with Backend(answer) as backend, backend.service() as service:
            time.sleep(2)
            ask(service)
            wait_until("the next batch", lambda: len(set(backend.traces)) >= 2)
            self.assertLess(rss_peak_mib(service), RSS_MIB_MAX)

    def test_38_a_gibibyte_of_error_is_not_kept(self):
        for status in (b"400 Bad Request", b"200 OK"):
            self.endless(b"HTTP/1.1 " + status + b"\r\nContent-Length: 1073741824\r\n\r\n",
                         b"x" * (1 << 20))

    def test_38_an_error_without_end(self):
        chunk = b"100000\r\n" + b"x" * (1 << 20) + b"\r\n"
        self.endless(b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n", chunk)

    def test_38_headers_and_trailers_without_end(self):
        line = b"X-Long: " + b"x" * 1000 + b"\r\n"
        self.endless(b"HTTP/1.1 200 OK\r\n", line * 1024)
        self.endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Long\r\n\r\n0\r\n",
                     line * 1024)


if __name__ == "__main__":
    unittest.main()
