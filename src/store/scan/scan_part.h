// One piece of what a scan reads: a chunk of the head or a row group of a block, not opened yet.
#pragma once

#include <functional>
#include <memory>

#include "base/status.h"
#include "store/columns/chunk.h"
#include "store/columns/row_set.h"

namespace spanhound::store {

struct ScanPart {
  RowBounds bounds;
  // Any thread.
  std::function<Result<std::unique_ptr<RowSet>>()> open;
  size_t row_count = 0;
};

}  // namespace spanhound::store
