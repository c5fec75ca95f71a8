// Which attribute keys there are, where, with values of which type and how often. Counted from rows
// of the head or of a block. One thread at a time.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "store/columns/row_set.h"
#include "store/listing_budget.h"
#include "store/scan.h"
#include "store/text_counts.h"

namespace spanhound::store {

// Where attributes are. Rows of logs have the first three only.
inline constexpr std::array<Field, 5> kAttributePlaces = {
    Field::kAttribute, Field::kResourceAttribute, Field::kScopeAttribute, Field::kEventAttribute,
    Field::kLinkAttribute};

class AttributeCatalog {
 public:
  // Takes only keys that start with `prefix`, and of one place if it is given. `budget` outlives
  // the catalog.
  AttributeCatalog(std::optional<Field> only_place, std::string prefix, ListingBudget& budget)
      : only_place_(only_place), prefix_(std::move(prefix)), budget_(budget) {}

  // `count` attributes at `place`.
  void Add(Field place, std::string_view key, model::ValueType type, uint64_t count);
  // All attributes of the rows. DATA_LOSS if a column cannot be read.
  Status AddRows(RowSet& rows);
  // Those of resources, scopes, events and links only.
  Status AddSharedAndNested(RowSet& rows);

  // The most frequent first, then by key, place and type; at most `limit`.
  Listing<AttributeKeyEntry> MostFrequent(size_t limit) const;

 private:
  bool Wants(Field place) const { return !only_place_ || *only_place_ == place; }
  void AddAll(Field place, std::span<const model::Attribute> attributes, uint64_t count);
  template <typename Element>
  Status AddElements(RowSet& rows, Field lists, Field place);
  template <typename Entry>
  Status AddEntries(RowSet& rows, Field entries, Field place);

  const std::optional<Field> only_place_;
  const std::string prefix_;
  ListingBudget& budget_;
  std::array<TextCounts, kAttributePlaces.size()> counts_;
};

}  // namespace spanhound::store
