// Sends one trace as the article's service does: go.opentelemetry.io/otel/exporters/jaeger, to the
// collector by HTTP (collector URL) or to the agent by UDP (agent host:port); or by OTLP (otlp-grpc or
// otlp-http, and host:port). Prints its ids.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/jaeger"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func newExporter(kind, where string) (sdktrace.SpanExporter, error) {
	switch kind {
	case "collector":
		return jaeger.New(jaeger.WithCollectorEndpoint(jaeger.WithEndpoint(where)))
	case "agent":
		host, port, _ := net.SplitHostPort(where)
		return jaeger.New(jaeger.WithAgentEndpoint(jaeger.WithAgentHost(host), jaeger.WithAgentPort(port)))
	case "otlp-grpc":
		return otlptracegrpc.New(context.Background(), otlptracegrpc.WithInsecure(),
			otlptracegrpc.WithEndpoint(where), otlptracegrpc.WithCompressor("gzip"))
	case "otlp-http":
		return otlptracehttp.New(context.Background(), otlptracehttp.WithInsecure(),
			otlptracehttp.WithEndpoint(where), otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
	}
	return nil, fmt.Errorf("no exporter %q", kind)
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	exporter, err := newExporter(os.Args[1], os.Args[2])
	must(err)
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "go-"+os.Args[1]),
			attribute.String("deployment.environment", "interop"),
			attribute.Int64("process.pid", 42))))
	tracer := provider.Tracer("interop-library", trace.WithInstrumentationVersion("1.2.3"))
	start := time.UnixMicro(1700000000000001)
	ctx, parent := tracer.Start(context.Background(), "GET /cart", trace.WithTimestamp(start),
		trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("text", "caf\u00e9 <b>"), attribute.Bool("yes", true),
			attribute.Int64("big", -9007199254740993), attribute.Float64("ratio", 0.1),
			attribute.StringSlice("list", []string{"a", "b"})))
	linked := trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
		SpanID:  trace.SpanID{1, 2, 3, 4, 5, 6, 7, 8}, TraceFlags: trace.FlagsSampled})
	_, child := tracer.Start(ctx, "SELECT", trace.WithTimestamp(start.Add(10*time.Microsecond)),
		trace.WithSpanKind(trace.SpanKindClient), trace.WithLinks(trace.Link{SpanContext: linked}))
	child.AddEvent("retry", trace.WithTimestamp(start.Add(20*time.Microsecond)),
		trace.WithAttributes(attribute.Int("count", 2)))
	child.RecordError(errors.New("timed out"), trace.WithTimestamp(start.Add(30*time.Microsecond)))
	child.SetStatus(codes.Error, "timed out")
	child.End(trace.WithTimestamp(start.Add(40 * time.Microsecond)))
	parent.SetStatus(codes.Ok, "")
	parent.End(trace.WithTimestamp(start.Add(100 * time.Microsecond)))
	must(provider.Shutdown(context.Background()))
	fmt.Println(parent.SpanContext().TraceID(), parent.SpanContext().SpanID(), child.SpanContext().SpanID())
}
