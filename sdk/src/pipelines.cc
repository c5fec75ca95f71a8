#include "pipelines.h"

#include <opentelemetry/sdk/trace/samplers/parent.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "console_sink.h"
#include "ratio_sampler.h"
#include "record_logger.h"
#include "remote_sampler.h"

namespace spanhound::sdk {
namespace {

namespace sdk_trace = opentelemetry::sdk::trace;

std::unique_ptr<sdk_trace::Sampler> MakeSampler(const Config& config) {
  std::unique_ptr<sdk_trace::Sampler> sampler;
  switch (config.sampler.kind) {
    case SamplerKind::kAlwaysOn: sampler = std::make_unique<RatioSampler>(1); break;
    case SamplerKind::kAlwaysOff: sampler = std::make_unique<RatioSampler>(0); break;
    case SamplerKind::kRatio: sampler = std::make_unique<RatioSampler>(config.sampler.ratio); break;
    case SamplerKind::kJaegerRemote:
      sampler = MakeRemoteSampler({.service = config.service_name,
                                   .endpoint = config.sampler.endpoint,
                                   .polling_interval = config.sampler.polling_interval,
                                   .initial_ratio = config.sampler.ratio});
      break;
  }
  if (!config.sampler.parent_based) return sampler;
  return std::make_unique<sdk_trace::ParentBasedSampler>(std::move(sampler));
}

bool LeavesProcess(Exporter exporter) {
  return exporter != Exporter::kConsole && exporter != Exporter::kNone;
}

// Every record to each of them. Of none: for spans that nobody wants.
class Sinks : public RecordSink {
 public:
  explicit Sinks(std::vector<std::shared_ptr<RecordSink>> sinks) : sinks_(std::move(sinks)) {}

  void Add(const EncodedRecord& record) noexcept override {
    for (const auto& each : sinks_) each->Add(record);
  }

  bool Flush(std::uint64_t microseconds) noexcept override {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    bool all = true;
    for (const auto& each : sinks_) {
      const auto passed = static_cast<std::uint64_t>(
          std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count());
      all &= each->Flush(microseconds - std::min(passed, microseconds));
    }
    return all;
  }

 private:
  const std::vector<std::shared_ptr<RecordSink>> sinks_;
};

// The sink behind a provider; those that leave the process are also put into `exports`.
std::shared_ptr<RecordSink> MakeSink(Signal signal, const SignalConfig& first,
                                     const std::vector<SignalConfig>& more,
                                     const Resource& resource, Exports* exports) {
  std::vector<std::shared_ptr<RecordSink>> sinks;
  const auto add = [&](const SignalConfig& config) {
    if (LeavesProcess(config.exporter)) {
      exports->push_back(std::make_shared<ExportPipeline>(signal, config, resource));
      sinks.push_back(exports->back());
    } else if (config.exporter == Exporter::kConsole && signal == Signal::kSpans) {
      sinks.push_back(MakeConsoleSink());  // log lines have a way of their own to stdout
    }
  };
  add(first);
  for (const SignalConfig& each : more) add(each);
  return sinks.size() == 1 ? sinks.front() : std::make_shared<Sinks>(std::move(sinks));
}

}  // namespace

Resource MakeResource(const Config& config, const Environment& environment) {
  Resource resource = DetectResource(environment);
  for (const auto& [key, value] : config.resource) resource.texts[key] = value;
  resource.instance_is_told = config.resource.count("service.instance.id") > 0;
  resource.texts["service.name"] = config.service_name;
  if (!config.service_version.empty()) resource.texts["service.version"] = config.service_version;
  return resource;
}

TracePipeline MakeTracePipeline(const Config& config, const Resource& resource) {
  TracePipeline pipeline;
  auto sink =
      MakeSink(Signal::kSpans, config.traces, config.more_traces, resource, &pipeline.exporting);
  pipeline.provider = MakeTracerProvider(
      {.sampler = MakeSampler(config), .limits = config.span_limits, .sink = std::move(sink)});
  return pipeline;
}

LogPipeline MakeLogPipeline(const Config& config, const Resource& resource) {
  LogPipeline pipeline;
  auto sink =
      MakeSink(Signal::kLogRecords, config.logs, config.more_logs, resource, &pipeline.exporting);
  if (pipeline.exporting.empty()) return pipeline;
  pipeline.provider = MakeLoggerProvider(config.log_limits, std::move(sink));
  return pipeline;
}

}  // namespace spanhound::sdk
