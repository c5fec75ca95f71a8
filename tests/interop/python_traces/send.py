"""Sends one trace by an exporter of opentelemetry-python: otlp-grpc or otlp-http with its address, or
jaeger-collector or jaeger-agent of older releases. Prints its ids."""

import sys

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

START_NANOS = 1_700_000_000_000_001_000


def exporter(kind, where):
    if kind == "otlp-grpc":
        import grpc
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        return OTLPSpanExporter(endpoint=where, insecure=True, compression=grpc.Compression.Gzip)
    if kind == "otlp-http":
        from opentelemetry.exporter.otlp.proto.http import Compression
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        return OTLPSpanExporter(endpoint=where, compression=Compression.Gzip)
    from opentelemetry.exporter.jaeger.thrift import JaegerExporter
    if kind == "jaeger-collector":
        return JaegerExporter(collector_endpoint=where)
    host, port = where.split(":")
    return JaegerExporter(agent_host_name=host, agent_port=int(port))


def main():
    kind, where = sys.argv[1:]
    provider = TracerProvider(resource=Resource(
        {"service.name": "python-" + kind, "deployment.environment": "interop",
         "process.pid": 42}))
    provider.add_span_processor(BatchSpanProcessor(exporter(kind, where)))
    tracer = provider.get_tracer("interop-library", "1.2.3")
    parent = tracer.start_span("GET /cart", kind=trace.SpanKind.SERVER, start_time=START_NANOS,
                               attributes={"text": "café <b>", "yes": True, "ratio": 0.1,
                                           "big": -9007199254740993, "list": ["a", "b"]})
    linked = trace.SpanContext(0x0102030405060708090a0b0c0d0e0f10, 0x0102030405060708, True,
                               trace.TraceFlags(1))
    child = tracer.start_span("SELECT", context=trace.set_span_in_context(parent),
                              kind=trace.SpanKind.CLIENT, links=[trace.Link(linked)],
                              start_time=START_NANOS + 10_000)
    child.add_event("retry", {"count": 2}, timestamp=START_NANOS + 20_000)
    child.set_status(trace.StatusCode.ERROR, "timed out")
    child.end(START_NANOS + 40_000)
    parent.set_status(trace.StatusCode.OK)
    parent.end(START_NANOS + 100_000)
    provider.shutdown()
    print(trace.format_trace_id(parent.get_span_context().trace_id),
          trace.format_span_id(parent.get_span_context().span_id),
          trace.format_span_id(child.get_span_context().span_id))


main()
