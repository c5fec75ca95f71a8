// Which values one attribute key has, and how often. Counted from rows of the head or of a block.
// One thread at a time.
#pragma once

#include <cstddef>
#include <string>

#include "store/columns/row_set.h"
#include "store/listing_budget.h"
#include "store/scan.h"
#include "store/text_counts.h"

namespace spanhound::store {

class AttributeValues {
 public:
  // Of `attribute`, one of the places of kAttributePlaces with a key; takes only values whose text
  // starts with `prefix`. `budget` outlives this object.
  AttributeValues(Column attribute, std::string prefix, ListingBudget& budget)
      : attribute_(std::move(attribute)), prefix_(std::move(prefix)), budget_(budget) {}

  // DATA_LOSS if a column cannot be read.
  Status AddRows(RowSet& rows);

  // The most frequent first, then by text and type; at most `limit`.
  Listing<AttributeValueEntry> MostFrequent(size_t limit) const;

 private:
  void Add(const model::AttributeValue& value, uint64_t count);
  Status AddColumn(RowSet& rows);
  template <typename Element>
  Status AddElements(RowSet& rows, Field lists);

  const Column attribute_;
  const std::string prefix_;
  ListingBudget& budget_;
  TextCounts counts_;
};

}  // namespace spanhound::store
