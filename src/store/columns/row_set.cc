#include "store/columns/row_set.h"

#include "store/columns/chunk.h"

namespace spanhound::store {
namespace {

// `get` gives the value of one entry; rows that share it share the work.
template <typename Cell, typename Entry, typename Get>
ColumnData OfEveryRow(const ColumnData& column, Get get) {
  const auto& entries = std::get<std::vector<const Entry*>>(column);
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

// The stored columns that `field` is made of.
std::span<const Field> SourcesOf(Field field) {
  static constexpr Field kOfDuration[] = {Field::kTime, Field::kEndTime};
  static constexpr Field kOfResource[] = {Field::kResource};
  static constexpr Field kOfScope[] = {Field::kScope};
  if (field == Field::kDuration) return kOfDuration;
  if (field == Field::kServiceName || field == Field::kResourceAttribute) return kOfResource;
  return kOfScope;
}

ColumnData DurationsOf(const ColumnData& start_column, const ColumnData& end_column) {
  const auto& starts = std::get<std::vector<uint64_t>>(start_column);
  const auto& ends = std::get<std::vector<uint64_t>>(end_column);
  std::vector<uint64_t> durations(starts.size());
  for (size_t i = 0; i < starts.size(); ++i) durations[i] = DurationOf(starts[i], ends[i]);
  return durations;
}

// `sources` are the columns SourcesOf(column.field), of the same rows.
Result<ColumnData> DeriveFrom(const Column& column, std::span<const ColumnData* const> sources) {
  using model::AttributeValue;
  using model::Resource;
  using model::Scope;
  switch (column.field) {
    case Field::kDuration: return DurationsOf(*sources[0], *sources[1]);
    case Field::kServiceName:
      return OfEveryRow<std::string_view, Resource>(
          *sources[0], [](const Resource& resource) { return resource.service_name(); });
    case Field::kScopeName:
      return OfEveryRow<std::string_view, Scope>(*sources[0],
                                                 [](const Scope& scope) { return scope.name; });
    case Field::kScopeVersion:
      return OfEveryRow<std::string_view, Scope>(*sources[0],
                                                 [](const Scope& scope) { return scope.version; });
    case Field::kResourceAttribute:
      return OfEveryRow<AttributeValue, Resource>(*sources[0], AttributeGetter(column.key));
    case Field::kScopeAttribute:
      return OfEveryRow<AttributeValue, Scope>(*sources[0], AttributeGetter(column.key));
    default: return Internal("not a column of results");  // requests are checked before
  }
}

ColumnData Gather(CellType type, const ColumnData& column, std::span<const uint32_t> rows,
                  CellCopier& copier) {
  std::vector<RowRef> refs;
  refs.reserve(rows.size());
  for (uint32_t row : rows) refs.push_back({0, row});
  const ColumnData* source = &column;
  return GatherColumn(type, {&source, 1}, refs, {copier.may_share()}, copier);
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
  if (column.field == Field::kAttribute) {
    ASSIGN_OR_RETURN(std::vector<model::AttributeValue> values, ReadAttribute(column.key));
    return ColumnData(std::move(values));
  }
  if (column.field == Field::kDuration) {
    ASSIGN_OR_RETURN(std::optional<ColumnData> durations, ReadDurations(std::nullopt));
    if (durations) return *std::move(durations);
  }
  std::vector<const ColumnData*> sources;
  for (Field field : SourcesOf(column.field)) {
    ASSIGN_OR_RETURN(const ColumnData* source, LoadStored(field));
    sources.push_back(source);
  }
  return DeriveFrom(column, sources);
}

Result<ColumnData> RowSet::LoadRows(const Column& column, std::span<const uint32_t> rows,
                                    CellCopier& copier) {
  if (StoredIndex(table_, column.field) >= 0) return LoadStoredRows(column.field, rows, copier);
  if (column.field == Field::kAttribute) return ReadAttributeRows(column.key, rows, copier);
  if (column.field == Field::kDuration) {
    ASSIGN_OR_RETURN(std::optional<ColumnData> durations, ReadDurations(rows));
    if (durations) return *std::move(durations);
  }
  std::vector<ColumnData> columns;
  for (Field field : SourcesOf(column.field)) {
    ASSIGN_OR_RETURN(ColumnData source, LoadStoredRows(field, rows, copier));
    columns.push_back(std::move(source));
  }
  std::vector<const ColumnData*> sources;
  for (const ColumnData& source : columns) sources.push_back(&source);
  return DeriveFrom(column, sources);
}

Result<bool> RowSet::MayHave(const Column&) { return true; }

Status RowSet::KeepRowsWith(const std::string& key, const ValueCondition& holds,
                            std::span<uint8_t> mask) {
  ASSIGN_OR_RETURN(const ColumnData* data, Load({Field::kAttribute, key}));
  const auto& values = std::get<std::vector<model::AttributeValue>>(*data);
  for (size_t row = 0; row < mask.size(); ++row) {
    if (mask[row] != 0 && !holds(values[row])) mask[row] = 0;
  }
  return Status::Ok();
}

Result<ColumnData> RowSet::LoadStoredRows(Field field, std::span<const uint32_t> rows,
                                          CellCopier& copier) {
  ASSIGN_OR_RETURN(const ColumnData* data, LoadStored(field));
  return Gather(CellTypeOf(field), *data, rows, copier);
}

Result<ColumnData> RowSet::ReadAttributeRows(const std::string& key, std::span<const uint32_t> rows,
                                             CellCopier& copier) {
  ASSIGN_OR_RETURN(const ColumnData* data, Load({Field::kAttribute, key}));
  return Gather(CellType::kValue, *data, rows, copier);
}

Result<std::optional<ColumnData>> RowSet::ReadDurations(std::optional<std::span<const uint32_t>>) {
  return std::optional<ColumnData>();
}

}  // namespace spanhound::store
