#include "store/attribute_values.h"

#include <algorithm>
#include <span>
#include <tuple>

namespace spanhound::store {
namespace {

// Rows with the same resource or dictionary entry have the very same value.
bool IsSameCell(const model::AttributeValue& a, const model::AttributeValue& b) {
  return a.type == b.type && a.size == b.size && a.data == b.data;
}

}  // namespace

void AttributeValues::Add(const model::AttributeValue& value, uint64_t count) {
  if (value.type == model::ValueType::kEmpty || count == 0) return;
  if (value.type == model::ValueType::kString) {
    if (!value.text().starts_with(prefix_)) return;
    return counts_.Add(value.type, value.text(), count, budget_);
  }
  const std::string text = model::ToText(value);
  if (text.starts_with(prefix_)) counts_.Add(value.type, text, count, budget_);
}

Status AttributeValues::AddRows(RowSet& rows) {
  if (attribute_.field == Field::kEventAttribute) {
    return AddElements<model::SpanEvent>(rows, Field::kEvents);
  }
  if (attribute_.field == Field::kLinkAttribute) {
    return AddElements<model::SpanLink>(rows, Field::kLinks);
  }
  return AddColumn(rows);
}

Status AttributeValues::AddColumn(RowSet& rows) {
  ASSIGN_OR_RETURN(auto cells, rows.LoadCells<model::AttributeValue>(attribute_));
  model::AttributeValue last;
  uint64_t count = 0;
  for (const model::AttributeValue& cell : *cells) {
    if (!IsSameCell(cell, last)) {
      Add(last, count);
      last = cell;
      count = 0;
    }
    ++count;
  }
  Add(last, count);
  return Status::Ok();
}

template <typename Element>
Status AttributeValues::AddElements(RowSet& rows, Field lists) {
  ASSIGN_OR_RETURN(auto cells, rows.LoadCells<std::span<const Element>>({lists}));
  for (std::span<const Element> elements : *cells) {
    for (const Element& element : elements) {
      const auto* value = model::FindAttribute(element.attributes, attribute_.key);
      if (value != nullptr) Add(*value, 1);
    }
  }
  return Status::Ok();
}

Listing<AttributeValueEntry> AttributeValues::MostFrequent(size_t limit) const {
  Listing<AttributeValueEntry> listing;
  counts_.ForEach([&](model::ValueType type, const std::string& text, uint64_t count) {
    listing.entries.push_back({text, type, count});
  });
  std::ranges::sort(listing.entries,
                    [](const AttributeValueEntry& a, const AttributeValueEntry& b) {
                      return std::tie(b.count, a.text, a.type) < std::tie(a.count, b.text, b.type);
                    });
  listing.total = listing.entries.size();
  listing.is_complete = budget_.is_complete;
  if (listing.entries.size() > limit) listing.entries.resize(limit);
  return listing;
}

}  // namespace spanhound::store
