// Ids as Jaeger's API reads and writes them. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "model/ids.h"

namespace spanhound::api {

// 1 to 32 hexadecimal digits, leading zeros optional; false for anything else, zero included.
bool ParseTraceId(std::string_view text, model::TraceId* trace_id);
// 1 to 16.
bool ParseSpanId(std::string_view text, model::SpanId* span_id);

// 16 digits if the high half is zero, else 32.
std::string TraceIdText(const model::TraceId& trace_id);

}  // namespace spanhound::api
