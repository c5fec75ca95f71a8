// Exporters that serialize OTLP requests and hand them to a Delivery; HTTP or gRPC is the
// transport's matter. They replace the packaged ones, whose requests cannot be interrupted.
#pragma once

#include <opentelemetry/sdk/logs/exporter.h>
#include <opentelemetry/sdk/trace/exporter.h>

#include <cstddef>
#include <memory>

#include "delivery.h"

namespace spanhound::sdk {

std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> MakeOtlpSpanExporter(
    std::shared_ptr<Delivery> delivery, std::size_t max_batch_size);

std::unique_ptr<opentelemetry::sdk::logs::LogRecordExporter> MakeOtlpLogExporter(
    std::shared_ptr<Delivery> delivery, std::size_t max_batch_size);

}  // namespace spanhound::sdk
