// The spans of a trace as the lines of a tree, parents before children, siblings by start time.
// Works for whatever was sent: spans whose parent is missing stand at the top, loops are cut.
// Pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cli/trace_view.h"

namespace spanhound::cli {

// Deeper spans are drawn at this level: more would leave no room for their names.
inline constexpr size_t kTreeLevelsMax = 20;

struct TreeLine {
  size_t span = 0;             // index into TraceView::spans
  std::string branch;          // what stands before its name: "│  ├─ "
  std::string below;           // what stands before lines that belong to it: "│  │  "
  bool misses_parent = false;  // it names one that is not there
  // When its children run, in microseconds since 1970: sorted, disjoint, half open.
  std::vector<std::pair<int64_t, int64_t>> child_time;
};

std::vector<TreeLine> LayOutTree(const TraceView& trace);

}  // namespace spanhound::cli
