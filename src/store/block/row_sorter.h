// The order of rows in a block: traces by their start, the spans of a trace together by start;
// logs by time. Data of one time lies together, so newest-first reads the end, and like follows
// like, so it compresses. Pure functions.
#pragma once

#include <span>
#include <vector>

#include "store/columns/chunk.h"
#include "store/columns/gather.h"

namespace spanhound::store {

// All rows of the chunks (one table); RowRef::source indexes `chunks`.
std::vector<RowRef> SortRows(std::span<const ChunkPtr> chunks);

// A trace longer than this many row groups' worth is cut in between.
inline constexpr size_t kTargetsPerGroupMax = 4;

// Where row groups end: after about `target_rows`, between two traces if possible. `trace_ids` in
// the sorted order.
std::vector<size_t> CutRowGroups(const std::vector<model::TraceId>& trace_ids, size_t target_rows);

}  // namespace spanhound::store
