#include "store/head/chunk_merge.h"

#include <string>

#include "base/hash_map.h"
#include "store/columns/chunk_rows.h"
#include "store/columns/gather.h"

namespace spanhound::store {
namespace {

constexpr size_t kTierCount = std::size(kTierRowsMax);

size_t TierOf(const Chunk& chunk) {
  size_t tier = 0;
  while (tier < kTierCount && chunk.row_count >= kTierRowsMax[tier]) ++tier;
  return tier;
}

std::string GroupOf(const Chunk& chunk, size_t tier) {
  std::string group(1, static_cast<char>(tier));
  group.push_back(static_cast<char>(chunk.table));
  return group.append(chunk.tenant);
}

}  // namespace

std::vector<size_t> ChooseMerge(std::span<const ChunkPtr> chunks) {
  StringMap<std::vector<size_t>> groups;
  for (size_t i = 0; i < chunks.size(); ++i) {
    const size_t tier = TierOf(*chunks[i]);
    if (tier == kTierCount) continue;
    std::vector<size_t>& group = groups[GroupOf(*chunks[i], tier)];
    group.push_back(i);
    if (group.size() == kMergedAtOnce) return group;
  }
  return {};
}

Result<ChunkPtr> MergeChunks(std::span<const ChunkPtr> chunks) {
  const Table table = chunks[0]->table;
  std::vector<std::unique_ptr<ChunkRows>> sources;
  std::vector<RowRef> rows;
  for (const ChunkPtr& chunk : chunks) {
    const uint32_t source = static_cast<uint32_t>(sources.size());
    for (uint32_t row = 0; row < chunk->row_count; ++row) rows.push_back({source, row});
    sources.push_back(std::make_unique<ChunkRows>(chunk));
  }
  Arena arena;
  CellCopier copier(arena);
  const std::vector<bool> shares(chunks.size(), true);  // the sources live on
  std::vector<ColumnData> merged;
  std::vector<const ColumnData*> columns(chunks.size());
  for (const StoredColumn& column : StoredColumns(table)) {
    for (size_t i = 0; i < sources.size(); ++i) {
      ASSIGN_OR_RETURN(columns[i], sources[i]->Load({column.field}));
    }
    merged.push_back(GatherColumn(column.type, columns, rows, shares, copier));
  }
  ASSIGN_OR_RETURN(auto chunk,
                   ReadChunk(table, chunks[0]->tenant, EncodeChunk(table, rows.size(), merged)));
  return ChunkPtr(std::move(chunk));
}

}  // namespace spanhound::store
