// What a block file says about itself as a whole: trailer, footer, catalog. docs/format/block.md
// draws the bytes. Pure functions; reading trusts nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/block/block_columns.h"
#include "store/block/section.h"
#include "store/block/value_dictionary.h"
#include "store/columns/chunk.h"
#include "store/columns/decode_memory.h"

namespace spanhound::store {

inline constexpr std::string_view kBlockMagic = "SPHBLK02";
inline constexpr std::string_view kBlockEndMagic = "SPHBLKE2";
inline constexpr uint64_t kBlockFormatVersion = 3;  // written
inline constexpr uint64_t kBlockFormatVersionMin = 2;
inline constexpr uint64_t kVersionOfPieces = 3;  // the first whose dictionaries stand in pieces
// More rows in a row group are damage: constant columns take no bytes, so bytes cannot bound them.
inline constexpr size_t kRowGroupRowsMax = 1u << 16;
// Row groups of more services do not list them, blocks of more neither: looking through the lists
// would cost more than they save.
inline constexpr size_t kGroupServicesMax = 256;
inline constexpr size_t kBlockServicesMax = 16'384;

// The last bytes of the file.
struct BlockTrailer {
  static constexpr size_t kBytes = 32;
  uint64_t footer_offset = 0;
  uint64_t footer_bytes = 0;
  uint64_t footer_checksum = 0;
};
void AppendBlockTrailer(std::string& out, const BlockTrailer& trailer);
std::optional<BlockTrailer> ReadBlockTrailer(std::string_view bytes);

// Some consecutive rows; the unit of reading.
struct RowGroup {
  size_t row_count = 0;
  RowBounds bounds;
  std::vector<uint32_t> services;  // sorted, into BlockFooter::services; none: not listed
  SectionRef directory;
};

// A page of the trace index: entries sorted by fingerprint.
struct IndexPage {
  uint32_t first_fingerprint = 0;
  uint32_t entry_count = 0;
  SectionRef section;
};

// A value column of the block.
struct BlockColumn {
  ValueColumnId id;
  uint64_t value_count = 0;
  uint32_t entry_count = 0;  // of its dictionary
  SectionRef dictionary;     // no bytes: none
  SectionRef filters;        // no bytes: none
};

// Text points into the bytes it was read from, or to the rows it was made of.
struct BlockFooter {
  uint64_t format_version = kBlockFormatVersion;
  Table table = Table::kSpans;
  std::string_view tenant;
  uint64_t row_count = 0;
  RowBounds bounds;
  std::vector<std::string_view> services;  // sorted; none if there are more than are listed
  std::vector<RowGroup> row_groups;
  std::vector<IndexPage> index;
  std::vector<BlockColumn> columns;
  // Keys of attributes of events and links, sorted, if they are listed: conditions on any attribute
  // may mean those.
  bool lists_keys = true;
  std::vector<std::string_view> list_keys;
  bool MayBeInLists(std::string_view key) const {
    return !lists_keys || std::ranges::binary_search(list_keys, key);
  }
  DictionaryText dictionary_text() const {
    return format_version < kVersionOfPieces ? DictionaryText::kOneBlob : DictionaryText::kPieces;
  }
  SectionRef entries;  // resources and scopes
  SectionRef catalog;  // services and operations
};
std::string EncodeBlockFooter(const BlockFooter& footer);
bool DecodeBlockFooter(std::string_view bytes, DecodeMemory& memory, BlockFooter* footer);

// How many spans a service has of a name and kind.
struct BlockOperation {
  uint32_t service = 0;
  std::string_view name;
  uint64_t kind = 0;
  uint64_t span_count = 0;
};
struct BlockCatalog {
  std::vector<std::string_view> services;  // sorted
  std::vector<BlockOperation> operations;
  std::string bytes;  // that the text points into, when read
};
std::string EncodeBlockCatalog(const BlockCatalog& catalog);
// Of catalog->bytes.
bool DecodeBlockCatalog(DecodeMemory& memory, BlockCatalog* catalog);

}  // namespace spanhound::store
