// Presence: which rows of a row group have a value in some column. Written as nothing (all rows), a
// bitmap, or gaps between rows in Rice's code, whichever is shortest: a key that every ninth row
// has costs half a bit a row. docs/format/block.md has the bytes. Values; reading is pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace spanhound::store {

class Presence {
 public:
  // `rows`: ascending, below `row_count`.
  static Presence OfRows(std::span<const uint32_t> rows, size_t row_count);

  bool Has(uint32_t row) const { return (words_[row / 64] >> (row % 64) & 1) != 0; }
  // How many rows before `row` have a value.
  uint32_t RankOf(uint32_t row) const;
  uint32_t count() const { return count_; }

  // The rows that have a value, ascending.
  template <typename Visit>
  void ForEachRow(Visit visit) const {
    for (size_t i = 0; i < words_.size(); ++i) {
      for (uint64_t word = words_[i]; word != 0; word &= word - 1) {
        visit(static_cast<uint32_t>(i * 64 + static_cast<size_t>(__builtin_ctzll(word))));
      }
    }
  }

 private:
  void CountBefore();

  std::vector<uint64_t> words_;
  std::vector<uint32_t> before_;  // values before each word
  uint32_t count_ = 0;
};

void AppendPresence(std::string& out, std::span<const uint32_t> rows, size_t row_count);

// False on damaged bytes or if other than `value_count` rows are present.
bool ReadPresence(ByteReader& in, size_t row_count, size_t value_count, Presence* presence);

}  // namespace spanhound::store
