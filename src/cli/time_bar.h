// One span's bar on the time axis of its trace. Solid where the span itself was busy, a thin line
// where it only waited for its children. Pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace spanhound::cli {

struct TimeAxis {
  int64_t start_micros = 0;
  int64_t duration_micros = 1;
  size_t columns = 0;
};

// Exactly axis.columns wide; at least one mark, however short the span. `child_time` is sorted and
// disjoint.
std::string TimeBar(const TimeAxis& axis, int64_t start_micros, int64_t duration_micros,
                    const std::vector<std::pair<int64_t, int64_t>>& child_time);

}  // namespace spanhound::cli
