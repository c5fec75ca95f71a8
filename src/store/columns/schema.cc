#include "store/columns/schema.h"

#include <array>

namespace spanhound::store {
namespace {

// Numbers below are on disk. Ids 1-9 mean the same in both tables.
constexpr StoredColumn kSpanColumns[] = {
    {Field::kTraceId, CellType::kTraceId, 1},
    {Field::kSpanId, CellType::kSpanId, 2},
    {Field::kTime, CellType::kNumber, 3},
    {Field::kResource, CellType::kResource, 4},
    {Field::kScope, CellType::kScope, 5},
    {Field::kFlags, CellType::kNumber, 6},
    {Field::kDroppedAttributesCount, CellType::kNumber, 7},
    {Field::kAttributes, CellType::kAttributes, 8},
    {Field::kParentSpanId, CellType::kSpanId, 16},
    {Field::kEndTime, CellType::kNumber, 17},
    {Field::kName, CellType::kText, 18},
    {Field::kKind, CellType::kNumber, 19},
    {Field::kStatusCode, CellType::kNumber, 20},
    {Field::kStatusMessage, CellType::kText, 21},
    {Field::kTraceState, CellType::kText, 22},
    {Field::kEvents, CellType::kEvents, 23},
    {Field::kLinks, CellType::kLinks, 24},
    {Field::kDroppedEventsCount, CellType::kNumber, 25},
    {Field::kDroppedLinksCount, CellType::kNumber, 26},
};

constexpr StoredColumn kLogColumns[] = {
    {Field::kTraceId, CellType::kTraceId, 1},
    {Field::kSpanId, CellType::kSpanId, 2},
    {Field::kTime, CellType::kNumber, 3},
    {Field::kResource, CellType::kResource, 4},
    {Field::kScope, CellType::kScope, 5},
    {Field::kFlags, CellType::kNumber, 6},
    {Field::kDroppedAttributesCount, CellType::kNumber, 7},
    {Field::kAttributes, CellType::kAttributes, 8},
    {Field::kObservedTime, CellType::kNumber, 40},
    {Field::kSeverityNumber, CellType::kNumber, 41},
    {Field::kSeverityText, CellType::kText, 42},
    {Field::kEventName, CellType::kText, 43},
    {Field::kBody, CellType::kValue, 44},
};

}  // namespace

std::span<const StoredColumn> StoredColumns(Table table) {
  if (table == Table::kSpans) return kSpanColumns;
  return kLogColumns;
}

int StoredIndex(Table table, Field field) {
  const std::span<const StoredColumn> columns = StoredColumns(table);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].field == field) return static_cast<int>(i);
  }
  return -1;
}

bool HasKey(Field field) {
  return field == Field::kAttribute || field == Field::kResourceAttribute ||
         field == Field::kScopeAttribute || field == Field::kEventAttribute ||
         field == Field::kLinkAttribute || field == Field::kAnyAttribute;
}

CellType CellTypeOf(Field field) {
  if (HasKey(field)) return CellType::kValue;
  if (field == Field::kServiceName || field == Field::kScopeName || field == Field::kScopeVersion) {
    return CellType::kText;
  }
  if (field == Field::kDuration) return CellType::kNumber;
  for (Table table : {Table::kSpans, Table::kLogs}) {
    if (int index = StoredIndex(table, field); index >= 0) return StoredColumns(table)[index].type;
  }
  CHECK(false);
}

bool IsFieldOf(Table table, Field field) {
  if (field == Field::kDuration || field == Field::kEventAttribute ||
      field == Field::kLinkAttribute || field == Field::kSpanEventName) {
    return table == Table::kSpans;
  }
  return HasKey(field) || field == Field::kServiceName || field == Field::kScopeName ||
         field == Field::kScopeVersion || StoredIndex(table, field) >= 0;
}

ColumnData EmptyColumn(CellType type) {
  switch (type) {
    case CellType::kNumber: return std::vector<uint64_t>();
    case CellType::kText: return std::vector<std::string_view>();
    case CellType::kTraceId: return std::vector<model::TraceId>();
    case CellType::kSpanId: return std::vector<model::SpanId>();
    case CellType::kValue: return std::vector<model::AttributeValue>();
    case CellType::kAttributes: return std::vector<std::span<const model::Attribute>>();
    case CellType::kEvents: return std::vector<std::span<const model::SpanEvent>>();
    case CellType::kLinks: return std::vector<std::span<const model::SpanLink>>();
    case CellType::kResource: return std::vector<const model::Resource*>();
    case CellType::kScope: return std::vector<const model::Scope*>();
  }
  CHECK(false);
}

}  // namespace spanhound::store
