"""What passes a real OpenTelemetry Collector on its way to Spanhound is read back and compared field by
field, for each encoding and compression it may be told to use; what it says of refusals, and how it
comes back after an overload. The Collector is compiled from Go's module proxy (go_collector/); without
Go, or without its modules, this is skipped and says so."""

import contextlib
import json
import re
import socket
import tempfile
import unittest

import otlp_test
from clients import BUILD, Spanhound, go_client, plain, request, wait_until
from collector import JSON, NOT_TAKEN, TAKEN, Relays, logs_request, post, spans_request


def every_field(trace):
    """Of a trace that is sent several times, under an id of its own each time."""
    return json.dumps(plain(trace), sort_keys=True).replace(trace["spans"][0]["traceID"], "ID")


class EncodingsTest(otlp_test.GoTest):
    """Every way to send that we take, and what is told of those we do not."""

    @classmethod
    def setUpClass(cls):
        go_client("go_collector")  # where there is none, skip before a server is started
        super().setUpClass()
        cls.relays = Relays(cls.server, {kind: TAKEN[kind] + NOT_TAKEN[kind] for kind in TAKEN})
        cls.addClassCleanup(cls.relays.collector.__exit__)

    @staticmethod
    def each(ways):
        return [(exporter, how) for exporter, hows in ways.items() for how in hows]

    def check_sdk(self, exporter):
        for how in TAKEN[exporter]:
            with self.subTest(how):
                self.check("otlp-grpc", self.relays.grpc(exporter, how))

    def test_grpc(self):
        self.check_sdk("otlp_grpc")

    def test_http(self):
        self.check_sdk("otlp_http")

    def send(self, base, trace_id, service):
        post(base, "traces", spans_request(trace_id, ["0c" * 8]))
        post(base, "logs", logs_request(service, ["line"]))

    def log(self, service):
        record, = wait_until(f"the line of {service}", lambda: self.server.get_json(
            f"/api/logs?service={service}")["data"])
        return json.dumps(record).replace(service, "SERVICE")

    def test_every_field_comes_as_if_sent_to_us(self):
        direct = "ab" * 16
        self.send(self.server.url("otlp_http"), direct, "sent-directly")
        span, line = every_field(self.stored(direct, 1)), self.log("sent-directly")
        for number, (exporter, how) in enumerate(self.each(TAKEN), start=0xd0):
            with self.subTest(exporter, how=how):
                trace_id, service = f"{number:x}" * 16, f"relayed-{number}"
                self.send(self.relays.http(exporter, how), trace_id, service)
                self.assertEqual(every_field(self.stored(trace_id, 1)), span)
                self.assertEqual(self.log(service), line)

    def test_a_part_that_is_refused_is_told(self):
        for exporter, how in self.each(TAKEN):
            with self.subTest(exporter, how=how):
                post(self.relays.http(exporter, how), "traces",
                     spans_request("cd" * 16, ["0c" * 8, "0" * 16]))
                told = self.relays.told(exporter, how, "Partial success response")
                self.assertEqual(told["dropped_spans"], 1)
                self.assertRegex(told["message"], "span ?[iI]d is not")
        self.stored("cd" * 16, 1)

    def test_what_we_cannot_read_is_told(self):
        reasons = {"otlp_grpc": "Unimplemented", "otlp_http": "415"}
        for exporter, how in self.each(NOT_TAKEN):
            with self.subTest(exporter, how=how):
                post(self.relays.http(exporter, how), "traces",
                     spans_request("ef" * 16, ["0c" * 8]))
                told = self.relays.told(exporter, how, "Dropping data")
                self.assertIn(reasons[exporter], told["error"])
                self.assertIn("send identity, gzip or zstd", told["error"])


def seconds(duration):
    """Of Go's text for one below a minute."""
    number, unit = re.fullmatch(r"([\d.]+)(ms|s)", duration).groups()
    return float(number) * {"ms": 0.001, "s": 1}[unit]


class OverloadTest(unittest.TestCase):
    SPANS = [f"{number:016x}" for number in range(1, 11)]  # thousands of bytes in any encoding
    HOW = "compression: none, retry_on_failure: {initial_interval: 10ms, max_interval: 20ms}"

    @contextlib.contextmanager
    def occupied(self, server):
        """A request under way takes what there is for requests."""
        with socket.create_connection(("127.0.0.1", server.ports["otlp_http"])) as holder:
            holder.sendall(b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                           b"application/json\r\nContent-Length: 19990\r\n\r\n" + b" " * 19000)
            probe = json.dumps(spans_request("ab" * 16, self.SPANS)).encode()
            wait_until("an overload", lambda: request(
                "POST", server.url("otlp_http", "/v1/traces"), probe, JSON).status == 503)
            yield

    def test_the_delay_we_ask_for_is_kept_and_nothing_lost(self):
        with tempfile.TemporaryDirectory() as directory, \
                Spanhound(BUILD, directory + "/data",
                          flags=["--in-flight-bytes-max", "20000"]) as server:
            ways = {exporter: [self.HOW] for exporter in TAKEN}
            relays = Relays(server, ways)
            ids = {exporter: f"{number:02x}" * 16 for number, exporter in enumerate(ways, 1)}
            with relays.collector:
                with self.occupied(server):
                    for exporter, trace_id in ids.items():
                        post(relays.http(exporter, self.HOW), "traces",
                             spans_request(trace_id, self.SPANS))
                        told = relays.told(exporter, self.HOW, "Will retry the request")
                        self.assertGreaterEqual(seconds(told["interval"]), 1)
                for trace_id in ids.values():
                    wait_until("what was refused", lambda trace_id=trace_id: request(
                        "GET", server.url("query", f"/api/traces/{trace_id}")).status == 200)
                    trace, = server.get_json(f"/api/traces/{trace_id}")["data"]
                    self.assertEqual(len(trace["spans"]), len(self.SPANS))


if __name__ == "__main__":
    unittest.main()
