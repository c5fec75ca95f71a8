// Merges blocks of one tenant and table into one: the spans of a trace that lay in several blocks
// come together, and spans that are the same in every stored field (a client's retry) are kept
// once. Log records are never dropped: two equal lines are two events. One thread.
#pragma once

#include <atomic>
#include <span>

#include "base/file.h"
#include "store/block/block_reader.h"
#include "store/block/block_writer.h"

namespace spanhound::store {

// `blocks`: at least one. Looks at `cancelled` often and then returns CANCELLED. DATA_LOSS names a
// damaged block. The caller creates the file and syncs it and its directory.
Result<BlockSummary> MergeBlocks(WritableFile& file, std::span<const BlockPtr> blocks,
                                 size_t row_group_rows, const std::atomic<bool>& cancelled);

}  // namespace spanhound::store
