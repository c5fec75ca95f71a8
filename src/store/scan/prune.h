// What a predicate says about all its rows, for skipping whole blocks and row groups: only what
// holds for every matching row counts. Pure function.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/columns/chunk.h"
#include "store/scan.h"

namespace spanhound::store {

// The column equals one of the values. kServiceName, kName: texts. kStatusCode: int64.
// kAttribute, kResourceAttribute, kAnyAttribute: texts, meaning model::ToText of the value, of
// whatever type. kAnyAttribute is an attribute of the row itself, its resource, its scope, or any
// of its events or links.
struct ValueHint {
  Column column;
  std::vector<Literal> values;
};

struct PruneHints {
  // The value is one of these; nothing: any.
  std::optional<std::vector<model::TraceId>> trace_ids;
  std::optional<std::vector<std::string>> services;
  std::optional<std::vector<std::string>> names;
  // Of each list at least one holds; `services` and `names` are not repeated here.
  std::vector<std::vector<ValueHint>> any_of;
  uint64_t min_time = 0;
  uint64_t max_time = UINT64_MAX;  // inclusive
  uint64_t min_duration = 0;
  uint64_t max_duration = UINT64_MAX;

  bool MayHold(const RowBounds& bounds) const {
    return bounds.max_time >= min_time && bounds.min_time <= max_time &&
           bounds.max_duration >= min_duration && bounds.min_duration <= max_duration;
  }
};

PruneHints MakePruneHints(const TimeRange& time, const Predicate& predicate);

}  // namespace spanhound::store
