// PresenceIndex: finds single rows in written presence (presence.h) without decoding it: marks say
// how far it has come at every so many bytes, and from a mark on, gaps are passed eight bits at a
// time. Const once open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace spanhound::store {

class PresenceIndex {
 public:
  // A row that has a value.
  struct Found {
    uint32_t index;  // into the rows asked for
    uint32_t value;  // how many rows before it have one
  };

  // False on damaged bytes, or if other than `value_count` rows are present. `bytes` outlive it.
  bool Open(std::string_view bytes, size_t row_count, size_t value_count);

  // Appends those of `rows` that have a value. `rows`: ascending, below the row count.
  void Find(std::span<const uint32_t> rows, std::vector<Found>* found) const;

  uint64_t allocated_bytes() const { return marks_.capacity() * sizeof(Mark); }

 private:
  // What lies before a byte.
  struct Mark {
    uint32_t row = 0;       // no row from here on is among them
    uint32_t value = 0;     // number of the next value
    uint32_t low_bits = 0;  // of its gap, that are still to come: the byte is inside of them
  };
  struct Place {
    size_t byte;
    Mark mark;
  };

  bool MarkBitmap(size_t row_count);
  bool MarkGaps(size_t row_count);
  // Of gaps too wide to be passed eight bits at a time, which are few.
  bool CheckWideGaps(size_t row_count) const;
  // The last place found quickly before which no row from `row` on lies.
  Place PlaceBefore(uint32_t row) const;
  uint32_t CountBefore(uint32_t row) const;
  void FindInBitmap(std::span<const uint32_t> rows, std::vector<Found>* found) const;
  void FindInGaps(std::span<const uint32_t> rows, std::vector<Found>* found) const;

  std::string_view bytes_;  // behind the first
  uint8_t kind_ = 0;
  int width_ = 0;  // of gaps
  size_t value_count_ = 0;
  std::vector<Mark> marks_;  // one every kMarkedBytes
};

}  // namespace spanhound::store
