#include "query/exec/list_attributes.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace spanhound::query {
namespace {

store::Table TableOf(AttributePlace place) {
  return place == AttributePlace::kLog ? store::Table::kLogs : store::Table::kSpans;
}

store::Field FieldOf(AttributePlace place) {
  switch (place) {
    case AttributePlace::kSpan:
    case AttributePlace::kLog: return store::Field::kAttribute;
    case AttributePlace::kResource: return store::Field::kResourceAttribute;
    case AttributePlace::kScope: return store::Field::kScopeAttribute;
    case AttributePlace::kEvent: return store::Field::kEventAttribute;
    case AttributePlace::kLink: return store::Field::kLinkAttribute;
  }
  return store::Field::kAttribute;
}

AttributePlace PlaceOf(store::Table table, store::Field field) {
  switch (field) {
    case store::Field::kResourceAttribute: return AttributePlace::kResource;
    case store::Field::kScopeAttribute: return AttributePlace::kScope;
    case store::Field::kEventAttribute: return AttributePlace::kEvent;
    case store::Field::kLinkAttribute: return AttributePlace::kLink;
    default: return table == store::Table::kLogs ? AttributePlace::kLog : AttributePlace::kSpan;
  }
}

store::AttributeRequest NewRequest(const Reading& reading, store::Table table) {
  store::AttributeRequest request;
  request.table = table;
  request.tenant = reading.tenant;
  request.cancelled = &reading.budget.cancelled();
  return request;
}

Status AddKeys(const Reading& reading, const AttributeKeySearch& search, store::Table table,
               std::optional<store::Field> field, Listing<AttributeKey>* out) {
  store::AttributeRequest request = NewRequest(reading, table);
  request.field = field;
  request.prefix = search.prefix;
  request.limit = search.limit;
  ASSIGN_OR_RETURN(auto listing, reading.source.AttributeKeys(request));
  out->total += listing.total;
  out->is_complete = out->is_complete && listing.is_complete;
  for (store::AttributeKeyEntry& entry : listing.entries) {
    out->entries.push_back(
        {std::move(entry.key), PlaceOf(table, entry.field), entry.type, entry.count});
  }
  return Status::Ok();
}

}  // namespace

Result<Listing<AttributeKey>> ListAttributeKeys(const Reading& reading,
                                                const AttributeKeySearch& search) {
  Listing<AttributeKey> keys;
  if (search.place) {
    RETURN_IF_ERROR(
        AddKeys(reading, search, TableOf(*search.place), FieldOf(*search.place), &keys));
    return keys;
  }
  RETURN_IF_ERROR(AddKeys(reading, search, store::Table::kSpans, std::nullopt, &keys));
  RETURN_IF_ERROR(
      AddKeys(reading, search, store::Table::kLogs, FieldOf(AttributePlace::kLog), &keys));
  std::ranges::sort(keys.entries, [](const AttributeKey& a, const AttributeKey& b) {
    return std::tie(b.count, a.key, a.place, a.type) < std::tie(a.count, b.key, b.place, b.type);
  });
  if (keys.entries.size() > search.limit) keys.entries.resize(search.limit);
  return keys;
}

Result<Listing<AttributeValueCount>> ListAttributeValues(const Reading& reading,
                                                         const AttributeValueSearch& search) {
  store::AttributeRequest request = NewRequest(reading, TableOf(search.place));
  request.field = FieldOf(search.place);
  request.key = search.key;
  request.prefix = search.prefix;
  request.limit = search.limit;
  ASSIGN_OR_RETURN(auto listing, reading.source.AttributeValues(request));
  Listing<AttributeValueCount> values{{}, listing.total, listing.is_complete};
  for (store::AttributeValueEntry& entry : listing.entries) {
    values.entries.push_back({std::move(entry.text), entry.type, entry.count});
  }
  return values;
}

}  // namespace spanhound::query
