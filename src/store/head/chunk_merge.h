// Merges chunks of the head, so that many requests of one span each do not make a head of as many
// chunks: memory and the work of a scan go by rows then. Pure functions.
#pragma once

#include <span>
#include <vector>

#include "store/columns/chunk.h"

namespace spanhound::store {

// Chunks below these many rows are merged once this many of their tier came together. A row is
// copied at most once a tier. Batches of exporters (512 spans by default) are not copied at all:
// a head of a few hundred chunks scans as fast as one of ten.
inline constexpr size_t kTierRowsMax[] = {16, 256};
inline constexpr size_t kMergedAtOnce = 64;

// Positions of chunks of one tenant, table and tier that should be merged; none: nothing to do.
std::vector<size_t> ChooseMerge(std::span<const ChunkPtr> chunks);

// All rows of `chunks` (same tenant and table) in one that owns its bytes.
Result<ChunkPtr> MergeChunks(std::span<const ChunkPtr> chunks);

}  // namespace spanhound::store
