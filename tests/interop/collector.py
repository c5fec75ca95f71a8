"""A real OpenTelemetry Collector (go_collector/) and OTLP requests with every field in them, for the
tests that put the one before Spanhound and send it the other."""

import json
import pathlib
import tempfile

from clients import go_client, request, wait_until
from processes import Process, free_port

JSON = {"Content-Type": "application/json"}
START_NANOS = 1_700_000_000_000_001_000
# What an exporter may be told and we take, by the door it sends to.
TAKEN = {"otlp_grpc": ["compression: gzip", "compression: zstd", "compression: none"],
         "otlp_http": [f"compression: {how}, encoding: {what}" for how in ("gzip", "zstd", "none")
                       for what in ("proto", "json")]}
# And what we do not.
NOT_TAKEN = {"otlp_grpc": ["compression: snappy"],
             "otlp_http": ["compression: snappy", "compression: deflate", "compression: lz4"]}


class Collector(Process):
    """Runs with the configuration until it is left."""

    def __init__(self, configuration):
        command = go_client("go_collector")
        self._directory = tempfile.TemporaryDirectory()
        file = pathlib.Path(self._directory.name, "config.yaml")
        file.write_text(configuration)
        super().__init__("collector", [*command, "--config", str(file)])
        try:
            self.wait_for("Everything is ready")
        except RuntimeError:
            self.__exit__()
            raise

    def __exit__(self, *_):
        super().__exit__()
        self._directory.cleanup()

    def told(self, component, what):
        """The fields of its own log line of an exporter that says so."""
        def line():
            for text in self.lines:
                if what in text and f'"{component}"' in text:
                    return json.loads(text[text.index("{"):])
            return None
        return wait_until(f"{what!r} of {component}", line)


class Relays:
    """One Collector with a pipeline of its own for each way to send."""

    def __init__(self, server, ways):
        self._names = {}  # {(exporter, how): name}
        self._ports = {}  # {name: (gRPC, HTTP)}
        self._endpoints = {"otlp_grpc": f"127.0.0.1:{server.ports['otlp_grpc']}",
                           "otlp_http": server.url("otlp_http")}
        self._parts = {"receivers": [], "exporters": [], "pipelines": []}
        for exporter, hows in ways.items():
            for how in hows:
                self._add(exporter, how)
        receivers, exporters, pipelines = (
            "{" + ", ".join(lines) + "}" for lines in self._parts.values())
        self.collector = Collector(
            f"receivers: {receivers}\nprocessors: {{batch: {{timeout: 10ms}}}}\n"
            f"exporters: {exporters}\nservice:\n  telemetry: {{metrics: {{level: none}}}}\n"
            f"  pipelines: {pipelines}\n")

    def _add(self, exporter, how):
        name = self._names[exporter, how] = str(len(self._names))
        grpc, http = self._ports[name] = free_port(), free_port()
        self._parts["receivers"].append(
            f"otlp/{name}: {{protocols: {{grpc: {{endpoint: '127.0.0.1:{grpc}'}}, "
            f"http: {{endpoint: '127.0.0.1:{http}'}}}}}}")
        self._parts["exporters"].append(
            f"{exporter}/{name}: {{endpoint: '{self._endpoints[exporter]}', "
            f"tls: {{insecure: true}}, {how}}}")
        self._parts["pipelines"] += [
            f"{signal}/{name}: {{receivers: [otlp/{name}], processors: [batch], "
            f"exporters: [{exporter}/{name}]}}" for signal in ("traces", "logs")]

    def grpc(self, exporter, how):
        return f"127.0.0.1:{self._ports[self._names[exporter, how]][0]}"

    def http(self, exporter, how):
        return f"http://127.0.0.1:{self._ports[self._names[exporter, how]][1]}"

    def told(self, exporter, how, what):
        return self.collector.told(f"{exporter}/{self._names[exporter, how]}", what)


def attributes(of):
    return [{"key": key, "value": value} for key, value in of.items()]


OF_EVERY_KIND = attributes({
    "text": {"stringValue": "café <b>"}, "empty": {"stringValue": ""}, "yes": {"boolValue": True},
    "big": {"intValue": "-9007199254740993"}, "ratio": {"doubleValue": 0.1},
    "bytes": {"bytesValue": "AP8="}, "nothing": {}, "list": {"arrayValue": {"values": [
        {"stringValue": "a"}, {"intValue": "1"}, {"arrayValue": {"values": []}}]}},
    "map": {"kvlistValue": {"values": attributes({"inner": {"boolValue": False}})}}})


def full_span(trace_id, span_id):
    return {"traceId": trace_id, "spanId": span_id, "parentSpanId": "00000000000000ff",
            "traceState": "a=1,b=2", "flags": 0x301, "name": "GET /cart", "kind": 5,
            "startTimeUnixNano": str(START_NANOS), "endTimeUnixNano": str(START_NANOS + 7000),
            "attributes": OF_EVERY_KIND, "droppedAttributesCount": 2,
            "events": [{"timeUnixNano": str(START_NANOS + 2000), "name": "",
                        "attributes": OF_EVERY_KIND, "droppedAttributesCount": 3}],
            "droppedEventsCount": 4,
            "links": [{"traceId": "0f" * 16, "spanId": "0e" * 8, "traceState": "c=3",
                       "flags": 0x101, "attributes": OF_EVERY_KIND, "droppedAttributesCount": 5}],
            "droppedLinksCount": 6, "status": {"code": 2, "message": "timed out"}}


def spans_request(trace_id, span_ids, service="relayed"):
    return {"resourceSpans": [{
        "resource": {"attributes": attributes({"service.name": {"stringValue": service}}),
                     "droppedAttributesCount": 1},
        "schemaUrl": "https://opentelemetry.io/schemas/1.26.0",
        "scopeSpans": [{"scope": {"name": "library", "version": "1", "attributes": OF_EVERY_KIND},
                        "spans": [full_span(trace_id, span_id) for span_id in span_ids]}]}]}


def logs_request(service, bodies):
    return {"resourceLogs": [{
        "resource": {"attributes": attributes({"service.name": {"stringValue": service}})},
        "scopeLogs": [{"scope": {"name": "library", "version": "1"}, "logRecords": [{
            "timeUnixNano": str(START_NANOS), "observedTimeUnixNano": str(START_NANOS + 1),
            "severityNumber": 13, "severityText": "warn", "body": {"stringValue": body},
            "attributes": OF_EVERY_KIND, "droppedAttributesCount": 1, "flags": 1,
            "traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "00000000000000ab",
            "eventName": "some.event"} for body in bodies]}]}]}


def post(base, signal, body):
    """One request that has to be taken whole."""
    answer = request("POST", f"{base}/v1/{signal}", json.dumps(body).encode(), JSON)
    if answer.status != 200 or answer.json().get("partialSuccess"):
        raise AssertionError(f"{answer.status}: {answer.body}")
