// Writes block files: row groups as they come, then what the block knows as a whole. The caller
// creates the file and syncs it and its directory. One thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "store/block/block_format.h"
#include "store/block/group_writer.h"
#include "store/block/trace_index.h"
#include "store/catalog.h"

namespace spanhound::store {

// Rows of a row group: enough to compress well, few enough that reading one trace, which reads
// columns of whole groups, stays below a millisecond.
inline constexpr size_t kRowGroupRows = 8192;

// Operations a block lists at most. More are no names for people to choose from.
inline constexpr size_t kBlockOperationsMax = 1u << 16;
// Keys of attributes of events and links a block lists; past it none are.
inline constexpr size_t kListKeysMax = 4096;

struct BlockSummary {
  uint64_t row_count = 0;
  RowBounds bounds;
  uint64_t file_bytes = 0;
};

class BlockWriter {
 public:
  BlockWriter(WritableFile& file, Table table, std::string tenant);

  BlockColumns& columns() { return columns_; }

  // A row group of rows whose values are of columns(). Rows come in the order of OrderRows, across
  // groups as well.
  Status WriteGroup(const RowTable& rows, std::span<const uint32_t> order);
  Result<BlockSummary> Finish();

 private:
  void NoteServices(const RowTable& rows, std::span<const uint32_t> order, RowGroup* group);
  void CountOperations(const RowTable& rows, std::span<const uint32_t> order);
  void NoteListKeys(const RowTable& rows, std::span<const uint32_t> order);
  uint32_t ServiceOf(uint32_t resource);
  Status WriteColumns();
  Status WriteCatalog();

  SectionWriter out_;
  const Table table_;
  const std::string tenant_;
  BlockColumns columns_;
  GroupWriter groups_;
  TraceIndexBuilder trace_index_;
  BlockFooter footer_;
  Catalog catalog_;
  std::vector<std::string> services_;        // by number, in the order of appearance
  StringMap<uint32_t> service_numbers_;      // the other way round
  std::vector<uint32_t> resource_services_;  // number of the service of each resource
  StringSet list_keys_;
  Status started_;  // of writing the magic
};

// All rows of `chunks` (at least one, of one tenant and table) as a block.
Result<BlockSummary> WriteBlock(WritableFile& file, std::span<const ChunkPtr> chunks,
                                size_t row_group_rows = kRowGroupRows);

}  // namespace spanhound::store
