// What streams and counts share: finding the matching rows of a part, and the limits of the request
// (memory, cancellation). Immutable, any thread.
#pragma once

#include <memory>
#include <vector>

#include "base/status.h"
#include "store/scan/filter.h"
#include "store/scan/scan_part.h"

namespace spanhound::store {

// Rows of a result batch, unless a whole part gives more.
inline constexpr size_t kResultRows = 1024;

// Columns that exist in predicates only are none.
bool IsResultColumn(Table table, Field field);

class PartReader {
 public:
  static Result<PartReader> Make(ScanRequest request);

  const ScanRequest& request() const { return request_; }

  // True if every row of a part within `bounds` is asked for.
  bool WantsAllRows(const RowBounds& bounds) const;
  // CANCELLED once the caller wants no more.
  Status CheckCancelled() const;
  // Rows of an opened part that the request asks for, but for order, limit and cursor.
  Result<RowMask> MatchingRows(RowSet& rows, const RowBounds& bounds) const;
  // The same of the rows set in `mask`.
  Result<RowMask> MatchingRows(RowSet& rows, const RowBounds& bounds, RowMask mask) const;
  // Whether the filter is known to leave few rows of a part, so that all of it has to be searched.
  bool IsSelective() const { return filter_.IsSelective(); }
  // RESOURCE_EXHAUSTED if a stream that holds `bytes`, and what the filter remembers, are too much.
  Status CheckMemory(uint64_t bytes) const;

 private:
  PartReader(ScanRequest request, Filter filter)
      : request_(std::move(request)), filter_(std::move(filter)) {}

  ScanRequest request_;
  Filter filter_;
};

}  // namespace spanhound::store
