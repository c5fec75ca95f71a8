// Sends one trace by tracers of Zipkin and Jaeger that are not OpenTelemetry's, or by OpenTelemetry's
// exporter for Zipkin: zipkin-json or zipkin-proto (zipkin-go), otel-zipkin, jaeger-collector or
// jaeger-agent (jaeger-client-go), and the address. jaeger-sampled asks the third address whether to.
// Prints the ids of the trace and its spans.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/opentracing/opentracing-go"
	"github.com/opentracing/opentracing-go/ext"
	"github.com/opentracing/opentracing-go/log"
	zipkin "github.com/openzipkin/zipkin-go"
	"github.com/openzipkin/zipkin-go/model"
	"github.com/openzipkin/zipkin-go/proto/zipkin_proto3"
	"github.com/openzipkin/zipkin-go/reporter"
	zipkinhttp "github.com/openzipkin/zipkin-go/reporter/http"
	"github.com/uber/jaeger-client-go"
	"github.com/uber/jaeger-client-go/config"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	otelzipkin "go.opentelemetry.io/otel/exporters/zipkin"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

var start = time.UnixMicro(1700000000000001)

func at(micros int) time.Time { return start.Add(time.Duration(micros) * time.Microsecond) }

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The server's part of a call has the id of the client's, as tracers of Zipkin do it.
func byZipkin(url string, serializer reporter.SpanSerializer) {
	sender := zipkinhttp.NewReporter(url, zipkinhttp.Serializer(serializer))
	tracer := func(service, address string) *zipkin.Tracer {
		endpoint, err := zipkin.NewEndpoint(service, address)
		must(err)
		made, err := zipkin.NewTracer(sender, zipkin.WithLocalEndpoint(endpoint),
			zipkin.WithTraceID128Bit(true), zipkin.WithSharedSpans(true))
		must(err)
		return made
	}
	front, back := tracer("go-zipkin", "10.0.0.1:80"), tracer("go-zipkin-back", "[2001:db8::2]:81")
	remote, err := zipkin.NewEndpoint("stock", "10.0.0.3:82")
	must(err)
	client := front.StartSpan("GET /cart", zipkin.Kind(model.Client), zipkin.StartTime(start))
	client.Tag("text", "caf\u00e9 <b>")
	server := back.StartSpan("SELECT", zipkin.Kind(model.Server), zipkin.Parent(client.Context()),
		zipkin.StartTime(at(10)), zipkin.RemoteEndpoint(remote))
	server.Annotate(at(20), "retry")
	server.Tag("error", "timed out")
	server.FinishedWithDuration(30 * time.Microsecond)
	client.FinishedWithDuration(100 * time.Microsecond)
	must(sender.Close())
	fmt.Println(client.Context().TraceID, client.Context().ID, server.Context().ID)
}

func byOpenTelemetry(url string) {
	exporter, err := otelzipkin.New(url)
	must(err)
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "go-otel-zipkin"))))
	tracer := provider.Tracer("interop-library", trace.WithInstrumentationVersion("1.2.3"))
	ctx, parent := tracer.Start(context.Background(), "GET /cart", trace.WithTimestamp(start),
		trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(
			attribute.String("text", "caf\u00e9 <b>"), attribute.Bool("yes", true),
			attribute.Int64("big", -9007199254740993), attribute.Float64("ratio", 0.1),
			attribute.StringSlice("list", []string{"a", "b"})))
	_, child := tracer.Start(ctx, "SELECT", trace.WithTimestamp(at(10)), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("peer.service", "stock")))
	child.AddEvent("retry", trace.WithTimestamp(at(20)), trace.WithAttributes(attribute.Int("count", 2)))
	child.SetStatus(codes.Error, "timed out")
	child.End(trace.WithTimestamp(at(40)))
	parent.End(trace.WithTimestamp(at(100)))
	must(provider.Shutdown(context.Background()))
	fmt.Println(parent.SpanContext().TraceID(), parent.SpanContext().SpanID(), child.SpanContext().SpanID())
}

func ids(span opentracing.Span) jaeger.SpanContext { return span.Context().(jaeger.SpanContext) }

// What a remote sampler is told comes after a while; until then it samples nothing here.
func byJaeger(service string, sampler config.SamplerConfig, where config.ReporterConfig) {
	tracer, closer, err := config.Configuration{ServiceName: service, Gen128Bit: true,
		Sampler: &sampler, Reporter: &where,
		Tags: []opentracing.Tag{{Key: "deployment.environment", Value: "interop"}}}.NewTracer()
	must(err)
	for begin := time.Now(); !ids(tracer.StartSpan("probe")).IsSampled(); time.Sleep(10 * time.Millisecond) {
		if time.Since(begin) > 20*time.Second {
			must(errors.New("no sampling strategy came"))
		}
	}
	parent := tracer.StartSpan("GET /cart", opentracing.StartTime(start), ext.SpanKindRPCServer,
		opentracing.Tags{"text": "caf\u00e9 <b>", "yes": true, "big": int64(-9007199254740993), "ratio": 0.1,
			"bytes": []byte{0, 255}})
	parent.SetBaggageItem("user", "42")
	child := tracer.StartSpan("SELECT", opentracing.StartTime(at(10)), ext.SpanKindRPCClient,
		opentracing.ChildOf(parent.Context()), opentracing.FollowsFrom(jaeger.NewSpanContext(
			jaeger.TraceID{High: 0x0102030405060708, Low: 0x090a0b0c0d0e0f10}, 0x0102030405060708, 0, true, nil)))
	ext.Error.Set(child, true)
	child.FinishWithOptions(opentracing.FinishOptions{FinishTime: at(40), LogRecords: []opentracing.LogRecord{{
		Timestamp: at(20), Fields: []log.Field{log.String("event", "retry"), log.Int("count", 2)}}}})
	parent.FinishWithOptions(opentracing.FinishOptions{FinishTime: at(100)})
	must(closer.Close())
	fmt.Println(ids(parent).TraceID(), ids(parent).SpanID(), ids(child).SpanID())
}

func main() {
	kind, where := os.Args[1], os.Args[2]
	always := config.SamplerConfig{Type: "const", Param: 1}
	switch kind {
	case "zipkin-json":
		byZipkin(where, reporter.JSONSerializer{})
	case "zipkin-proto":
		byZipkin(where, zipkin_proto3.SpanSerializer{})
	case "otel-zipkin":
		byOpenTelemetry(where)
	case "jaeger-collector":
		byJaeger("go-"+kind, always, config.ReporterConfig{CollectorEndpoint: where})
	case "jaeger-agent":
		byJaeger("go-"+kind, always, config.ReporterConfig{LocalAgentHostPort: where})
	case "jaeger-sampled":
		byJaeger("go-"+kind, config.SamplerConfig{Type: "remote", SamplingServerURL: os.Args[3],
			SamplingRefreshInterval: 20 * time.Millisecond},
			config.ReporterConfig{CollectorEndpoint: where})
	}
}
