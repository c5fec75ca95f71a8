// How many parts a stream reads at once: few at first, where most scans are done after one or two;
// then more and more, as far as memory allows. One thread at a time.
#pragma once

#include <cstdint>
#include <span>

#include "store/scan/scan_part.h"

namespace spanhound::store {

class ReadAhead {
 public:
  // `reads_all`: all parts will be read and few rows of each kept, so that there is nothing to wait
  // for.
  ReadAhead(size_t thread_count, bool reads_all)
      : rows_max_(thread_count * (reads_all ? kRowsPerThreadOfAll : kRowsPerThread)),
        reads_all_(reads_all) {}

  // Of `parts`, which are next and may be read, the first so many; at least one. They should take
  // `memory_bytes` at most.
  size_t Choose(std::span<const ScanPart> parts, uint64_t memory_bytes) const;
  // A part of `row_count` rows was read and took so much.
  void Learn(size_t row_count, uint64_t memory_bytes);

 private:
  // Two row groups: when one thread is done early it finds another one to do.
  static constexpr size_t kRowsPerThread = 16384;
  // Eight: all threads wait for the last one at the end of each reading.
  static constexpr size_t kRowsPerThreadOfAll = 65536;

  const size_t rows_max_;
  const bool reads_all_;
  size_t parts_read_ = 0;
  uint64_t row_bytes_ = 1024;  // until a part says otherwise
};

}  // namespace spanhound::store
