// Decoding as the doors do it: one request of 512 spans, as a busy SDK sends them, per iteration.
#include <benchmark/benchmark.h>

#include <string>

#include "model/semantic_names.h"
#include "wire/otlp/otlp.h"
#include "wire/testing/sample_batches.h"

namespace spanhound::wire {
namespace {

constexpr size_t kSpanCount = 512;

// HTTP server spans with ten attributes, every tenth with an event: about 340 bytes each.
model::SpanBatch TypicalBatch() {
  using model::AttributeValue;
  model::SpanBatch batch;
  Arena& arena = batch.memory.arena();
  const model::Attribute service[] = {{model::kServiceName, AttributeValue::String("checkout")},
                                      {"service.version", AttributeValue::String("1.4.2")},
                                      {"host.name", AttributeValue::String("node-17")}};
  batch.resources.push_back({InArena(arena, service), 0, ""});
  model::Scope& scope = batch.scopes.emplace_back();
  scope.name = "net/http";
  scope.version = "0.50.0";
  for (size_t i = 0; i < kSpanCount; ++i) {
    const std::string path = "/api/v1/orders/" + std::to_string(i);
    const model::Attribute attributes[] = {
        {"http.request.method", AttributeValue::String("GET")},
        {"url.path", AttributeValue::String(arena.Copy(path))},
        {"http.route", AttributeValue::String("/api/v1/orders/{id}")},
        {"http.response.status_code", AttributeValue::Int(200)},
        {"server.address", AttributeValue::String("checkout.internal")},
        {"server.port", AttributeValue::Int(8443)},
        {"network.peer.address", AttributeValue::String("10.17.3.44")},
        {"user_agent.original", AttributeValue::String("curl/8.5.0")},
        {"sampled.ratio", AttributeValue::Double(0.25)},
        {"cache.hit", AttributeValue::Bool(true)}};
    const model::SpanEvent events[] = {{1'700'000'000'000'000'500 + i, "cache refilled", {}, 0}};
    model::Span& span = batch.spans.emplace_back();
    span.trace_id = SampleTraceId(i / 8);
    span.span_id = SampleSpanId(i + 1);
    if (i % 8 != 0) span.parent_span_id = SampleSpanId(i);
    span.kind = model::SpanKind::kServer;
    span.flags = 0x101;
    span.start_unix_nanos = 1'700'000'000'000'000'000 + i;
    span.end_unix_nanos = span.start_unix_nanos + 1'000'000;
    span.name = "GET /api/v1/orders/{id}";
    span.attributes = InArena(arena, attributes);
    if (i % 10 == 0) span.events = InArena(arena, events);
  }
  return batch;
}

void DecodeTraces(benchmark::State& state) {
  const std::string request = EncodeOtlpTraces(TypicalBatch());
  for (auto _ : state) {
    state.PauseTiming();
    std::string bytes = request;  // the door hands over its own copy
    state.ResumeTiming();
    auto decoded = DecodeOtlpTraces(std::move(bytes), {});
    benchmark::DoNotOptimize(decoded);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kSpanCount));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(request.size()));
}
BENCHMARK(DecodeTraces);

void EncodeTraces(benchmark::State& state) {
  const model::SpanBatch batch = TypicalBatch();
  for (auto _ : state) benchmark::DoNotOptimize(EncodeOtlpTraces(batch));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kSpanCount));
}
BENCHMARK(EncodeTraces);

}  // namespace
}  // namespace spanhound::wire
