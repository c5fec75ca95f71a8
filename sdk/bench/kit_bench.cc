// What instrumentation costs the service: the kit and the packaged SDK side by side, in one process
// and taking turns, because a shared machine's speed drifts. Prints one JSON object; bench/kit.py
// makes the table of it.
//
//   sdk_bench [--tiny]
//   sdk_bench --grpc plain|idle|kit|packaged CALLS     nothing but these calls, for a profiler
//   sdk_bench --only span|sampled_out|propagation COUNT    the kit's alone, for the same
#include <opentelemetry/context/propagation/text_map_propagator.h>
#include <opentelemetry/exporters/otlp/otlp_recordable.h>
#include <opentelemetry/sdk/trace/batch_span_processor.h>
#include <opentelemetry/sdk/trace/exporter.h>
#include <opentelemetry/sdk/trace/samplers/always_off.h>
#include <opentelemetry/sdk/trace/samplers/always_on.h>
#include <opentelemetry/sdk/trace/samplers/parent.h>
#include <opentelemetry/sdk/trace/tracer_provider.h>
#include <opentelemetry/trace/propagation/http_trace_context.h>
#include <opentelemetry/trace/scope.h>
#include <spdlog/sinks/null_sink.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "allocations.h"
#include "batcher.h"
#include "grpc_cost.h"
#include "line_logger.h"
#include "ratio_sampler.h"
#include "spanhound/propagation.h"
#include "trace_context_propagator.h"
#include "tracer.h"

namespace spanhound::sdk {
namespace {

namespace otlp = opentelemetry::exporter::otlp;
namespace propagation = opentelemetry::context::propagation;
namespace sdk_trace = opentelemetry::sdk::trace;
namespace trace = opentelemetry::trace;
using Clock = std::chrono::steady_clock;
using SharedProvider = std::shared_ptr<trace::TracerProvider>;

constexpr std::size_t kRoundSpans = 2000;     // fit into the queue, so that nothing is exported
constexpr std::size_t kQueueSpans = 1 << 16;  // while the clock runs

// Takes what both packaged OTLP exporters take, and throws it away.
class NowhereExporter : public sdk_trace::SpanExporter {
 public:
  std::unique_ptr<sdk_trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<otlp::OtlpRecordable>();
  }
  opentelemetry::sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<sdk_trace::Recordable>>&) noexcept override {
    return opentelemetry::sdk::common::ExportResult::kSuccess;
  }
  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }
};

class NowhereBatches : public RecordSink {
 public:
  void Add(const EncodedRecord& record) noexcept override { batcher_.Add(record); }
  bool Flush(std::uint64_t microseconds) noexcept override {
    return batcher_.Flush(std::chrono::microseconds(microseconds));
  }

 private:
  Batcher batcher_{{.queue_records_max = kQueueSpans,
                    .batch_records_max = kQueueSpans,
                    .batch_bytes_max = kQueueBytesMax,
                    .delay = std::chrono::hours(1),
                    .export_batch = [](auto) {},
                    .tell_drops = [](auto) {}}};
};

// As Setup makes it.
std::unique_ptr<sdk_trace::Sampler> KitSampler(bool samples) {
  return std::make_unique<sdk_trace::ParentBasedSampler>(
      std::make_unique<RatioSampler>(samples ? 1 : 0));
}

std::unique_ptr<sdk_trace::Sampler> PackagedSampler(bool samples) {
  std::unique_ptr<sdk_trace::Sampler> root = std::make_unique<sdk_trace::AlwaysOnSampler>();
  if (!samples) root = std::make_unique<sdk_trace::AlwaysOffSampler>();
  return std::make_unique<sdk_trace::ParentBasedSampler>(std::move(root));
}

// A provider, and how to empty its queue.
struct Candidate {
  SharedProvider provider;
  std::function<void()> drain;
};

Candidate Kit(bool samples) {
  const auto sink = std::make_shared<NowhereBatches>();
  return {MakeTracerProvider({.sampler = KitSampler(samples), .limits = {}, .sink = sink}),
          [sink] { sink->Flush(10'000'000); }};
}

Candidate Packaged(bool samples) {
  sdk_trace::BatchSpanProcessorOptions options;
  options.max_queue_size = kQueueSpans;
  options.max_export_batch_size = kQueueSpans;
  options.schedule_delay_millis = std::chrono::hours(1);
  const auto provider = std::make_shared<sdk_trace::TracerProvider>(
      std::make_unique<sdk_trace::BatchSpanProcessor>(std::make_unique<NowhereExporter>(), options),
      opentelemetry::sdk::resource::Resource::Create({}), PackagedSampler(samples));
  return {provider, [provider] { provider->ForceFlush(); }};
}

void RecordSpan(trace::Tracer& tracer) {
  const auto span = tracer.StartSpan("GET /users/{id}");
  span->SetAttribute("http.request.method", "GET");
  span->SetAttribute("http.route", "/users/{id}");
  span->SetAttribute("server.address", "api.example");
  span->SetAttribute("http.response.status_code", 200);
  span->SetAttribute("server.port", 8080);
  span->End();
}

// Headers of one name each, as a server has them when it looks for traceparent.
class OneHeader : public propagation::TextMapCarrier {
 public:
  opentelemetry::nostd::string_view Get(
      opentelemetry::nostd::string_view key) const noexcept override {
    return key == "traceparent" ? opentelemetry::nostd::string_view(value_)
                                : opentelemetry::nostd::string_view();
  }
  void Set(opentelemetry::nostd::string_view,
           opentelemetry::nostd::string_view value) noexcept override {
    value_.assign(value.data(), value.size());
  }

 private:
  std::string value_ = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
};

struct Figure {
  std::vector<double> nanoseconds;  // of one operation, in each round
  double allocations = 0;

  double median() {
    std::sort(nanoseconds.begin(), nanoseconds.end());
    return nanoseconds[nanoseconds.size() / 2];
  }
};

void Round(Figure* figure, std::size_t count, const std::function<void()>& operation) {
  const std::uint64_t allocations = AllocationsOfThisThread();
  const auto start = Clock::now();
  for (std::size_t i = 0; i < count; ++i) operation();
  const std::chrono::duration<double, std::nano> time = Clock::now() - start;
  figure->nanoseconds.push_back(time.count() / static_cast<double>(count));
  figure->allocations =
      static_cast<double>(AllocationsOfThisThread() - allocations) / static_cast<double>(count);
}

void Print(const char* name, Figure kit, Figure packaged) {
  std::printf(
      "  \"%s\": {\"kit_ns\": %.0f, \"kit_allocations\": %.2f, \"packaged_ns\": %.0f, "
      "\"packaged_allocations\": %.2f},\n",
      name, kit.median(), kit.allocations, packaged.median(), packaged.allocations);
}

void MeasureSpans(const char* name, bool sampled, int rounds) {
  Candidate kit = Kit(sampled), packaged = Packaged(sampled);
  const auto kit_tracer = kit.provider->GetTracer("bench");
  const auto packaged_tracer = packaged.provider->GetTracer("bench");
  Figure kit_figure, packaged_figure;
  for (int i = 0; i < rounds; ++i) {
    Round(&kit_figure, kRoundSpans, [&] { RecordSpan(*kit_tracer); });
    kit.drain();
    Round(&packaged_figure, kRoundSpans, [&] { RecordSpan(*packaged_tracer); });
    packaged.drain();
  }
  Print(name, std::move(kit_figure), std::move(packaged_figure));
}

void PassOn(propagation::TextMapPropagator& propagator) {
  OneHeader carrier;
  opentelemetry::context::Context empty;
  propagator.Inject(carrier, propagator.Extract(carrier, empty));
}

void MeasurePropagation(int rounds) {
  const auto kit = MakeTraceContextPropagator();
  trace::propagation::HttpTraceContext packaged;
  Figure kit_figure, packaged_figure;
  for (int i = 0; i < rounds; ++i) {
    Round(&kit_figure, kRoundSpans, [&] { PassOn(*kit); });
    Round(&packaged_figure, kRoundSpans, [&] { PassOn(packaged); });
  }
  Print("extract_inject", std::move(kit_figure), std::move(packaged_figure));
}

// A line with the ids of the current span against the same without a span; packaged: there is none.
void MeasureLog(int rounds) {
  const Candidate kit = Kit(true);
  LineLogger logger({"bench", "10.0.0.1", ""}, LogFormat::kJson,
                    {std::make_shared<spdlog::sinks::null_sink_mt>()}, false);
  const auto line = [&] { logger.info("user {} logged in after {} ms", "ada", 17); };
  Figure with_ids, without;
  const auto span = kit.provider->GetTracer("bench")->StartSpan("op");
  for (int i = 0; i < rounds; ++i) {
    Round(&without, kRoundSpans, line);
    const trace::Scope scope(span);
    Round(&with_ids, kRoundSpans, line);
  }
  std::printf("  \"log_line\": {\"with_ids_ns\": %.0f, \"without_ids_ns\": %.0f},\n",
              with_ids.median(), without.median());
}

void MeasureAll(bool tiny) {
  const int rounds = tiny ? 3 : 101;
  std::printf("{\n");
  MeasureSpans("span_5_attributes", true, rounds);
  MeasureSpans("sampled_out", false, rounds);
  MeasurePropagation(rounds);
  MeasureLog(rounds);
  MeasureGrpc(tiny ? 1 : 15, std::chrono::milliseconds(tiny ? 50 : 1000));
  std::printf("}\n");
}

// False: nothing of that name.
bool DoOnly(std::string_view what, int count) {
  std::thread([] {}).join();  // as in any service: from now on references are counted by atomics
  if (what == "propagation") {
    const auto propagator = MakeTraceContextPropagator();
    for (int i = 0; i < count; ++i) PassOn(*propagator);
    return true;
  }
  if (what != "span" && what != "sampled_out") return false;
  const Candidate kit = Kit(what == "span");
  const auto tracer = kit.provider->GetTracer("bench");
  for (int i = 1; i <= count; ++i) {
    RecordSpan(*tracer);
    if (i % static_cast<int>(kRoundSpans) == 0) kit.drain();
  }
  return true;
}

}  // namespace
}  // namespace spanhound::sdk

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--grpc") == 0) {
    return spanhound::sdk::CallOnly(argv[2], std::atoi(argv[3])) ? 0 : 2;
  }
  if (argc == 4 && std::strcmp(argv[1], "--only") == 0) {
    return spanhound::sdk::DoOnly(argv[2], std::atoi(argv[3])) ? 0 : 2;
  }
  spanhound::sdk::MeasureAll(argc > 1 && std::strcmp(argv[1], "--tiny") == 0);
}
