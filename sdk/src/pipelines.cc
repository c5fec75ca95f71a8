#include "pipelines.h"

#include <opentelemetry/sdk/trace/samplers/always_off.h>
#include <opentelemetry/sdk/trace/samplers/always_on.h>
#include <opentelemetry/sdk/trace/samplers/parent.h>

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
    case SamplerKind::kAlwaysOn: sampler = std::make_unique<sdk_trace::AlwaysOnSampler>(); break;
    case SamplerKind::kAlwaysOff: sampler = std::make_unique<sdk_trace::AlwaysOffSampler>(); break;
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

// For spans that nobody wants.
class NowhereSink : public RecordSink {
 public:
  void Add(EncodedRecord) noexcept override {}
  bool Flush(std::uint64_t) noexcept override { return true; }
};

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
  std::shared_ptr<RecordSink> sink;
  if (LeavesProcess(config.traces.exporter)) {
    pipeline.exporting = std::make_shared<ExportPipeline>(Signal::kSpans, config.traces, resource);
    sink = pipeline.exporting;
  } else if (config.traces.exporter == Exporter::kConsole) {
    sink = MakeConsoleSink();
  } else {
    sink = std::make_shared<NowhereSink>();
  }
  pipeline.provider = MakeTracerProvider(
      {.sampler = MakeSampler(config), .limits = config.span_limits, .sink = std::move(sink)});
  return pipeline;
}

LogPipeline MakeLogPipeline(const Config& config, const Resource& resource) {
  LogPipeline pipeline;
  if (!LeavesProcess(config.logs.exporter)) return pipeline;
  pipeline.exporting = std::make_shared<ExportPipeline>(Signal::kLogRecords, config.logs, resource);
  pipeline.provider = MakeLoggerProvider(config.log_limits, pipeline.exporting);
  return pipeline;
}

}  // namespace spanhound::sdk
