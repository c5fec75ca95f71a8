// What a row group says about itself: its directory (where its columns are) and its shapes (which
// columns the attributes of a row come from). docs/format/block.md draws the bytes. Pure functions;
// reading trusts nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/block/section.h"
#include "store/columns/schema.h"

namespace spanhound::store {

// The values of one of the block's value columns in this row group. The section: presence behind
// its length (none: by the shapes), then the values.
struct GroupColumn {
  uint32_t column = 0;  // of the block
  uint32_t value_count = 0;
  SectionRef section;
};

struct GroupDirectory {
  std::vector<SectionRef> stored;  // by stored column; no bytes: every cell is default
  std::vector<GroupColumn> values;
  SectionRef shapes;  // no bytes: attributes stand in the order of `values`

  uint64_t allocated_bytes() const {
    return stored.capacity() * sizeof(SectionRef) + values.capacity() * sizeof(GroupColumn);
  }
};
// The sections lie one behind the other: stored columns, values, shapes, and then the directory.
std::string EncodeGroupDirectory(Table table, const GroupDirectory& directory);
// `column_count`: value columns of the block.
bool DecodeGroupDirectory(std::string_view bytes, Table table, size_t column_count,
                          GroupDirectory* directory);

// More kinds of rows than this, and every column says itself which rows have it.
inline constexpr size_t kShapesMax = 255;

struct GroupShapes {
  std::vector<std::vector<uint32_t>>
      sequences;           // of each shape; indexes into GroupDirectory::values
  std::string row_shapes;  // one byte a row
};
void AppendGroupShapes(std::string& out, const GroupShapes& shapes);
bool ReadGroupShapes(std::string_view bytes, size_t row_count, size_t value_columns,
                     GroupShapes* shapes);

}  // namespace spanhound::store
