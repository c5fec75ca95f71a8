// How spans of HTTP requests end, on either side: status, error and duration by the conventions.
#pragma once

#include <opentelemetry/context/context.h>
#include <opentelemetry/trace/span.h>

#include <chrono>
#include <string_view>
#include <vector>

#include "duration_metric.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {

struct HttpOutcome {
  unsigned status_code = 0;     // 0: there was no response
  std::string_view error_type;  // "": no error
  std::string_view message;     // of the error
};

// Ends the span and measures it. `measured`: the attributes of the metric but for the outcome's.
void EndHttpSpan(opentelemetry::trace::Span& span, const opentelemetry::context::Context& context,
                 const HttpOutcome& outcome, DurationMetric& duration,
                 std::chrono::steady_clock::time_point start, std::vector<Attribute> measured);

}  // namespace spanhound::sdk
