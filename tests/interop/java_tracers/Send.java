import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import brave.Tracing;
import io.jaegertracing.Configuration;
import io.jaegertracing.internal.JaegerSpan;
import io.jaegertracing.internal.JaegerTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.jaeger.JaegerGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.List;
import java.util.Map;
import zipkin2.reporter.Encoding;
import zipkin2.reporter.brave.AsyncZipkinSpanHandler;
import zipkin2.reporter.urlconnection.URLConnectionSender;

/**
 * Sends one trace by tracers of Zipkin and Jaeger that are not OpenTelemetry's, or by OpenTelemetry's
 * last exporter for Jaeger: brave-json or brave-proto, jaeger-collector or jaeger-agent
 * (jaeger-client-java), otel-jaeger (gRPC), and the address. Prints the ids of the trace and its spans.
 */
public final class Send {
  private static final long START_MICROS = 1_700_000_000_000_001L;

  /** The server's part of a call has the id of the client's, as tracers of Zipkin do it. */
  private static String byBrave(String url, Encoding encoding) {
    var sender = URLConnectionSender.newBuilder().endpoint(url).encoding(encoding).build();
    var handler = AsyncZipkinSpanHandler.newBuilder(sender).build();
    Tracing front = tracing("java-zipkin", handler);
    Tracing back = tracing("java-zipkin-back", handler);
    brave.Span client = front.tracer().newTrace().name("GET /cart").kind(brave.Span.Kind.CLIENT)
        .tag("text", "caf\u00e9 <b>").remoteServiceName("java-zipkin-back");
    client.remoteIpAndPort("10.0.0.2", 81);
    client.start(START_MICROS);
    brave.Span server = back.tracer().joinSpan(client.context()).name("SELECT")
        .kind(brave.Span.Kind.SERVER).start(START_MICROS + 10);
    server.annotate(START_MICROS + 20, "retry").error(new IllegalStateException("timed out"));
    server.finish(START_MICROS + 40);
    client.finish(START_MICROS + 100);
    handler.flush();
    handler.close();
    sender.close();
    return client.context().traceIdString() + " " + client.context().spanIdString() + " "
        + server.context().spanIdString();
  }

  private static Tracing tracing(String service, AsyncZipkinSpanHandler handler) {
    return Tracing.newBuilder().localServiceName(service).localIp("10.0.0.1").traceId128Bit(true)
        .addSpanHandler(handler).build();
  }

  private static String byJaeger(String service, Configuration.SenderConfiguration sender) {
    JaegerTracer tracer = new Configuration(service)
        .withTraceId128Bit(true)
        .withSampler(new Configuration.SamplerConfiguration().withType("const").withParam(1))
        .withReporter(new Configuration.ReporterConfiguration().withSender(sender))
        .withTracerTags(Map.of("deployment.environment", "interop"))
        .getTracer();
    JaegerSpan parent = tracer.buildSpan("GET /cart").withStartTimestamp(START_MICROS)
        .withTag("span.kind", "server").withTag("text", "caf\u00e9 <b>").withTag("yes", true)
        .withTag("big", -9007199254740993L).withTag("ratio", 0.1).start();
    JaegerSpan child = tracer.buildSpan("SELECT").asChildOf(parent)
        .withStartTimestamp(START_MICROS + 10).withTag("span.kind", "client")
        .withTag("error", true).start();
    child.log(START_MICROS + 20, Map.of("event", "retry", "count", 2));
    child.finish(START_MICROS + 40);
    parent.finish(START_MICROS + 100);
    tracer.close();
    return parent.context().getTraceId() + " " + parent.context().toSpanId() + " "
        + child.context().toSpanId();
  }

  private static String byOpenTelemetry(String endpoint) {
    SdkTracerProvider provider = SdkTracerProvider.builder()
        .setResource(Resource.create(Attributes.builder().put("service.name", "java-otel-jaeger")
            .put("process.pid", 42).build()))
        .addSpanProcessor(BatchSpanProcessor.builder(
            JaegerGrpcSpanExporter.builder().setEndpoint(endpoint).build()).build())
        .build();
    Tracer tracer = provider.get("interop-library", "1.2.3");
    Span parent = tracer.spanBuilder("GET /cart").setSpanKind(SpanKind.SERVER)
        .setStartTimestamp(START_MICROS * 1000, NANOSECONDS).setAttribute("text", "caf\u00e9 <b>")
        .setAttribute("yes", true).setAttribute("big", -9007199254740993L)
        .setAttribute("ratio", 0.1)
        .setAttribute(AttributeKey.stringArrayKey("list"), List.of("a", "b")).startSpan();
    Span child = tracer.spanBuilder("SELECT").setParent(Context.root().with(parent))
        .setSpanKind(SpanKind.CLIENT)
        .setStartTimestamp((START_MICROS + 10) * 1000, NANOSECONDS).startSpan();
    child.addEvent("retry", Attributes.builder().put("count", 2).build(),
        (START_MICROS + 20) * 1000, NANOSECONDS);
    child.setStatus(StatusCode.ERROR, "timed out");
    child.end((START_MICROS + 40) * 1000, NANOSECONDS);
    parent.setStatus(StatusCode.OK);
    parent.end((START_MICROS + 100) * 1000, NANOSECONDS);
    if (!provider.shutdown().join(20, SECONDS).isSuccess()) {
      throw new IllegalStateException("not everything was exported");
    }
    return parent.getSpanContext().getTraceId() + " " + parent.getSpanContext().getSpanId() + " "
        + child.getSpanContext().getSpanId();
  }

  private static Configuration.SenderConfiguration agent(String address) {
    String[] parts = address.split(":");
    return new Configuration.SenderConfiguration().withAgentHost(parts[0])
        .withAgentPort(Integer.valueOf(parts[1]));
  }

  public static void main(String[] arguments) {
    String where = arguments[1];
    System.out.println(switch (arguments[0]) {
      case "brave-json" -> byBrave(where, Encoding.JSON);
      case "brave-proto" -> byBrave(where, Encoding.PROTO3);
      case "jaeger-collector" -> byJaeger("java-jaeger-collector",
          new Configuration.SenderConfiguration().withEndpoint(where));
      case "jaeger-agent" -> byJaeger("java-jaeger-agent", agent(where));
      case "otel-jaeger" -> byOpenTelemetry(where);
      default -> throw new IllegalArgumentException(arguments[0]);
    });
  }
}
