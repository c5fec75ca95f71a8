// In which order a merge takes rows from its blocks: as runs of neighbours, traces by their start
// over all blocks, the runs of one trace one behind the other; log records one by one.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "store/block/block_reader.h"

namespace spanhound::store {

// Rows of one row group that come together.
struct MergeRun {
  uint32_t block = 0;
  uint32_t group = 0;
  uint32_t first = 0;  // rows of the group
  uint32_t end = 0;
  bool joins = false;  // belongs to the trace of the run before
};

// CANCELLED once `cancelled` is set. Takes about 48 bytes a trace of a block, or a log record.
Result<std::vector<MergeRun>> OrderMerge(std::span<const BlockPtr> blocks,
                                         const std::atomic<bool>& cancelled);

}  // namespace spanhound::store
