#include "store/directory_statistics.h"

#include "store/block/block_statistics.h"
#include "store/manifest/manifest.h"
#include "store/wal/wal_format.h"
#include "store/wal/wal_recovery.h"

namespace spanhound::store {
namespace {

// Flushes and merges that may come between reading the manifest and opening what it lists.
constexpr int kAttemptsMax = 5;

std::string TableName(Table table) { return table == Table::kSpans ? "spans" : "logs"; }

Status AddBlock(FileSystem& files, const std::string& directory, const BlockEntry& entry,
                DirectoryStatistics* statistics) {
  const std::string file = BlockFileName(entry.id);
  ASSIGN_OR_RETURN(const BlockPtr block, BlockReader::Open(files, directory + "/blocks/" + file));
  const std::string table = TableName(entry.table);
  RETURN_IF_ERROR(AddBlockStatistics(*block, &statistics->tables[table]));
  const BlockFooter& footer = block->footer();
  statistics->blocks.push_back({file, table, entry.tenant, footer.row_count, TraceCountOf(footer),
                                footer.row_groups.size(), block->file_bytes(),
                                footer.bounds.min_time, footer.bounds.max_time,
                                entry.written_unix_nanos});
  TenantStatistics& tenant = statistics->tenants[{entry.tenant, table}];
  ++tenant.blocks;
  tenant.block_rows += footer.row_count;
  tenant.block_bytes += block->file_bytes();
  return Status::Ok();
}

Status AddSegment(FileSystem& files, const std::string& path, uint64_t number,
                  DirectoryStatistics* statistics) {
  ASSIGN_OR_RETURN(const std::string segment, ReadWholeFile(files, path));
  ++statistics->log_segments;
  statistics->log_bytes += segment.size();
  // As the last one: somebody may be writing to it.
  const auto read = ReadWalSegment(segment, number, true, [statistics](ChunkPtr chunk) {
    statistics->tenants[{chunk->tenant, TableName(chunk->table)}].log_rows += chunk->row_count;
  });
  return read.ok() ? Status::Ok() : read.status().WithContext(path);
}

Status AddLog(FileSystem& files, const std::string& directory, uint64_t first_segment,
              DirectoryStatistics* statistics) {
  const std::string wal = directory + "/wal";
  ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers, ListWalSegments(files, wal));
  for (uint64_t number : numbers) {
    if (number < first_segment) continue;
    RETURN_IF_ERROR(AddSegment(files, wal + "/" + WalSegmentName(number), number, statistics));
  }
  return Status::Ok();
}

Result<DirectoryStatistics> Read(FileSystem& files, const std::string& directory) {
  DirectoryStatistics statistics;
  ASSIGN_OR_RETURN(const std::optional<Manifest> manifest, ReadManifest(files, directory));
  if (!manifest) return NotFound(directory + ": there is no store");
  statistics.manifest_bytes = EncodeManifest(*manifest).size();
  for (const BlockEntry& entry : manifest->blocks) {
    RETURN_IF_ERROR(AddBlock(files, directory, entry, &statistics));
  }
  RETURN_IF_ERROR(AddLog(files, directory, manifest->first_wal_segment, &statistics));
  return statistics;
}

}  // namespace

Result<DirectoryStatistics> ReadDirectoryStatistics(FileSystem& files,
                                                    const std::string& directory) {
  auto statistics = Read(files, directory);
  for (int attempt = 1; attempt < kAttemptsMax; ++attempt) {
    if (statistics.status().code() != Code::kNotFound) break;
    statistics = Read(files, directory);
  }
  return statistics;
}

}  // namespace spanhound::store
