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
  std::function<Result<std::unique_ptr<RowSet>>()> open;
};

}  // namespace spanhound::store
