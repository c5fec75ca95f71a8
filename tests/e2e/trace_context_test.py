"""W3C Trace Context, Level 2, on every HTTP server the kit instruments: a request with these headers
in, what goes out to the next service is right. With the W3C's own suite at hand
(SPANHOUND_TRACE_CONTEXT_SUITE=<its test directory>, and aiohttp), that runs, too.
Needs SPANHOUND_BUILD with sdk_trace_context_service."""

import http.server
import importlib.util
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from processes import Process  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
SERVICE = pathlib.Path(BUILD) / "sdk/conformance/sdk_trace_context_service"
SUITE = os.environ.get("SPANHOUND_TRACE_CONTEXT_SUITE", "")

TRACE, SPAN = "12345678901234567890123456789012", "1234567890123456"
VALID = f"00-{TRACE}-{SPAN}-00"
MANY = [f"bar{i:02}={i:02}" for i in range(1, 34)]
ANY_VALUE = "foo=" + "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in ",=")

# Values of traceparent that start a new trace.
REFUSED = {
    "version ff": f"ff-{TRACE}-{SPAN}-00", "all ff": "ff-" + "f" * 32 + "-" + "f" * 16 + "-00",
    "version with a dot": f".0-{TRACE}-{SPAN}-00", "version in letters": f"0g-{TRACE}-{SPAN}-00",
    "long version": f"000-{TRACE}-{SPAN}-00", "short version": f"0-{TRACE}-{SPAN}-00",
    "zero trace": f"00-{'0' * 32}-{SPAN}-00", "upper-case trace": f"00-{'ABCDEF12' * 4}-{SPAN}-00",
    "long trace": f"00-{TRACE}1-{SPAN}-00", "short trace": f"00-{TRACE[1:]}-{SPAN}-00",
    "dot in trace": f"00-.{TRACE[1:]}-{SPAN}-00", "zero span": f"00-{TRACE}-{'0' * 16}-00",
    "dot in span": f"00-{TRACE}-.{SPAN[1:]}-00", "long span": f"00-{TRACE}-{SPAN}1-00",
    "short span": f"00-{TRACE}-{SPAN[1:]}-00", "dot in flags": f"00-{TRACE}-{SPAN}-.0",
    "long flags": f"00-{TRACE}-{SPAN}-001", "short flags": f"00-{TRACE}-{SPAN}-1",
    "more behind": f"00-{TRACE}-{SPAN}-00-more", "later version, glued": f"cc-{TRACE}-{SPAN}-00x",
}
ACCEPTED = {
    "version 00": VALID, "blanks around": f" \t{VALID}\t ",
    "later version": f"cc-{TRACE}-{SPAN}-00", "later version, more": f"cc-{TRACE}-{SPAN}-00-more",
}
# Values of tracestate headers, and what leaves; None: nothing of it.
STATES = {
    "one": (["foo=1"], "foo=1"), "two": (["foo=1,bar=2"], "foo=1,bar=2"),
    "blanks": (["foo=1 \t , \t bar=2, \t baz=3"], "foo=1,bar=2,baz=3"),
    "empty": ([""], None), "empty beside": (["foo=1", ""], "foo=1"),
    "several": (["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], "foo=1,bar=2,rojo=1,congo=2,baz=3"),
    "twice": (["foo=1", "foo=2"], "foo=1,foo=2"),
    "all of a key": (["0123456789abcdefghijklmnopqrstuvwxyz_-*/=1"],
                     "0123456789abcdefghijklmnopqrstuvwxyz_-*/=1"),
    "all of a value": ([ANY_VALUE], ANY_VALUE),
    "at signs": (["foo@=1,foo@@bar=1,foo@bar@baz=1"], "foo@=1,foo@@bar=1,foo@bar@baz=1"),
    "at first": (["@foo=1,bar=2"], None), "blank in key": (["foo =1"], None),
    "upper case": (["FOO=1"], None), "dot": (["foo.bar=1"], None),
    "two equals": (["foo=bar=baz"], None), "no value": (["foo=,bar=3"], None),
    "long key": (["foo=1", "z" * 256 + "=1"], "foo=1," + "z" * 256 + "=1"),
    "too long key": (["foo=1", "z" * 257 + "=1"], None),
    "tenants": (["t" * 242 + "@v=1", "t@" + "v" * 15 + "=1"],
                "t" * 242 + "@v=1,t@" + "v" * 15 + "=1"),
    "32 members": ([",".join(MANY[:32])], ",".join(MANY[:32])), "33 members": ([",".join(MANY)], None),
}


class NextService(http.server.ThreadingHTTPServer):
    """Keeps the trace headers of every request."""

    def __init__(self):
        self.seen = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append({name: self.headers.get_all(name, [])
                                   for name in ("traceparent", "tracestate")})
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Conformance:
    server = ""

    @classmethod
    def setUpClass(cls):
        cls.service = Process("service", [str(SERVICE), cls.server])
        cls.port = int(cls.service.wait_for(r"listening on 127\.0\.0\.1:(\d+)").group(1))
        cls.next = NextService()

    @classmethod
    def tearDownClass(cls):
        cls.service.kill()
        cls.next.close()

    def ask(self, headers, calls=1):
        """What the next service got. By hand, because headers here may be repeated or odd."""
        self.next.seen.clear()
        url = f"http://127.0.0.1:{self.next.server_address[1]}/x"
        body = json.dumps([{"url": url, "arguments": []}] * calls)
        lines = ["POST / HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close",
                 "Content-Type: application/json", f"Content-Length: {len(body)}",
                 *(f"{name}: {value}" for name, value in headers)]
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
            reply = b""
            while chunk := connection.recv(4096):
                reply += chunk
        self.assertIn(b" 200 ", reply.split(b"\r\n")[0])
        self.assertEqual(len(self.next.seen), calls)
        return self.next.seen

    def parent(self, headers):
        """(trace id, span id, flags) of the one call made."""
        sent = self.ask(headers)[0]["traceparent"]
        self.assertEqual(len(sent), 1)
        match = re.fullmatch(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})", sent[0])
        self.assertIsNotNone(match, sent)
        self.assertNotEqual(int(match[1], 16), 0)
        self.assertNotEqual(int(match[2], 16), 0)
        self.assertNotEqual(match[2], SPAN)
        return match[1], match[2], int(match[3], 16)

    def state(self, headers):
        sent = [value for value in self.ask(headers)[0]["tracestate"] if value]
        return ",".join(sent) or None

    def test_accepted(self):
        for name, value in ACCEPTED.items():
            with self.subTest(name):
                self.assertEqual(self.parent([("traceparent", value)])[0], TRACE)

    def test_refused(self):
        for name, value in REFUSED.items():
            with self.subTest(name):
                self.assertNotEqual(self.parent([("traceparent", value)])[0], TRACE)

    def test_names(self):
        for name in ("TraceParent", "TrAcEpArEnT", "TRACEPARENT"):
            self.assertEqual(self.parent([(name, VALID)])[0], TRACE)
        for name in ("trace-parent", "trace.parent", "trace_parent"):
            self.assertNotEqual(self.parent([(name, VALID)])[0], TRACE)
        for name in ("TraceState", "TRACESTATE"):
            self.assertEqual(self.state([("traceparent", VALID), (name, "foo=1")]), "foo=1")
        for name in ("trace-state", "trace.state"):
            self.assertIsNone(self.state([("traceparent", VALID), (name, "foo=1")]))

    def test_a_repeated_traceparent_is_none(self):
        other = VALID.replace("1234567890123456-", "1234567890123457-")
        self.assertNotEqual(self.parent([("traceparent", VALID), ("traceparent", other)])[0], TRACE)

    def test_no_parent_no_state(self):
        self.assertNotEqual(self.parent([])[0], TRACE)
        self.assertIsNone(self.state([("tracestate", "foo=1")]))
        self.assertIsNone(self.state([("traceparent", VALID[1:]), ("tracestate", "foo=1")]))

    def test_states(self):
        for name, (values, expected) in STATES.items():
            with self.subTest(name):
                headers = [("tracestate", value) for value in values]
                self.assertEqual(self.state([("traceparent", VALID), *headers]), expected)

    def test_flags(self):
        for told, expected in (("00", 0), ("01", 1), ("02", 2), ("03", 3), ("ff", 3)):
            flags = self.parent([("traceparent", VALID[:-2] + told)])[2]
            self.assertEqual(flags, expected, told)

    def test_every_call_has_a_span_of_its_own(self):
        for headers in ([], [("traceparent", VALID)], [("traceparent", REFUSED["zero trace"])]):
            sent = {call["traceparent"][0].split("-")[2] for call in self.ask(headers, calls=3)}
            self.assertEqual(len(sent), 3)

    @unittest.skipUnless(SUITE and importlib.util.find_spec("aiohttp"),
                         "skipped: no W3C suite (SPANHOUND_TRACE_CONTEXT_SUITE) or no aiohttp")
    def test_the_suite_of_the_w3c(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        run = subprocess.run([sys.executable, "test.py", f"http://127.0.0.1:{self.port}/"],
                             cwd=SUITE, capture_output=True, text=True, timeout=120,
                             env={**os.environ, "STRICT_LEVEL": "2", "SPEC_LEVEL": "2",
                                  "HARNESS_PORT": port})
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stderr, r"Ran 41 tests")
        self.assertRegex(run.stderr, r"\nOK\n")


class BeastTest(Conformance, unittest.TestCase):
    server = "beast"


class HttplibTest(Conformance, unittest.TestCase):
    server = "httplib"


if __name__ == "__main__":
    unittest.main()
