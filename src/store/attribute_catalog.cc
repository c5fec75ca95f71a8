#include "store/attribute_catalog.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "base/check.h"
#include "base/hash_map.h"

namespace spanhound::store {

void AttributeCatalog::Add(Field place, std::string_view key, model::ValueType type,
                           uint64_t count) {
  if (!Wants(place) || type == model::ValueType::kEmpty || !key.starts_with(prefix_)) return;
  const auto* found = std::ranges::find(kAttributePlaces, place);
  CHECK(found != kAttributePlaces.end());
  counts_[static_cast<size_t>(found - kAttributePlaces.begin())].Add(type, key, count, budget_);
}

void AttributeCatalog::AddAll(Field place, std::span<const model::Attribute> attributes,
                              uint64_t count) {
  for (const model::Attribute& attribute : attributes) {
    Add(place, attribute.key, attribute.value.type, count);
  }
}

Status AttributeCatalog::AddRows(RowSet& rows) {
  if (Wants(Field::kAttribute)) {
    ASSIGN_OR_RETURN(auto own,
                     rows.LoadCells<std::span<const model::Attribute>>({Field::kAttributes}));
    for (std::span<const model::Attribute> attributes : *own) {
      AddAll(Field::kAttribute, attributes, 1);
    }
  }
  return AddSharedAndNested(rows);
}

Status AttributeCatalog::AddSharedAndNested(RowSet& rows) {
  RETURN_IF_ERROR(AddEntries<model::Resource>(rows, Field::kResource, Field::kResourceAttribute));
  RETURN_IF_ERROR(AddEntries<model::Scope>(rows, Field::kScope, Field::kScopeAttribute));
  if (rows.table() == Table::kLogs) return Status::Ok();
  RETURN_IF_ERROR(AddElements<model::SpanEvent>(rows, Field::kEvents, Field::kEventAttribute));
  return AddElements<model::SpanLink>(rows, Field::kLinks, Field::kLinkAttribute);
}

// Resources and scopes, which many rows share.
template <typename Entry>
Status AttributeCatalog::AddEntries(RowSet& rows, Field entries, Field place) {
  if (!Wants(place)) return Status::Ok();
  ASSIGN_OR_RETURN(auto cells, rows.LoadCells<const Entry*>({entries}));
  HashMap<const Entry*, uint64_t> row_counts;
  for (const Entry* entry : *cells) ++row_counts[entry];
  for (const auto& [entry, count] : row_counts) AddAll(place, entry->attributes, count);
  return Status::Ok();
}

template <typename Element>
Status AttributeCatalog::AddElements(RowSet& rows, Field lists, Field place) {
  if (!Wants(place)) return Status::Ok();
  ASSIGN_OR_RETURN(auto cells, rows.LoadCells<std::span<const Element>>({lists}));
  for (std::span<const Element> elements : *cells) {
    for (const Element& element : elements) AddAll(place, element.attributes, 1);
  }
  return Status::Ok();
}

Listing<AttributeKeyEntry> AttributeCatalog::MostFrequent(size_t limit) const {
  Listing<AttributeKeyEntry> listing;
  for (size_t i = 0; i < kAttributePlaces.size(); ++i) {
    counts_[i].ForEach([&](model::ValueType type, const std::string& key, uint64_t count) {
      listing.entries.push_back({kAttributePlaces[i], key, type, count});
    });
  }
  std::ranges::sort(listing.entries, [](const AttributeKeyEntry& a, const AttributeKeyEntry& b) {
    return std::tie(b.count, a.key, a.field, a.type) < std::tie(a.count, b.key, b.field, b.type);
  });
  listing.total = listing.entries.size();
  listing.is_complete = budget_.is_complete;
  if (listing.entries.size() > limit) listing.entries.resize(limit);
  return listing;
}

}  // namespace spanhound::store
