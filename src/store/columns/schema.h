// Which columns a table stores, in which order, and what their cells are. The order is the order
// of writing; a column's id is part of the file formats and is never given to another one.
#pragma once

#include <cstdint>
#include <span>

#include "store/scan.h"

namespace spanhound::store {

enum class CellType : uint8_t {
  kNumber,
  kText,
  kTraceId,
  kSpanId,
  kValue,
  kAttributes,
  kEvents,
  kLinks,
  kResource,
  kScope,
};

struct StoredColumn {
  Field field;
  CellType type;
  uint8_t id;
};

// Columns that another one is decoded from come before it.
std::span<const StoredColumn> StoredColumns(Table table);
// Index into StoredColumns(table), or -1: derived, or of the other table.
int StoredIndex(Table table, Field field);

// Type of the cells of `field` in results, stored or derived. Event, link and any attributes have
// none: they exist in predicates only, and not here.
CellType CellTypeOf(Field field);
bool IsFieldOf(Table table, Field field);
// Takes Column::key.
bool HasKey(Field field);

// An empty column whose cells are of `type`.
ColumnData EmptyColumn(CellType type);

}  // namespace spanhound::store
