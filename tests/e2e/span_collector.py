"""A collector that keeps what services send to it: Jaeger Thrift over HTTP and OTLP logs, decoded by
nothing but the two wire formats, so that the tests do not depend on the code they test."""

import gzip
import http.server
import struct
import threading
import time


class ThriftReader:
    """TBinaryProtocol, any struct: {field id: value}, lists as lists."""

    def __init__(self, data):
        self._data, self._at = data, 0

    def _take(self, code):
        size = struct.calcsize(code)
        value, = struct.unpack_from(code, self._data, self._at)
        self._at += size
        return value

    def _value(self, kind):
        plain = {2: ">?", 3: ">b", 4: ">d", 6: ">h", 8: ">i", 10: ">q"}
        if kind in plain:
            return self._take(plain[kind])
        if kind == 11:
            size = self._take(">i")
            self._at += size
            return self._data[self._at - size:self._at]
        if kind == 12:
            return self.struct()
        if kind in (14, 15):
            element, count = self._take(">b"), self._take(">i")
            return [self._value(element) for _ in range(count)]
        raise ValueError(f"Thrift type {kind}")

    def struct(self):
        fields = {}
        while True:
            kind = self._take(">b")
            if kind == 0:
                return fields
            number = self._take(">h")
            fields[number] = self._value(kind)


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def proto_fields(data):
    """Protobuf message: {field number: [values]}; what is length-delimited stays bytes."""
    fields, at = {}, 0
    while at < len(data):
        key, at = read_varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = read_varint(data, at)
        elif kind == 2:
            size, at = read_varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = {1: 8, 5: 4}[kind]
            value, at = data[at:at + size], at + size
        fields.setdefault(key >> 3, []).append(value)
    return fields


FOLLOWS_FROM = 1  # SpanRefType of jaeger.thrift


class Span:
    """One span of jaeger.thrift with the service it came from."""

    def __init__(self, process, fields):
        self.service = process[1].decode()
        self.resource = self._tags(process.get(2, []))
        self.trace_id = f"{fields[2] & (1 << 64) - 1:016x}{fields[1] & (1 << 64) - 1:016x}"
        self.span_id = f"{fields[3] & (1 << 64) - 1:016x}"
        parent = fields[4] & (1 << 64) - 1
        self.parent_id = f"{parent:016x}" if parent else None
        self.name = fields[5].decode()
        # (trace id, span id) of what this span is linked to, its parent aside.
        self.links = [(f"{ref[3] & (1 << 64) - 1:016x}{ref[2] & (1 << 64) - 1:016x}",
                       f"{ref[4] & (1 << 64) - 1:016x}")
                      for ref in fields.get(6, []) if ref[1] == FOLLOWS_FROM]
        self.tags = self._tags(fields.get(10, []))
        self.events = [self._tags(log.get(2, [])) for log in fields.get(11, [])]

    @staticmethod
    def _tags(tags):
        result = {}
        for tag in tags:
            value = next((tag[number] for number in (3, 5, 6, 4) if number in tag), None)
            result[tag[1].decode()] = value.decode() if isinstance(value, bytes) else value
        return result

    @property
    def kind(self):
        return self.tags.get("span.kind", "internal")

    def __repr__(self):
        return f"{self.service} {self.kind} {self.name} {self.span_id} < {self.parent_id}"


class LogRecord:
    def __init__(self, fields):
        body = proto_fields(fields[5][0]).get(1, [b""])[0]
        self.body = body.decode()
        self.trace_id = fields.get(9, [b""])[0].hex()
        self.span_id = fields.get(10, [b""])[0].hex()
        self.severity = fields.get(2, [0])[0]


class Collector:
    """Serves /api/traces and /v1/logs on a free port; use in a `with` statement."""

    def __init__(self, hang=False):
        self._lock = threading.Lock()
        self._spans, self._logs, self.errors = [], [], []
        self._released = threading.Event()
        if not hang:
            self._released.set()
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                collector._released.wait()
                collector._take(self.path, body)
                self.send_response(202 if self.path == "/api/traces" else 200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """A client that gave up on a hanging collector is what the test wanted."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _take(self, path, body):
        try:
            if path.startswith("/api/traces"):
                batch = ThriftReader(body).struct()
                found = [Span(batch[1], fields) for fields in batch[2]]
                with self._lock:
                    self._spans += found
            elif path == "/v1/logs":
                found = [LogRecord(proto_fields(record))
                         for resource in proto_fields(body)[1]
                         for scope in proto_fields(resource)[2]
                         for record in proto_fields(scope)[2]]
                with self._lock:
                    self._logs += found
        except (KeyError, ValueError, IndexError, struct.error) as error:
            self.errors.append(f"{path}: {error!r}")

    def spans(self, trace_id):
        with self._lock:
            return [span for span in self._spans if span.trace_id == trace_id]

    def all_spans(self):
        with self._lock:
            return list(self._spans)

    def logs(self, trace_id):
        with self._lock:
            return [log for log in self._logs if log.trace_id == trace_id]

    def wait_for_spans(self, trace_id, count, seconds=60):
        deadline = time.monotonic() + seconds
        while len(self.spans(trace_id)) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(self.spans(trace_id))} of {count} spans of {trace_id} "
                                     f"after {seconds} s: {self.spans(trace_id)} {self.errors}")
            time.sleep(0.02)
        return self.spans(trace_id)

    def close(self):
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
