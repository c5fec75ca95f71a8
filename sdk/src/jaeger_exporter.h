// Exports spans to backends and collectors of the time before OTLP: a Jaeger Thrift batch per
// request, POST to :14268/api/traces. opentelemetry-cpp dropped its own Jaeger exporter in 1.10.
#pragma once

#include <opentelemetry/sdk/trace/exporter.h>

#include <cstddef>
#include <memory>

#include "delivery.h"

namespace spanhound::sdk {

std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> MakeJaegerExporter(
    std::shared_ptr<Delivery> delivery, std::size_t max_batch_size);

}  // namespace spanhound::sdk
