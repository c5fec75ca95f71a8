// What a store's directory holds and where its bytes go: blocks, columns, log, tenants. For
// `spanhound stat`. Reads the files, changes none, and works beside the process that has the store
// open: blocks never change, and what is merged away meanwhile is looked for again. Any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/status.h"

namespace spanhound::store {

struct ColumnId {
  std::string name;  // of the field: "trace_id", "attribute"
  std::string key;   // of an attribute; text from outside
  std::string type;  // of the values; "any": the keys that have no column of their own

  auto operator<=>(const ColumnId&) const = default;
};

struct ColumnStatistics {
  uint64_t values = 0;
  uint64_t row_bytes = 0;  // in row groups
  uint64_t dictionary_bytes = 0;
  uint64_t dictionary_entries = 0;
  uint64_t filter_bytes = 0;
  // Bytes by how they stand, of some row groups of every block.
  std::map<std::string, uint64_t> encodings;

  uint64_t bytes() const { return row_bytes + dictionary_bytes + filter_bytes; }
};

// All blocks of one table, of all tenants. Columns and parts together have `bytes`.
struct TableStatistics {
  uint64_t blocks = 0;
  uint64_t row_groups = 0;
  uint64_t rows = 0;
  uint64_t traces = 0;  // one that lies in several row groups counts in each
  uint64_t bytes = 0;
  std::map<ColumnId, ColumnStatistics> columns;
  std::map<std::string, uint64_t> parts;  // bytes of what belongs to no column
};

struct BlockFileStatistics {
  std::string file;  // name
  std::string table;
  std::string tenant;
  uint64_t rows = 0;
  uint64_t traces = 0;
  uint64_t row_groups = 0;
  uint64_t bytes = 0;
  uint64_t min_unix_nanos = 0;
  uint64_t max_unix_nanos = 0;
  uint64_t written_unix_nanos = 0;
};

// Of one tenant and table.
struct TenantStatistics {
  uint64_t blocks = 0;
  uint64_t block_rows = 0;
  uint64_t block_bytes = 0;
  uint64_t log_rows = 0;  // not in blocks yet
};

struct DirectoryStatistics {
  uint64_t manifest_bytes = 0;
  uint64_t log_segments = 0;
  uint64_t log_bytes = 0;
  std::vector<BlockFileStatistics> blocks;        // as the manifest lists them
  std::map<std::string, TableStatistics> tables;  // "spans", "logs"
  std::map<std::pair<std::string, std::string>, TenantStatistics> tenants;  // by name and table
};

// NOT_FOUND if there is no store, DATA_LOSS names a damaged file.
Result<DirectoryStatistics> ReadDirectoryStatistics(FileSystem& files,
                                                    const std::string& directory);

}  // namespace spanhound::store
