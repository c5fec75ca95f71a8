// Traces as Jaeger's v1 JSON (jaeger_trace.h). Times are cut to microseconds. Pure functions.
#pragma once

#include <span>

#include "api/jaeger/jaeger_trace.h"
#include "base/json_writer.h"
#include "query/query.h"

namespace spanhound::api {

// An array of them.
void WriteTracesJson(JsonWriter& json, std::span<const query::Trace> traces,
                     JaegerTraceOptions options = {});

}  // namespace spanhound::api
