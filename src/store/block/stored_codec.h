// The stored columns of a row group but text, attributes and bodies (those are value columns) <->
// bytes: rows of a table in a given order. docs/format/block.md has the bytes. Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/block/row_table.h"
#include "store/columns/decode_memory.h"

namespace spanhound::store {

// How times stand: in traces, as distances from the row before and, for the first row of a trace,
// from that of the trace before. Not possible where these would be negative.
inline constexpr uint8_t kPlainTimes = 0;
inline constexpr uint8_t kTraceTimes = 1;
// How ends stand: as durations, or as signed ones if some span ends before it starts.
inline constexpr uint8_t kDurations = 0;
inline constexpr uint8_t kSignedDurations = 1;

// Nothing for a column whose cells are all default, or of another kind.
void AppendStored(std::string& out, size_t index, const RowTable& rows,
                  std::span<const uint32_t> order);
RowBounds BoundsOf(const RowTable& rows, std::span<const uint32_t> order);

// The column that must be there before `field` can be decoded, if any.
std::optional<Field> StoredDependency(Table table, Field field);

// Fills (*columns)[index] with `row_count` cells from a section that was written; what it depends
// on is there already. Cells point into `bytes`, the dictionaries and `memory`. False on damaged
// bytes or past the budget.
bool ReadStored(std::string_view bytes, Table table, size_t index, size_t row_count,
                const DecodedDictionaries& dictionaries, DecodeMemory& memory,
                std::vector<ColumnData>* columns);

}  // namespace spanhound::store
