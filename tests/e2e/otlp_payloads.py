"""Small OTLP requests for the end-to-end tests: JSON by hand, protobuf by a few lines of encoder,
so that the tests share no code with the server."""

import json
import os
import struct
import time


def new_trace_id():
    return os.urandom(16).hex()


def new_span_id():
    return os.urandom(8).hex()


def _attribute(key, value):
    return {"key": key, "value": {"stringValue": value}}


def trace_json(trace_id, service="e2e", name="hello", span_id=None):
    now = time.time_ns()
    span = {"traceId": trace_id, "spanId": span_id or new_span_id(), "name": name, "kind": 2,
            "startTimeUnixNano": str(now - 5_000_000), "endTimeUnixNano": str(now),
            "attributes": [_attribute("http.route", "/hello")]}
    return json.dumps({"resourceSpans": [{
        "resource": {"attributes": [_attribute("service.name", service)]},
        "scopeSpans": [{"scope": {"name": "e2e"}, "spans": [span]}]}]}).encode()


def logs_json(trace_id, span_id, body, service="e2e"):
    record = {"timeUnixNano": str(time.time_ns()), "severityNumber": 9, "severityText": "INFO",
              "body": {"stringValue": body}, "traceId": trace_id, "spanId": span_id}
    return json.dumps({"resourceLogs": [{
        "resource": {"attributes": [_attribute("service.name", service)]},
        "scopeLogs": [{"scope": {"name": "e2e"}, "logRecords": [record]}]}]}).encode()


def _varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _message(number, payload):
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _pb_string_attribute(number, key, value):
    return _message(number, _message(1, key.encode()) + _message(2, _message(1, value.encode())))


def trace_protobuf(trace_ids, service="e2e", name="hello"):
    """ExportTraceServiceRequest with one root span per trace id (hex)."""
    now = time.time_ns()
    spans = b""
    for trace_id in trace_ids:
        span = (_message(1, bytes.fromhex(trace_id)) + _message(2, os.urandom(8)) +
                _message(5, name.encode()) + _varint(6 << 3) + _varint(2) +
                _varint(7 << 3 | 1) + struct.pack("<Q", now - 1_000_000) +
                _varint(8 << 3 | 1) + struct.pack("<Q", now) +
                _pb_string_attribute(9, "http.route", "/hello"))
        spans += _message(2, span)
    resource = _message(1, _pb_string_attribute(1, "service.name", service))
    return _message(1, resource + _message(2, spans))


def logs_protobuf(trace_id, body, service="e2e"):
    """ExportLogsServiceRequest with one record of the trace."""
    record = (_varint(1 << 3 | 1) + struct.pack("<Q", time.time_ns()) +
              _varint(2 << 3) + _varint(9) + _message(5, _message(1, body.encode())) +
              _message(9, bytes.fromhex(trace_id)) + _message(10, os.urandom(8)))
    resource = _message(1, _pb_string_attribute(1, "service.name", service))
    return _message(1, resource + _message(2, _message(2, record)))
