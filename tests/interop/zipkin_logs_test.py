"""Tracers of Zipkin and shippers of logs not written by us: what they send is read back by the query
API and compared field by field. Their packages come from npm into build/interop/ when the test runs,
rsyslog from Debian (tools/setup.sh); what cannot be had is skipped and says so."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from processes import Process, Spanhound, wait_until  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
NODE = ROOT / "build/interop/node_logs"
FETCH_SECONDS_MAX = 120
TRACE = "0102030405060708090a0b0c0d0e0f10"


def fetch_node_packages():
    """Gets the packages; whatever goes wrong with that is no failure of ours."""
    if shutil.which("npm") is None:
        raise unittest.SkipTest("skipped: no npm")
    shutil.copytree(ROOT / "tests/interop/node_logs", NODE, dirs_exist_ok=True)
    if (NODE / "node_modules/.package-lock.json").exists():
        return
    try:
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"],
                              cwd=NODE, text=True, capture_output=True, timeout=FETCH_SECONDS_MAX,
                              check=False)
    except subprocess.TimeoutExpired:
        raise unittest.SkipTest(f"skipped: npm took over {FETCH_SECONDS_MAX} s") from None
    if done.returncode != 0:
        raise unittest.SkipTest("skipped: npm: " + " ".join(done.stderr.splitlines()[-1:]))


def send(client, address):
    fetch_node_packages()
    done = subprocess.run(["node", "send.js", client, address], cwd=NODE, text=True,
                          capture_output=True, timeout=60, check=False)
    if done.returncode != 0 or not done.stdout:  # Node may end with nothing done
        raise AssertionError(f"{client} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def values_of(attributes):
    return {attribute["key"]: attribute["value"] for attribute in attributes}


class ZipkinLogsTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        users = pathlib.Path(cls.directory.name, "users")
        key = pathlib.Path(cls.directory.name, "key")
        users.write_text("logger:secret\n")
        key.write_text("shared\n")
        cls.open = Spanhound(BUILD, cls.directory.name + "/open",
                             flags=["--elasticsearch-port", "0", "--fluent-port", "0"])
        cls.guarded = Spanhound(BUILD, cls.directory.name + "/guarded",
                                flags=["--fluent-port", "0", "--fluent-shared-key-file", str(key),
                                       "--fluent-users-file", str(users)])

    @classmethod
    def tearDownClass(cls):
        codes = [server.stop() for server in (cls.open, cls.guarded)]
        cls.directory.cleanup()
        assert codes == [0, 0], f"exit codes {codes}"

    def trace(self, trace_id):
        data = self.open.get_json(f"/api/traces/{trace_id}")["data"][0]
        span, = data["spans"]
        service = data["processes"][span["processID"]]
        return span, service

    def logs(self, query, server=None):
        found = (server or self.open).get_json(f"/api/logs?{query}")["data"]
        return sorted(found, key=lambda log: (log["timeUnixNano"], log["body"]))

    def test_zipkin_js(self):
        made = send("zipkin", self.open.url("zipkin"))
        span, process = self.trace(made["traceID"])
        self.assertEqual((span["traceID"], span["spanID"], span["operationName"]),
                         (made["traceID"], made["spanID"], "get"))
        self.assertEqual(span["references"], [])
        self.assertGreaterEqual(span["duration"], 1)
        tags = values_of(span["tags"])
        self.assertTrue(tags.pop("net.host.ip", "127.0.0.1"))
        tags.pop("net.host.port", None)
        tags.pop("internal.span.format", None)
        self.assertEqual(tags, {"http.path": "/cart", "span.kind": "client", "error": True,
                                "otel.status_code": "ERROR",
                                "otel.status_description": "reset by peer",
                                "peer.service": "back", "net.peer.ip": "10.0.0.2",
                                "net.peer.port": 8080})
        event, = span["logs"]
        self.assertEqual(values_of(event["fields"]), {"event": "retry"})
        self.assertEqual((process["serviceName"], process["tags"]), ("front", []))

    def test_opentelemetry_exporter(self):
        made = send("otel", self.open.url("zipkin"))
        span, process = self.trace(made["traceID"])
        self.assertEqual((span["spanID"], span["operationName"], span["startTime"],
                          span["duration"]), (made["spanID"], "work", 1_700_000_000_000_001, 500))
        tags = values_of(span["tags"])
        # The exporter writes attributes of the resource as tags.
        self.assertEqual(tags.pop("service.version"), "3")
        tags.pop("service.name", None)
        tags.pop("internal.span.format", None)
        self.assertEqual(tags, {"text": "a", "number": "5", "flag": "true",
                                "span.kind": "producer", "error": True,
                                "otel.status_code": "ERROR",
                                "otel.status_description": "too late"})
        event, = span["logs"]
        self.assertEqual((event["timestamp"], values_of(event["fields"])),
                         (1_700_000_000_000_002, {"event": "retry"}))
        self.assertEqual(process["serviceName"], "otel-front")

    def test_elasticsearch_client(self):
        made = send("elasticsearch", self.open.url("elasticsearch"))
        self.assertEqual(made, {"version": "8.17.0", "successful": 2, "failed": 0, "dropped": 0,
                                "result": "created", "id": "7", "errors": True, "status": 400})
        log, = self.logs("service=es-svc")
        self.assertEqual({key: log[key] for key in ("timeUnixNano", "severityText",
                                                    "severityNumber", "body", "traceID", "spanID")},
                         {"timeUnixNano": "1700000000123000000", "severityText": "warn",
                          "severityNumber": 13, "body": "from elastic", "traceID": TRACE,
                          "spanID": "00000000000000ab"})
        self.assertEqual(values_of(log["attributes"]),
                         {"status": 503, "elasticsearch.index": "app"})
        others = {log["body"]: values_of(log["attributes"])
                  for log in self.logs("service=unknown_service")
                  if log["body"] in ("second", "alone")}
        self.assertEqual(others["alone"], {"elasticsearch.index": "single"})
        self.assertEqual(others["second"]["ratio"], 0.5)
        self.assertEqual(json.loads(others["second"]["tags"]), ["a", "b"])

    def check_fluent(self, server, address):
        self.assertEqual(send("fluent", address), {"acknowledged": 2})
        logs = [log for log in self.logs(f"traceID={TRACE}", server)
                if log["body"].startswith("line ")]
        self.assertEqual([(log["timeUnixNano"], log["body"], log["severityText"])
                          for log in logs],
                         [(f"170000000000000000{n}", f"line {n}", "info") for n in (1, 2)])
        self.assertEqual([values_of(log["attributes"]) for log in logs],
                         [{"n": n, "fluent.tag": "app.sub"} for n in (1, 2)])

    def test_fluent_logger(self):
        self.check_fluent(self.open, f"127.0.0.1|{self.open.ports['fluent']}|")

    def test_fluent_logger_with_key_and_password(self):
        port = self.guarded.ports["fluent"]
        self.check_fluent(self.guarded, f"127.0.0.1|{port}|shared")
        with self.assertRaises(AssertionError):
            send("fluent", f"127.0.0.1|{port}|wrong")

    def test_rsyslog_omelasticsearch(self):
        if shutil.which("rsyslogd", path=os.environ["PATH"] + ":/usr/sbin") is None:
            raise unittest.SkipTest("skipped: no rsyslogd")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        directory = pathlib.Path(self.directory.name)
        (directory / "rsyslog.conf").write_text(f"""
global(workDirectory="{directory}")
module(load="imptcp")
module(load="omelasticsearch")
input(type="imptcp" address="127.0.0.1" port="{port}")
action(type="omelasticsearch" server="127.0.0.1" serverport="{self.open.ports['elasticsearch']}"
       bulkmode="on" searchIndex="syslog" searchType="" errorFile="{directory}/es-errors")
""")
        command = ["/usr/sbin/rsyslogd", "-n", "-f", str(directory / "rsyslog.conf"),
                   "-i", str(directory / "rsyslog.pid")]
        with Process("rsyslogd", command):
            def connect():
                try:
                    return socket.create_connection(("127.0.0.1", port), 5)
                except OSError:
                    return None
            with wait_until("rsyslogd to listen", connect) as sender:
                for text in ("one", 'quoted "two"'):
                    sender.sendall(f"<131>1 2023-11-14T22:13:20.5Z myhost app 7 - - {text}\n"
                                   .encode())
                logs = wait_until("the lines of rsyslog", lambda: [
                    log for log in self.logs("service=unknown_service")
                    if values_of(log["attributes"]).get("elasticsearch.index") == "syslog"
                    and log["severityText"] == "err"][1:] and self.logs("service=unknown_service"))
        logs = [log for log in logs if log["severityText"] == "err"]
        self.assertEqual([log["body"].strip() for log in logs], ["one", 'quoted "two"'])
        for log in logs:
            self.assertEqual((log["timeUnixNano"], log["severityNumber"]),
                             ("1700000000500000000", 17))
            self.assertEqual(values_of(log["resource"]["attributes"]), {"host.name": "myhost"})
            attributes = values_of(log["attributes"])
            self.assertIn("timegenerated", attributes)
            self.assertEqual({**attributes, "timegenerated": ""},
                             {"facility": "local0", "timegenerated": "",
                              "elasticsearch.index": "syslog"})
        self.assertFalse((directory / "es-errors").exists())


if __name__ == "__main__":
    unittest.main()
