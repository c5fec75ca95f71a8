#include "grpc_cost.h"

#include <httplib.h>
#include <opentelemetry/context/propagation/global_propagator.h>
#include <opentelemetry/exporters/otlp/otlp_http_exporter.h>
#include <opentelemetry/sdk/trace/batch_span_processor.h>
#include <opentelemetry/sdk/trace/samplers/always_on.h>
#include <opentelemetry/sdk/trace/tracer_provider.h>
#include <opentelemetry/trace/provider.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "export_pipeline.h"
#include "grpc_calls.h"
#include "propagators.h"
#include "ratio_sampler.h"
#include "tracer.h"

namespace spanhound::sdk {
namespace {

namespace otlp = opentelemetry::exporter::otlp;
namespace propagation = opentelemetry::context::propagation;
namespace sdk_trace = opentelemetry::sdk::trace;
namespace trace = opentelemetry::trace;
using SharedProvider = std::shared_ptr<trace::TracerProvider>;

constexpr std::size_t kQueueSpans = 1 << 16;  // so that neither gets cheap by dropping spans

// Takes every request and forgets it.
class Backend {
 public:
  Backend() {
    server_.Post("/v1/traces", [](const httplib::Request&, httplib::Response& response) {
      response.status = 200;
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~Backend() {
    server_.stop();
    thread_.join();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1/traces"; }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

// The kit as Setup puts it together.
struct Kit {
  explicit Kit(const std::string& url) {
    SignalConfig config;
    config.endpoint.url = url;
    config.batch.max_queue_size = kQueueSpans;
    exporting = std::make_shared<ExportPipeline>(Signal::kSpans, config, Resource());
    provider = MakeTracerProvider(
        {.sampler = std::make_unique<RatioSampler>(1), .limits = {}, .sink = exporting});
  }
  ~Kit() { exporting->StopBy(StopSignal::Clock::now() + std::chrono::seconds(5)); }

  std::shared_ptr<ExportPipeline> exporting;
  SharedProvider provider;
};

SharedProvider Packaged(const std::string& url) {
  sdk_trace::BatchSpanProcessorOptions options;
  options.max_queue_size = kQueueSpans;
  otlp::OtlpHttpExporterOptions http;
  http.url = url;
  return std::make_shared<sdk_trace::TracerProvider>(
      std::make_unique<sdk_trace::BatchSpanProcessor>(
          std::make_unique<otlp::OtlpHttpExporter>(http), options),
      opentelemetry::sdk::resource::Resource::Create({}),
      std::make_unique<sdk_trace::AlwaysOnSampler>());
}

void Use(const SharedProvider& provider) {
  propagation::GlobalTextMapPropagator::SetGlobalPropagator(
      MakePropagator({"tracecontext", "baggage"}));
  trace::Provider::SetTracerProvider(
      opentelemetry::nostd::shared_ptr<trace::TracerProvider>(provider));
}

double Median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

struct Rounds {
  void Add(GrpcCalls::Rate rate) {
    per_second.push_back(rate.per_second);
    cpu_us.push_back(rate.cpu_us);
  }

  std::vector<double> per_second, cpu_us;
};

}  // namespace

void MeasureGrpc(int rounds, std::chrono::milliseconds time) {
  Backend backend;
  const Kit kit(backend.url());
  const SharedProvider packaged = Packaged(backend.url());
  GrpcCalls plain(Interceptors::kNone), idle(Interceptors::kIdle), traced(Interceptors::kTracing);
  Rounds without, with_idle, with_kit, with_packaged;
  for (int i = 0; i < rounds; ++i) {
    without.Add(plain.Measure(time));
    with_idle.Add(idle.Measure(time));
    Use(kit.provider);
    with_kit.Add(traced.Measure(time));
    Use(packaged);
    with_packaged.Add(traced.Measure(time));
  }
  std::printf(
      "  \"grpc_unary\": {\"plain_per_s\": %.0f, \"idle_per_s\": %.0f, \"kit_per_s\": %.0f, "
      "\"packaged_per_s\": %.0f, "
      "\"plain_cpu_us\": %.1f, \"idle_cpu_us\": %.1f, \"kit_cpu_us\": %.1f, \"packaged_cpu_us\": "
      "%.1f, "
      "\"kit_spans_dropped\": %llu}\n",
      Median(without.per_second), Median(with_idle.per_second), Median(with_kit.per_second),
      Median(with_packaged.per_second), Median(without.cpu_us), Median(with_idle.cpu_us),
      Median(with_kit.cpu_us), Median(with_packaged.cpu_us),
      static_cast<unsigned long long>(kit.exporting->counts().dropped));
}

bool CallOnly(std::string_view who, int calls) {
  Backend backend;
  const Kit kit(backend.url());
  auto interceptors = Interceptors::kTracing;
  if (who == "packaged") {
    Use(Packaged(backend.url()));
  } else if (who == "kit") {
    Use(kit.provider);
  } else if (who == "plain" || who == "idle") {
    interceptors = who == "idle" ? Interceptors::kIdle : Interceptors::kNone;
  } else {
    return false;
  }
  GrpcCalls(interceptors).Call(calls);
  return true;
}

}  // namespace spanhound::sdk
