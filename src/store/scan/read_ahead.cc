#include "store/scan/read_ahead.h"

#include <algorithm>

namespace spanhound::store {

size_t ReadAhead::Choose(std::span<const ScanPart> parts, uint64_t memory_bytes) const {
  const size_t count_max =
      reads_all_ ? parts.size() : std::clamp<size_t>(parts_read_, 1, parts.size());
  size_t rows = parts[0].row_count;
  size_t count = 1;
  while (count < count_max) {
    rows += parts[count].row_count;
    if (rows > rows_max_ || rows * row_bytes_ > memory_bytes) break;
    ++count;
  }
  return count;
}

void ReadAhead::Learn(size_t row_count, uint64_t memory_bytes) {
  ++parts_read_;
  if (row_count > 0) row_bytes_ = std::max(row_bytes_, memory_bytes / row_count);
}

}  // namespace spanhound::store
