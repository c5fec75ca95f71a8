#include "pipelines.h"

#include <opentelemetry/sdk/logs/batch_log_record_processor.h>
#include <opentelemetry/sdk/trace/batch_span_processor.h>
#include <opentelemetry/sdk/trace/samplers/always_off.h>
#include <opentelemetry/sdk/trace/samplers/always_on.h>
#include <opentelemetry/sdk/trace/samplers/parent.h>
#include <opentelemetry/sdk/trace/simple_processor.h>
#include <unistd.h>

#include <vector>

#include "console_exporter.h"
#include "host.h"
#include "jaeger_exporter.h"
#include "otlp_exporter.h"
#include "parent_index.h"
#include "ratio_sampler.h"
#include "sdk_version.h"
#include "transport.h"

namespace spanhound::sdk {
namespace {

namespace resource = opentelemetry::sdk::resource;
namespace sdk_logs = opentelemetry::sdk::logs;
namespace sdk_trace = opentelemetry::sdk::trace;

constexpr char kTraceMethod[] = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
constexpr char kLogsMethod[] = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

std::unique_ptr<sdk_trace::Sampler> MakeSampler(const SamplerConfig& config) {
  std::unique_ptr<sdk_trace::Sampler> sampler;
  switch (config.kind) {
    case SamplerKind::kAlwaysOn: sampler = std::make_unique<sdk_trace::AlwaysOnSampler>(); break;
    case SamplerKind::kAlwaysOff: sampler = std::make_unique<sdk_trace::AlwaysOffSampler>(); break;
    case SamplerKind::kRatio: sampler = std::make_unique<RatioSampler>(config.ratio); break;
  }
  if (!config.parent_based) return sampler;
  return std::make_unique<sdk_trace::ParentBasedSampler>(std::move(sampler));
}

std::unique_ptr<Transport> MakeTransport(const SignalConfig& config, const char* grpc_method) {
  if (config.exporter == Exporter::kOtlpGrpc) {
    return MakeGrpcTransport(config.endpoint, grpc_method);
  }
  const bool thrift = config.exporter == Exporter::kJaeger;
  return MakeHttpTransport(config.endpoint,
                           thrift ? "application/x-thrift" : "application/x-protobuf");
}

std::shared_ptr<Delivery> MakeDelivery(const SignalConfig& config, const std::string& signal,
                                       const char* grpc_method, std::shared_ptr<StopSignal> stop) {
  return std::make_shared<Delivery>(Delivery::Settings{.signal = signal,
                                                       .timeout = config.timeout,
                                                       .stop = std::move(stop),
                                                       .errors = &TelemetryErrors()},
                                    MakeTransport(config, grpc_method));
}

bool LeavesProcess(Exporter exporter) {
  return exporter != Exporter::kConsole && exporter != Exporter::kNone;
}

std::unique_ptr<sdk_trace::SpanProcessor> MakeBatcher(const SignalConfig& config,
                                                      std::shared_ptr<Delivery> delivery) {
  sdk_trace::BatchSpanProcessorOptions options;
  options.max_queue_size = config.batch.max_queue_size;
  options.max_export_batch_size = config.batch.max_export_batch_size;
  options.schedule_delay_millis = config.batch.schedule_delay;
  const std::size_t size = config.batch.max_export_batch_size;
  auto exporter = config.exporter == Exporter::kJaeger
                      ? MakeJaegerExporter(std::move(delivery), size)
                      : MakeOtlpSpanExporter(std::move(delivery), size);
  return std::make_unique<sdk_trace::BatchSpanProcessor>(std::move(exporter), options);
}

}  // namespace

resource::Resource MakeResource(const Config& config) {
  resource::ResourceAttributes attributes;
  for (const auto& [key, value] : HostAttributes()) attributes[key] = value;
  for (const auto& [key, value] : ProcessAttributes()) attributes[key] = value;
  attributes["process.pid"] = static_cast<std::int64_t>(getpid());
  attributes["service.instance.id"] = RandomUuid();
  attributes["telemetry.distro.name"] = std::string("spanhound");
  attributes["telemetry.distro.version"] = std::string(kSdkVersion);
  for (const auto& [key, value] : config.resource) attributes[key] = value;
  attributes["service.name"] = config.service_name;
  if (!config.service_version.empty()) attributes["service.version"] = config.service_version;
  return resource::Resource::Create(attributes);
}

TracePipeline MakeTracePipeline(const Config& config, const resource::Resource& resource,
                                std::shared_ptr<StopSignal> stop) {
  TracePipeline pipeline;
  std::vector<std::unique_ptr<sdk_trace::SpanProcessor>> processors;
  processors.push_back(MakeParentIndexProcessor());
  if (LeavesProcess(config.traces.exporter)) {
    pipeline.delivery = MakeDelivery(config.traces, "spans", kTraceMethod, std::move(stop));
    processors.push_back(MakeBatcher(config.traces, pipeline.delivery));
  } else if (config.traces.exporter == Exporter::kConsole) {
    processors.push_back(std::make_unique<sdk_trace::SimpleSpanProcessor>(MakeConsoleExporter()));
  }
  pipeline.provider = std::make_shared<sdk_trace::TracerProvider>(std::move(processors), resource,
                                                                  MakeSampler(config.sampler));
  return pipeline;
}

LogPipeline MakeLogPipeline(const Config& config, const resource::Resource& resource,
                            std::shared_ptr<StopSignal> stop) {
  LogPipeline pipeline;
  if (!LeavesProcess(config.logs.exporter)) return pipeline;
  const BatchConfig& batch = config.logs.batch;
  pipeline.delivery = MakeDelivery(config.logs, "log records", kLogsMethod, std::move(stop));
  auto processor = std::make_unique<sdk_logs::BatchLogRecordProcessor>(
      MakeOtlpLogExporter(pipeline.delivery, batch.max_export_batch_size), batch.max_queue_size,
      batch.schedule_delay, batch.max_export_batch_size);
  pipeline.provider = std::make_shared<sdk_logs::LoggerProvider>(std::move(processor), resource);
  return pipeline;
}

}  // namespace spanhound::sdk
