"""The configuration of deploy/collector.yaml and the log files of docs/user/collector.md, in a real
OpenTelemetry Collector before a Spanhound with TLS and tokens, which is killed meanwhile. Skipped as
collector_test.py is."""

import pathlib
import ssl
import subprocess
import tempfile
import textwrap
import unittest

from clients import BUILD, ROOT, Spanhound, request, wait_until
from collector import Collector, logs_request, post, spans_request
from processes import free_port

CREDENTIALS = "collector bearer plain:write-token write\nreader bearer plain:read-token read\n"
TRACES = 400
LINE = ('{"level":"warn","time":"2023-11-15T06:13:20.250+0800","msg":"out of stock",'
        '"serviceName":"shop","trace_id":"0102030405060708090a0b0c0d0e0f10",'
        '"span_id":"00000000000000ab","count":7}')


def put_in(text, replacements):
    for old, new in replacements.items():
        assert text.count(old) == 1, f"{old} is there {text.count(old)} times"
        text = text.replace(old, str(new))
    return text


def values(of):
    return {attribute["key"]: attribute["value"] for attribute in of["attributes"]}


class Guarded:
    """The place of a server that may be killed and started again, with what its clients need."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.certificate, key = self.directory / "tls.crt", self.directory / "tls.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
                        self.certificate], check=True, capture_output=True)
        self.credentials, self.token = self.directory / "credentials", self.directory / "token"
        self.credentials.write_text(CREDENTIALS)
        self.credentials.chmod(0o600)
        self.token.write_text("write-token\n")
        self.otlp_port = free_port()
        self._flags = ["--otlp-grpc-port", str(self.otlp_port), "--tls-cert", str(self.certificate),
                       "--tls-key", str(key), "--credentials", str(self.credentials)]

    def start(self):
        return Spanhound(BUILD, self.directory / "data", flags=self._flags)

    def get(self, server, path):
        """What the query API tells, None if it does not know it."""
        url = server.url("query", path).replace("http:", "https:")
        answer = request("GET", url, headers={"Authorization": "Bearer read-token"},
                         tls=ssl.create_default_context(cafile=self.certificate))
        return answer.json()["data"] if answer.status == 200 else None


class ConfigurationTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.guarded = Guarded(directory.name)
        self.grpc, self.http = free_port(), free_port()
        self.configuration = put_in((ROOT / "deploy/collector.yaml").read_text(), {
            "/etc/collector/token": self.guarded.token,
            "/etc/collector/ca.crt": self.guarded.certificate,
            "0.0.0.0:4317": f"127.0.0.1:{self.grpc}", "0.0.0.0:4318": f"127.0.0.1:{self.http}",
            "spanhound:4317": f"127.0.0.1:{self.guarded.otlp_port}"})

    def send(self, numbers):
        for number in numbers:
            base = f"http://127.0.0.1:{self.http}"
            post(base, "traces", spans_request(f"{number:032x}", ["0a" * 8, "0b" * 8]))
            post(base, "logs", logs_request("shop", [f"line {number}"]))

    def trace(self, server, number):
        found = self.guarded.get(server, f"/api/traces/{number:032x}")
        return found and found[0]

    def lines(self, server):
        found = self.guarded.get(server, "/api/logs?service=shop&limit=1500") or []
        return [record["body"] for record in found]

    def test_a_killed_server_gets_everything_after_all(self):
        with Collector(self.configuration):
            with self.guarded.start() as server:
                self.send(range(1, TRACES // 2))
                wait_until("a trace", lambda: self.trace(server, 1))
                self.send(range(TRACES // 2, TRACES))
                server.kill()
            self.send(range(TRACES, 2 * TRACES))
            with self.guarded.start() as server:
                for number in range(1, 2 * TRACES):
                    trace = wait_until(f"trace {number}",
                                       lambda number=number: self.trace(server, number))
                    self.assertEqual(sorted(span["spanID"] for span in trace["spans"]),
                                     ["0a" * 8, "0b" * 8])
                expected = {f"line {number}" for number in range(1, 2 * TRACES)}
                wait_until("all lines", lambda: set(self.lines(server)) == expected)

    def test_a_wrong_token_is_told(self):
        self.guarded.token.write_text("another\n")
        with self.guarded.start() as server, Collector(self.configuration) as collector:
            self.send([1])
            self.assertIn("Unauthenticated", collector.told("otlp_grpc", "Dropping data")["error"])
            self.assertIsNone(self.trace(server, 1))

    def test_log_files(self):
        page = (ROOT / "docs/user/collector.md").read_text()
        receiver = page.split("```yaml\nreceivers:\n")[1].split("```")[0]
        pods = self.guarded.directory / "pods"
        file = pods / "default_shop-1_8a2f/shop/0.log"
        file.parent.mkdir(parents=True)
        configuration = put_in(self.configuration, {
            "\nreceivers:\n": "\nreceivers:\n" + put_in(receiver, {"/var/log/pods": pods}),
            "    logs:\n      receivers: [otlp]": "    logs:\n      receivers: [otlp, file_log]"})
        with self.guarded.start() as server, Collector(configuration):
            file.write_text(f"2023-11-14T22:13:21.000000000Z stdout F {LINE}\n")
            record, = wait_until("the line", lambda: self.guarded.get(
                server, "/api/logs?service=shop"))
        self.assertEqual(
            {key: record[key] for key in ("timeUnixNano", "severityText", "severityNumber", "body",
                                          "traceID", "spanID")},
            {"timeUnixNano": "1700000000250000000", "severityText": "warn", "severityNumber": 13,
             "body": "out of stock", "traceID": "0102030405060708090a0b0c0d0e0f10",
             "spanID": "00000000000000ab"})
        self.assertEqual(values(record)["count"], 7)
        self.assertEqual(values(record["resource"]), {
            "service.name": "shop", "k8s.namespace.name": "default", "k8s.pod.name": "shop-1",
            "k8s.pod.uid": "8a2f", "k8s.container.name": "shop",
            "k8s.container.restart_count": "0"})


if __name__ == "__main__":
    unittest.main()
