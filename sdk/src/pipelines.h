// From configuration to running pipelines: resource, sampler, processor, exporter, provider.
#pragma once

#include <opentelemetry/sdk/logs/logger_provider.h>
#include <opentelemetry/sdk/resource/resource.h>
#include <opentelemetry/sdk/trace/tracer_provider.h>

#include <memory>

#include "config.h"
#include "delivery.h"
#include "stop_signal.h"

namespace spanhound::sdk {

opentelemetry::sdk::resource::Resource MakeResource(const Config& config);

// The delivery is null when nothing leaves the process (console, none).
struct TracePipeline {
  std::shared_ptr<opentelemetry::sdk::trace::TracerProvider> provider;
  std::shared_ptr<Delivery> delivery;
};
TracePipeline MakeTracePipeline(const Config& config,
                                const opentelemetry::sdk::resource::Resource& resource,
                                std::shared_ptr<StopSignal> stop);

// The provider is null when logs are not exported.
struct LogPipeline {
  std::shared_ptr<opentelemetry::sdk::logs::LoggerProvider> provider;
  std::shared_ptr<Delivery> delivery;
};
LogPipeline MakeLogPipeline(const Config& config,
                            const opentelemetry::sdk::resource::Resource& resource,
                            std::shared_ptr<StopSignal> stop);

}  // namespace spanhound::sdk
