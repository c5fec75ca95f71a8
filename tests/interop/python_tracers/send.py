"""Sends one trace by py_zipkin (v1-json, v2-json, v2-proto), by OpenTelemetry's exporters for Zipkin
(otel-v1-json, otel-v2-json, otel-proto) or by jaeger-client (jaeger-agent), and the address. Prints the ids
of the trace and its spans."""

import sys
import time
import urllib.parse

# Seconds, which these clients take as floating-point numbers; all are exact as such.
START, CHILD, EVENT, CHILD_END, END = (1_700_000_000.5 + after for after in (
    0, 0.125, 0.15625, 0.1875, 0.25))
TEXT = "café <b>"


def nanos(seconds):
    return int(seconds * 1_000_000) * 1000


def by_zipkin(kind, where):
    from py_zipkin import Encoding, Kind
    from py_zipkin.transport import SimpleHTTPTransport
    from py_zipkin.zipkin import zipkin_span
    encoding = {"v1-json": Encoding.V1_JSON, "v2-json": Encoding.V2_JSON,
                "v2-proto": Encoding.V2_PROTO3}[kind]
    address = urllib.parse.urlsplit(where)
    with zipkin_span(service_name="python-" + kind, span_name="GET /cart", host="10.0.0.1",
                     port=80, sample_rate=100.0, encoding=encoding, kind=Kind.SERVER,
                     use_128bit_trace_id=True, timestamp=START, duration=END - START,
                     transport_handler=SimpleHTTPTransport(address.hostname, address.port),
                     binary_annotations={"text": TEXT}) as parent:
        with zipkin_span(service_name="python-" + kind, span_name="SELECT", kind=Kind.CLIENT,
                         timestamp=CHILD, duration=CHILD_END - CHILD,
                         annotations={"retry": EVENT},
                         binary_annotations={"error": "timed out"}) as child:
            child.add_sa_binary_annotation(port=82, service_name="stock", host="10.0.0.3")
    return (parent.zipkin_attrs.trace_id, parent.zipkin_attrs.span_id,
            child.zipkin_attrs.span_id)


def by_opentelemetry(kind, where):
    from opentelemetry import trace
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    if kind == "otel-proto":
        from opentelemetry.exporter.zipkin.proto.http import ZipkinExporter
        exporter = ZipkinExporter(endpoint=where + "/api/v2/spans")
    else:
        from opentelemetry.exporter.zipkin.json import Protocol, ZipkinExporter
        version = Protocol.V1 if kind == "otel-v1-json" else Protocol.V2
        exporter = ZipkinExporter(version, endpoint=f"{where}/api/{version.value}/spans",
                                  max_tag_value_length=128)  # v1 fails without
    provider = TracerProvider(resource=Resource({"service.name": "python-" + kind}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("interop-library", "1.2.3")
    parent = tracer.start_span("GET /cart", kind=trace.SpanKind.SERVER, start_time=nanos(START),
                               attributes={"text": TEXT, "yes": True, "big": -9007199254740993})
    child = tracer.start_span("SELECT", context=trace.set_span_in_context(parent),
                              kind=trace.SpanKind.CLIENT, start_time=nanos(CHILD))
    child.add_event("retry", {"count": 2}, timestamp=nanos(EVENT))
    child.set_status(trace.StatusCode.ERROR, "timed out")
    child.end(nanos(CHILD_END))
    parent.end(nanos(END))
    provider.shutdown()
    return (trace.format_trace_id(parent.get_span_context().trace_id),
            trace.format_span_id(parent.get_span_context().span_id),
            trace.format_span_id(child.get_span_context().span_id))


def by_jaeger(kind, where):
    import opentracing
    from jaeger_client import Config
    host, port = where.split(":")
    tracer = Config({"sampler": {"type": "const", "param": 1}, "generate_128bit_trace_id": True,
                     "local_agent": {"reporting_host": host, "reporting_port": int(port)},
                     "tags": {"deployment.environment": "interop"}},
                    service_name="python-" + kind, validate=True).new_tracer()
    parent = tracer.start_span("GET /cart", start_time=START, tags={
        "span.kind": "server", "text": TEXT, "yes": True, "big": -9007199254740993, "ratio": 0.1})
    child = tracer.start_span("SELECT", start_time=CHILD, references=[
        opentracing.child_of(parent.context)], tags={"span.kind": "client", "error": True})
    child.log_kv({"event": "retry", "count": 2}, timestamp=EVENT)
    child.finish(CHILD_END)
    parent.finish(END)
    closed = tracer.close()
    while not closed.done():
        time.sleep(0.01)
    return tuple(f"{number:x}".rjust(digits, "0") for number, digits in (
        (parent.trace_id, 32), (parent.span_id, 16), (child.span_id, 16)))


if __name__ == "__main__":
    NAME, WHERE = sys.argv[1:]
    SEND = (by_jaeger if NAME.startswith("jaeger") else
            by_opentelemetry if NAME.startswith("otel") else by_zipkin)
    print(*SEND(NAME, WHERE))
