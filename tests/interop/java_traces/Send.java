import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/** Sends one trace by opentelemetry-java: otlp-grpc or otlp-http, and the address. Prints its ids. */
public final class Send {
  private static final long START_NANOS = 1_700_000_000_000_001_000L;

  private static SpanExporter exporter(String kind, String where) {
    return kind.equals("otlp-grpc")
        ? OtlpGrpcSpanExporter.builder().setEndpoint(where).setCompression("gzip").build()
        : OtlpHttpSpanExporter.builder().setEndpoint(where).build();
  }

  public static void main(String[] arguments) {
    Attributes resource = Attributes.builder()
        .put("service.name", "java-" + arguments[0])
        .put("deployment.environment", "interop")
        .put("process.pid", 42)
        .build();
    SdkTracerProvider provider = SdkTracerProvider.builder()
        .setResource(Resource.create(resource))
        .addSpanProcessor(
            BatchSpanProcessor.builder(exporter(arguments[0], arguments[1])).build())
        .build();
    Tracer tracer = provider.get("interop-library", "1.2.3");
    Span parent = tracer.spanBuilder("GET /cart")
        .setSpanKind(SpanKind.SERVER)
        .setStartTimestamp(START_NANOS, NANOSECONDS)
        .setAttribute("text", "caf\u00e9 <b>")
        .setAttribute("yes", true)
        .setAttribute("big", -9007199254740993L)
        .setAttribute("ratio", 0.1)
        .setAttribute(AttributeKey.stringArrayKey("list"), java.util.List.of("a", "b"))
        .startSpan();
    SpanContext linked = SpanContext.create("0102030405060708090a0b0c0d0e0f10",
        "0102030405060708", TraceFlags.getSampled(), TraceState.getDefault());
    Span child = tracer.spanBuilder("SELECT")
        .setParent(Context.root().with(parent))
        .setSpanKind(SpanKind.CLIENT)
        .setStartTimestamp(START_NANOS + 10_000, NANOSECONDS)
        .addLink(linked)
        .startSpan();
    child.addEvent("retry", Attributes.builder().put("count", 2).build(), START_NANOS + 20_000,
        NANOSECONDS);
    child.setStatus(StatusCode.ERROR, "timed out");
    child.end(START_NANOS + 40_000, NANOSECONDS);
    parent.setStatus(StatusCode.OK);
    parent.end(START_NANOS + 100_000, NANOSECONDS);
    if (!provider.shutdown().join(20, SECONDS).isSuccess()) {
      System.err.println("not everything was exported");
      System.exit(1);
    }
    System.out.println(parent.getSpanContext().getTraceId() + " "
        + parent.getSpanContext().getSpanId() + " " + child.getSpanContext().getSpanId());
  }
}
