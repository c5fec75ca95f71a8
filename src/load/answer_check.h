// What is wrong with an answer of the HTTP query API; "" when nothing is. Answers are searched for
// what they must hold, not parsed: that is as sure, and cheap. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash_map.h"
#include "model/ids.h"

namespace spanhound::load {

// Exactly these traces, in this order, whole or as summaries.
std::string CheckFoundTraces(std::string_view body, const std::vector<model::TraceId>& expected);
// This trace alone, with so many spans, in Jaeger's JSON.
std::string CheckTrace(std::string_view body, const model::TraceId& trace_id, size_t span_count);
// Every service with its count, and no other.
std::string CheckSpanCounts(std::string_view body, const StringMap<uint64_t>& expected);

}  // namespace spanhound::load
