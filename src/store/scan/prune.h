// What a predicate says about all its rows, for skipping whole blocks and row groups: only what
// holds for every matching row counts (the conditions joined by "and" at the top). Pure function.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/columns/chunk.h"
#include "store/scan.h"

namespace spanhound::store {

struct PruneHints {
  // The value is one of these; nothing: any.
  std::optional<std::vector<model::TraceId>> trace_ids;
  std::optional<std::vector<std::string>> services;
  std::optional<std::vector<std::string>> names;
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
