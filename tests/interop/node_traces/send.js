// Sends one trace and prints its ids: `node send.js CLIENT WHERE`. CLIENT: jaeger-client or
// opentelemetry-jaeger, to the collector (a URL) or the agent (host:port); otlp-grpc, otlp-http or
// otlp-json, to a URL.
"use strict";

const [client, where] = process.argv.slice(2);
const isCollector = where.startsWith("http");
const [host, port] = where.split(":");
const START_MS = 1700000000000;

function print(traceId, ...spanIds) {
  console.log(traceId, ...spanIds);
}

function withJaegerClient() {
  const { initTracer } = require("jaeger-client");
  const { FORMAT_TEXT_MAP, REFERENCE_CHILD_OF, REFERENCE_FOLLOWS_FROM, Reference } =
    require("opentracing");
  const reporter = isCollector
    ? { collectorEndpoint: where, flushIntervalMs: 10 }
    : { agentHost: host, agentPort: Number(port), flushIntervalMs: 10 };
  const logger = { info() {}, error(text) { console.error(text); process.exitCode = 1; } };
  const tracer = initTracer(
    { serviceName: "node-jaeger-client", sampler: { type: "const", param: 1 }, reporter },
    { logger, tags: { "deployment.environment": "interop" } });
  const parent = tracer.startSpan("GET /cart", { startTime: START_MS });
  parent.setTag("span.kind", "server");
  parent.setTag("text", "caf\u00e9 <b>");
  parent.setTag("yes", true);
  parent.setTag("ratio", 0.1);
  const carrier = {};
  tracer.inject(parent.context(), FORMAT_TEXT_MAP, carrier);
  const child = tracer.startSpan("SELECT", {
    startTime: START_MS + 1,
    references: [
      new Reference(REFERENCE_CHILD_OF, parent.context()),
      new Reference(REFERENCE_FOLLOWS_FROM, tracer.extract(FORMAT_TEXT_MAP, carrier)),
    ],
  });
  child.setTag("span.kind", "client");
  child.setTag("error", true);
  child.log({ event: "retry", count: 2 }, START_MS + 2);
  child.finish(START_MS + 4);
  parent.finish(START_MS + 10);
  const ids = [parent.context().traceIdStr, parent.context().spanIdStr, child.context().spanIdStr];
  tracer.close(() => print(...ids));
}

function newExporter() {
  switch (client) {
    case "opentelemetry-jaeger": {
      const { JaegerExporter } = require("@opentelemetry/exporter-jaeger");
      return new JaegerExporter(isCollector ? { endpoint: where } : { host, port: Number(port) });
    }
    case "otlp-grpc": {
      const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-grpc");
      return new OTLPTraceExporter({ url: where, compression: "gzip" });
    }
    case "otlp-http": {
      const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-proto");
      return new OTLPTraceExporter({ url: where, compression: "gzip" });
    }
    case "otlp-json": {
      const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-http");
      return new OTLPTraceExporter({ url: where });
    }
    default:
      throw new Error(`no client ${client}`);
  }
}

async function withOpenTelemetry() {
  const { SpanKind, SpanStatusCode, context, trace } = require("@opentelemetry/api");
  const { Resource } = require("@opentelemetry/resources");
  const { BasicTracerProvider, SimpleSpanProcessor } = require("@opentelemetry/sdk-trace-base");
  const provider = new BasicTracerProvider({
    resource: new Resource({ "service.name": `node-${client}`, "deployment.environment": "interop" }),
    spanProcessors: [new SimpleSpanProcessor(newExporter())],
  });
  const tracer = provider.getTracer("interop-library", "1.2.3");
  const parent = tracer.startSpan("GET /cart", {
    kind: SpanKind.SERVER, startTime: START_MS, root: true,
    attributes: { text: process.env.INTEROP_TEXT ?? "caf\u00e9 <b>", yes: true, ratio: 0.1, list: ["a", "b"] },
  });
  const linked = { traceId: "0102030405060708090a0b0c0d0e0f10", spanId: "0102030405060708", traceFlags: 1 };
  const child = tracer.startSpan("SELECT", {
    kind: SpanKind.CLIENT, startTime: START_MS + 1, links: [{ context: linked }],
  }, trace.setSpan(context.active(), parent));
  child.addEvent("retry", { count: 2 }, START_MS + 2);
  child.setStatus({ code: SpanStatusCode.ERROR, message: "timed out" });
  child.end(START_MS + 4);
  parent.setStatus({ code: SpanStatusCode.OK });
  parent.end(START_MS + 10);
  await provider.shutdown();
  print(parent.spanContext().traceId, parent.spanContext().spanId, child.spanContext().spanId);
}

if (client === "jaeger-client") withJaegerClient();
else withOpenTelemetry().catch((error) => { console.error(error); process.exit(1); });
