// The kit's own logger provider behind the opentelemetry logs API: records are encoded as OTLP when
// their fields are set, as spans are.
//
// Threads: any; a log record one at a time. Failure: none.
#pragma once

#include <opentelemetry/logs/logger_provider.h>

#include <memory>

#include "encoded_record.h"
#include "span_limits.h"

namespace spanhound::sdk {

std::shared_ptr<opentelemetry::logs::LoggerProvider> MakeLoggerProvider(
    const SpanLimits& limits, std::shared_ptr<RecordSink> sink);

}  // namespace spanhound::sdk
