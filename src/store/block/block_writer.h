// Writes chunks of one tenant and table as a block file. The caller creates the file and syncs it
// and its directory. One thread.
#pragma once

#include <span>

#include "base/file.h"
#include "store/columns/chunk.h"

namespace spanhound::store {

// Rows of a row group: enough to compress well, few enough that reading one trace, which decodes
// whole groups, stays in the milliseconds.
inline constexpr size_t kRowGroupRows = 8192;

struct BlockSummary {
  uint64_t row_count = 0;
  RowBounds bounds;
  uint64_t file_bytes = 0;
};

// `chunks`: at least one row.
Result<BlockSummary> WriteBlock(WritableFile& file, std::span<const ChunkPtr> chunks,
                                size_t row_group_rows = kRowGroupRows);

}  // namespace spanhound::store
