// Presence: which rows of a row group have a value in some column. Written as nothing (all rows), a
// bitmap, or gaps between rows in Rice's code, whichever is shortest: a key that every ninth row
// has costs half a bit a row. docs/format/block.md has the bytes. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spanhound::store {

void AppendPresence(std::string& out, std::span<const uint32_t> rows, size_t row_count);

// The rows below `row_end` that have a value, ascending: value i is that of rows[i]. What lies
// behind is looked at only if `row_end` is the row count. False on damaged bytes, or if other than
// `value_count` rows are present.
bool ReadPresence(std::string_view bytes, size_t row_count, size_t value_count, size_t row_end,
                  std::vector<uint32_t>* rows);

}  // namespace spanhound::store
