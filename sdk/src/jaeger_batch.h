// The Jaeger Thrift form of finished spans: one Batch struct in TBinaryProtocol.
//
// Translation: the OpenTelemetry rules for Jaeger. Attributes are tags, kind is `span.kind`, status
// is `otel.status_code` (+ `error`), events are logs with an `event` field, links are FOLLOWS_FROM
// references, resource attributes are process tags.
#pragma once

#include <opentelemetry/nostd/span.h>
#include <opentelemetry/sdk/trace/recordable.h>

#include <memory>
#include <string>

namespace spanhound::sdk {

using SpanRecords =
    opentelemetry::nostd::span<std::unique_ptr<opentelemetry::sdk::trace::Recordable>>;

// The recordables are SpanData, as the Jaeger exporter makes them.
std::string EncodeJaegerBatch(const SpanRecords& spans);

}  // namespace spanhound::sdk
