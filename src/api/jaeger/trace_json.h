// Traces as Jaeger's v1 JSON, by the published mapping from OpenTelemetry to Jaeger. Times are cut
// to microseconds. Pure functions.
#pragma once

#include <span>

#include "base/json_writer.h"
#include "query/query.h"

namespace spanhound::api {

struct TraceJsonOptions {
  // As stored: without separating shared ids, sorting process tags and log fields, dotting
  // addresses and warning about missing parents.
  bool raw = false;
};

// An array of them.
void WriteTracesJson(JsonWriter& json, std::span<const query::Trace> traces,
                     TraceJsonOptions options = {});

}  // namespace spanhound::api
