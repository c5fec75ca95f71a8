// Which blocks to merge next. Time is cut into windows, and a block belongs to the window of its
// newest row; only blocks of one window, tenant and table are merged, so that age still drops whole
// blocks at the right time. In a window, runs of neighbours in time are merged once they are eight
// and none of them has more than half of the rows. So parts of a trace, which come shortly after
// each other, meet, and a row is rewritten only when its block at least doubles: of flushes of
// about one size, when it grows eightfold. What such runs leave is merged when the window is over
// and nothing came into it for a while: two blocks are enough then. Pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "store/manifest/manifest.h"

namespace spanhound::store {

// A block is dropped when its newest row is too old: its window is what age may be late by.
uint64_t CompactionWindowNanos(std::optional<uint64_t> retention_age_nanos);

struct CompactionLimits {
  // An output has at most these many rows and about as many bytes; an input at most half of them,
  // else there is little left to win.
  uint64_t rows_max = 2'000'000;
  uint64_t bytes_max = 1u << 30;
  uint32_t inputs_min = 8;  // 2 in a settled window
  // Every input keeps a row group in memory while it is merged.
  uint32_t inputs_max = 32;
  // A window is settled when it is over and nothing came into it for this long.
  uint64_t settling_nanos = 3'600'000'000'000;
  std::function<uint64_t(std::string_view tenant)> window_nanos;
};

// Positions in `blocks` of those to merge into one, or none.
std::vector<size_t> PlanCompaction(std::span<const BlockEntry> blocks,
                                   const CompactionLimits& limits, uint64_t now_unix_nanos);

}  // namespace spanhound::store
