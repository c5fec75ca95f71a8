// One stored column of some rows <-> bytes. Some columns are written relative to others: the end
// of a span to its start, a parent to the row it is. docs/format/block.md has the bytes. Pure
// functions.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "store/columns/decode_memory.h"
#include "store/columns/dictionary.h"
#include "store/columns/schema.h"

namespace spanhound::store {

// The column that must be there before `field` can be decoded, if any.
std::optional<Field> DependencyOf(Field field);

// `columns`: all stored columns of the table; `index` says which to write.
void AppendColumn(std::string& out, Table table, size_t index,
                  const std::vector<ColumnData>& columns, RowDictionaries& dictionaries);

// Whether every cell is zero, empty or absent: such a column need not be written.
bool IsDefault(const ColumnData& column);

// Fills (*columns)[index]; its dependency is there already. No bytes stand for a column that was
// not written. Text points into `bytes`. False on damaged bytes or past the budget.
bool ReadColumn(std::string_view bytes, Table table, size_t index, size_t row_count,
                const DecodedDictionaries& dictionaries, DecodeMemory& memory,
                std::vector<ColumnData>* columns);

}  // namespace spanhound::store
