"""OTLP's JSON form of a request, as protobuf: a table of the fields and a few lines that walk it, so
that one message can be sent at every door and the tests share no code with the server."""

import struct


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


ANY = {}
KEY_VALUE = {"key": (1, "text"), "value": (2, ANY)}
ANY.update({"stringValue": (1, "text"), "boolValue": (2, "varint"), "intValue": (3, "varint"),
            "doubleValue": (4, "double"), "arrayValue": (5, {"values": (1, [ANY])}),
            "kvlistValue": (6, {"values": (1, [KEY_VALUE])}), "bytesValue": (7, "bytes")})
RESOURCE = {"attributes": (1, [KEY_VALUE]), "droppedAttributesCount": (2, "varint")}
SCOPE = {"name": (1, "text"), "version": (2, "text"), "attributes": (3, [KEY_VALUE])}
EVENT = {"timeUnixNano": (1, "fixed64"), "name": (2, "text"), "attributes": (3, [KEY_VALUE]),
         "droppedAttributesCount": (4, "varint")}
LINK = {"traceId": (1, "id"), "spanId": (2, "id"), "traceState": (3, "text"),
        "attributes": (4, [KEY_VALUE]), "flags": (6, "fixed32")}
SPAN = {"traceId": (1, "id"), "spanId": (2, "id"), "traceState": (3, "text"),
        "parentSpanId": (4, "id"), "name": (5, "text"), "kind": (6, "varint"),
        "startTimeUnixNano": (7, "fixed64"), "endTimeUnixNano": (8, "fixed64"),
        "attributes": (9, [KEY_VALUE]), "droppedAttributesCount": (10, "varint"),
        "events": (11, [EVENT]), "links": (13, [LINK]),
        "status": (15, {"message": (2, "text"), "code": (3, "varint")}), "flags": (16, "fixed32")}
LOG = {"timeUnixNano": (1, "fixed64"), "severityNumber": (2, "varint"), "severityText": (3, "text"),
       "body": (5, ANY), "attributes": (6, [KEY_VALUE]), "flags": (8, "fixed32"),
       "traceId": (9, "id"), "spanId": (10, "id"), "observedTimeUnixNano": (11, "fixed64"),
       "eventName": (12, "text")}
REQUESTS = {
    "traces": {"resourceSpans": (1, [{"resource": (1, RESOURCE), "scopeSpans": (2, [
        {"scope": (1, SCOPE), "spans": (2, [SPAN]), "schemaUrl": (3, "text")}])}])},
    "logs": {"resourceLogs": (1, [{"resource": (1, RESOURCE), "scopeLogs": (2, [
        {"scope": (1, SCOPE), "logRecords": (2, [LOG]), "schemaUrl": (3, "text")}])}])},
}


def _scalar(number, kind, value):
    if kind == "text":
        return field(number, value if isinstance(value, bytes) else value.encode())
    if kind == "id":
        return field(number, bytes.fromhex(value))
    if kind == "bytes":
        import base64
        return field(number, base64.b64decode(value))
    if kind == "varint":
        return varint(number << 3) + varint(int(value))
    if kind == "double":
        return varint(number << 3 | 1) + struct.pack("<d", float(value))
    if kind == "fixed32":
        return varint(number << 3 | 5) + struct.pack("<I", int(value))
    return varint(number << 3 | 1) + struct.pack("<Q", int(value))


def encode(message, schema):
    out = bytearray()
    for name, value in message.items():
        number, kind = schema[name]
        if isinstance(kind, list):
            for element in value:
                out += field(number, encode(element, kind[0]))
        elif isinstance(kind, dict):
            out += field(number, encode(value, kind))
        else:
            out += _scalar(number, kind, value)
    return bytes(out)


def protobuf(signal, message):
    return encode(message, REQUESTS[signal])


def read_varint(data, at):
    value, shift = 0, 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    """[(number, value)] of a message: ints for varints, bytes for length-prefixed fields."""
    found, at = [], 0
    while at < len(data):
        key, at = read_varint(data, at)
        if key & 7 == 0:
            value, at = read_varint(data, at)
        else:
            assert key & 7 == 2, "a field no answer has"
            size, at = read_varint(data, at)
            value, at = data[at:at + size], at + size
        found.append((key >> 3, value))
    return found
