// The order of rows in a block: traces by their start, the spans of a trace together by start;
// logs by time. Data of one time lies together, so newest-first reads the end, and like follows
// like, so it compresses. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "store/block/row_table.h"

namespace spanhound::store {

// All rows of the table.
std::vector<uint32_t> OrderRows(const RowTable& rows);

// A trace longer than this many row groups' worth is cut in between.
inline constexpr size_t kTargetsPerGroupMax = 4;

// Where row groups end: after about `target_rows`, between two traces if possible. `order` as made
// by OrderRows.
std::vector<size_t> CutRowGroups(const std::vector<model::TraceId>& trace_ids,
                                 std::span<const uint32_t> order, size_t target_rows);

}  // namespace spanhound::store
