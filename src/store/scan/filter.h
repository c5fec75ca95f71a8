// Filter: a checked predicate that narrows a set of rows, column by column. The rules are those of
// scan.h. Where a key occurs more than once in an attribute list, its first value counts.
// Immutable, any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/status.h"
#include "store/columns/row_set.h"
#include "store/scan/comparison.h"

namespace spanhound::store {

// Predicates come from query languages, which bound their own nesting below this.
inline constexpr int kPredicateDepthMax = 100;

// One byte a row: 1 if the row is (still) wanted.
using RowMask = std::vector<uint8_t>;

class Filter {
 public:
  // INVALID_ARGUMENT for a column the table does not have, an operator that makes no sense on it,
  // a bad literal, or too deep a tree.
  static Result<Filter> Make(Table table, const Predicate& predicate);

  // Whether rows have to hold a value that few rows are likely to have.
  bool IsSelective() const;

  // What it remembers of the attribute values it has been asked about.
  uint64_t memory_bytes() const;

  // Clears the rows for which the predicate does not hold. DATA_LOSS if a column cannot be read.
  Status Narrow(RowSet& rows, RowMask& mask) const;

 private:
  static Result<Filter> MakeAt(Table table, const Predicate& predicate, int depth);
  Status NarrowByComparison(RowSet& rows, RowMask& mask) const;

  Predicate::Kind kind_ = Predicate::Kind::kTrue;
  std::vector<Filter> children_;
  Column column_{Field::kTraceId};
  std::unique_ptr<Comparison> comparison_;
  std::unique_ptr<ValueCondition> condition_;  // of attributes: the comparison, with what it said
};

// The number of set rows.
size_t CountRows(const RowMask& mask);
// The set rows, `count_max` at most.
std::vector<uint32_t> SetRows(const RowMask& mask, size_t count_max = SIZE_MAX);

}  // namespace spanhound::store
