// Presence: which rows of a row group have a value in some column. Written as nothing (all rows), a
// bitmap, or gaps between rows in Rice's code, whichever is shortest: a key that every ninth row
// has costs half a bit a row. docs/format/block.md has the bytes. Pure functions.
#pragma once

#include <bit>
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

// The same as bits, for single rows.
class PresenceBits {
 public:
  PresenceBits() = default;
  // `rows`: ascending, below `row_count`.
  PresenceBits(std::span<const uint32_t> rows, size_t row_count);

  bool empty() const { return words_.empty(); }
  bool Has(uint32_t row) const { return (words_[row / 64] >> (row % 64) & 1) != 0; }
  // How many rows before this one have a value.
  size_t CountBefore(uint32_t row) const {
    const uint64_t before = words_[row / 64] & ((uint64_t{1} << (row % 64)) - 1);
    return counts_[row / 64] + static_cast<size_t>(std::popcount(before));
  }
  uint64_t allocated_bytes() const {
    return words_.capacity() * sizeof(uint64_t) + counts_.capacity() * sizeof(uint32_t);
  }

 private:
  std::vector<uint64_t> words_;
  std::vector<uint32_t> counts_;  // of the words before
};

}  // namespace spanhound::store
