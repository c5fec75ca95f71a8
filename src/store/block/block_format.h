// What a block file says about itself: footer, row groups, directories. docs/format/block.md draws
// the bytes. Reading trusts nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/block/section.h"
#include "store/columns/chunk.h"
#include "store/columns/decode_memory.h"
#include "store/columns/dictionary.h"

namespace spanhound::store {

inline constexpr std::string_view kBlockMagic = "SPHBLK01";
inline constexpr std::string_view kBlockEndMagic = "SPHBLKE1";
inline constexpr uint64_t kBlockFormatVersion = 1;
// More rows in a row group are damage: constant columns take no bytes, so bytes cannot bound them.
inline constexpr size_t kRowGroupRowsMax = 1u << 16;

// The last bytes of the file.
struct BlockTrailer {
  static constexpr size_t kBytes = 40;
  SectionRef footer;
};
void AppendBlockTrailer(std::string& out, const BlockTrailer& trailer);
std::optional<BlockTrailer> ReadBlockTrailer(std::string_view bytes);

// Some consecutive rows; the unit of reading.
struct RowGroup {
  size_t row_count = 0;
  RowBounds bounds;
  std::vector<uint32_t> services;  // sorted, into BlockFooter::services
  SectionRef directory;
};

// A page of the trace index: entries sorted by fingerprint.
struct IndexPage {
  uint32_t first_fingerprint = 0;
  uint32_t entry_count = 0;
  SectionRef section;
};

struct BlockOperation {
  uint32_t service = 0;
  std::string_view name;
  uint64_t kind = 0;
  uint64_t span_count = 0;
};

// Text points into the bytes it was read from, or to the rows it was made of.
struct BlockFooter {
  Table table = Table::kSpans;
  std::string_view tenant;
  uint64_t row_count = 0;
  RowBounds bounds;
  std::vector<std::string_view> services;  // sorted
  std::vector<BlockOperation> operations;
  std::vector<RowGroup> row_groups;
  std::vector<IndexPage> index;
  DecodedDictionaries dictionaries;  // when read; written from RowDictionaries
};
std::string EncodeBlockFooter(const BlockFooter& footer, const RowDictionaries& dictionaries);
bool DecodeBlockFooter(std::string_view bytes, DecodeMemory& memory, BlockFooter* footer);

// Where the columns of a row group are.
struct RowGroupDirectory {
  std::vector<SectionRef> columns;  // in the order of StoredColumns(table)
  std::vector<SectionRef> streams;  // of the attributes, in the order of their stream table
};
std::string EncodeRowGroupDirectory(Table table, const RowGroupDirectory& directory);
bool DecodeRowGroupDirectory(std::string_view bytes, Table table, RowGroupDirectory* directory);

}  // namespace spanhound::store
