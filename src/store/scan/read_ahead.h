// How many parts a stream reads at once: few at first, for most scans are done after one or two;
// then more and more, as far as memory allows. One thread at a time.
#pragma once

#include <cstdint>
#include <span>

#include "store/scan/scan_part.h"

namespace spanhound::store {

class ReadAhead {
 public:
  explicit ReadAhead(size_t thread_count) : rows_max_(thread_count * kRowsPerThread) {}

  // Of `parts`, which are next and may be read, the first so many; at least one. They should take
  // `memory_bytes` at most.
  size_t Choose(std::span<const ScanPart> parts, uint64_t memory_bytes) const;
  // A part of `row_count` rows was read and took so much.
  void Learn(size_t row_count, uint64_t memory_bytes);

 private:
  // Two row groups: when one thread is done early it finds another one to do.
  static constexpr size_t kRowsPerThread = 16384;

  const size_t rows_max_;
  size_t parts_read_ = 0;
  uint64_t row_bytes_ = 1024;  // until a part says otherwise
};

}  // namespace spanhound::store
