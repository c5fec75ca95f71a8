// From configuration to running pipelines: sampler, provider, exporter.
#pragma once

#include <opentelemetry/logs/logger_provider.h>

#include <memory>

#include "config.h"
#include "export_pipeline.h"
#include "resource.h"
#include "tracer.h"

namespace spanhound::sdk {

Resource MakeResource(const Config& config, const Environment& environment);

// The export is null when nothing leaves the process (console, none).
struct TracePipeline {
  std::shared_ptr<StoppableTracerProvider> provider;
  std::shared_ptr<ExportPipeline> exporting;
};
TracePipeline MakeTracePipeline(const Config& config, const Resource& resource);

// Both are null when logs are not exported.
struct LogPipeline {
  std::shared_ptr<opentelemetry::logs::LoggerProvider> provider;
  std::shared_ptr<ExportPipeline> exporting;
};
LogPipeline MakeLogPipeline(const Config& config, const Resource& resource);

}  // namespace spanhound::sdk
