// From configuration to running pipelines: sampler, provider, exporter.
#pragma once

#include <opentelemetry/logs/logger_provider.h>

#include <memory>
#include <vector>

#include "config.h"
#include "export_pipeline.h"
#include "resource.h"
#include "tracer.h"

namespace spanhound::sdk {

Resource MakeResource(const Config& config, const Environment& environment);

// One for each exporter that leaves the process; none for console and none.
using Exports = std::vector<std::shared_ptr<ExportPipeline>>;

struct TracePipeline {
  std::shared_ptr<StoppableTracerProvider> provider;
  Exports exporting;
};
TracePipeline MakeTracePipeline(const Config& config, const Resource& resource);

// The provider is null when logs are not exported.
struct LogPipeline {
  std::shared_ptr<opentelemetry::logs::LoggerProvider> provider;
  Exports exporting;
};
LogPipeline MakeLogPipeline(const Config& config, const Resource& resource);

}  // namespace spanhound::sdk
