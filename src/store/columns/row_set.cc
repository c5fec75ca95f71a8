#include "store/columns/row_set.h"

#include "store/columns/chunk.h"

namespace spanhound::store {
namespace {

// `get` gives the value of one entry; rows that share it share the work.
template <typename Cell, typename Entry, typename Get>
std::vector<Cell> OfEveryRow(const std::vector<const Entry*>& entries, Get get) {
  std::vector<Cell> cells(entries.size());
  const Entry* last = nullptr;
  Cell last_cell{};
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i] != last) {
      last = entries[i];
      last_cell = get(*last);
    }
    cells[i] = last_cell;
  }
  return cells;
}

// `key` as an attribute of every entry, kEmpty where absent.
auto AttributeGetter(const std::string& key) {
  return [&key](const auto& entry) {
    const model::AttributeValue* value = model::FindAttribute(entry.attributes, key);
    return value == nullptr ? model::AttributeValue() : *value;
  };
}

}  // namespace

Result<const ColumnData*> RowSet::Load(const Column& column) {
  if (StoredIndex(table_, column.field) >= 0) return LoadStored(column.field);
  for (const auto& [known, data] : derived_) {
    if (known.field == column.field && known.key == column.key) return data.get();
  }
  ASSIGN_OR_RETURN(ColumnData data, Derive(column));
  derived_.emplace_back(column, std::make_unique<ColumnData>(std::move(data)));
  return derived_.back().second.get();
}

Result<ColumnData> RowSet::Derive(const Column& column) {
  using model::AttributeValue;
  switch (column.field) {
    case Field::kDuration: return DeriveDurations();
    case Field::kServiceName: {
      ASSIGN_OR_RETURN(auto resources, LoadCells<const model::Resource*>({Field::kResource}));
      return ColumnData(OfEveryRow<std::string_view>(
          *resources, [](const model::Resource& resource) { return resource.service_name(); }));
    }
    case Field::kScopeName: {
      ASSIGN_OR_RETURN(auto scopes, LoadCells<const model::Scope*>({Field::kScope}));
      return ColumnData(OfEveryRow<std::string_view>(
          *scopes, [](const model::Scope& scope) { return scope.name; }));
    }
    case Field::kScopeVersion: {
      ASSIGN_OR_RETURN(auto scopes, LoadCells<const model::Scope*>({Field::kScope}));
      return ColumnData(OfEveryRow<std::string_view>(
          *scopes, [](const model::Scope& scope) { return scope.version; }));
    }
    case Field::kAttribute: {
      ASSIGN_OR_RETURN(std::vector<AttributeValue> values, ReadAttribute(column.key));
      return ColumnData(std::move(values));
    }
    case Field::kResourceAttribute: {
      ASSIGN_OR_RETURN(auto resources, LoadCells<const model::Resource*>({Field::kResource}));
      return ColumnData(OfEveryRow<AttributeValue>(*resources, AttributeGetter(column.key)));
    }
    case Field::kScopeAttribute: {
      ASSIGN_OR_RETURN(auto scopes, LoadCells<const model::Scope*>({Field::kScope}));
      return ColumnData(OfEveryRow<AttributeValue>(*scopes, AttributeGetter(column.key)));
    }
    default: return Internal("not a column of results");  // requests are checked before
  }
}

Result<ColumnData> RowSet::DeriveDurations() {
  ASSIGN_OR_RETURN(auto starts, LoadCells<uint64_t>({Field::kTime}));
  ASSIGN_OR_RETURN(auto ends, LoadCells<uint64_t>({Field::kEndTime}));
  std::vector<uint64_t> durations(row_count_);
  for (size_t i = 0; i < row_count_; ++i) durations[i] = DurationOf((*starts)[i], (*ends)[i]);
  return ColumnData(std::move(durations));
}

}  // namespace spanhound::store
