#include "store/head/chunk_merge.h"

#include <string>

#include "base/hash_map.h"
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

ChunkPtr MergeChunks(std::span<const ChunkPtr> chunks) {
  auto merged = std::make_shared<Chunk>();
  merged->table = chunks[0]->table;
  merged->tenant = chunks[0]->tenant;
  std::vector<RowRef> rows;
  for (uint32_t source = 0; source < chunks.size(); ++source) {
    for (uint32_t row = 0; row < chunks[source]->row_count; ++row) rows.push_back({source, row});
  }
  merged->row_count = rows.size();
  CellCopier copier(merged->memory.arena());
  const std::vector<bool> shares(chunks.size(), false);
  std::vector<const ColumnData*> sources(chunks.size());
  const std::span<const StoredColumn> columns = StoredColumns(merged->table);
  for (size_t column = 0; column < columns.size(); ++column) {
    for (size_t i = 0; i < chunks.size(); ++i) sources[i] = &chunks[i]->columns[column];
    merged->columns.push_back(GatherColumn(columns[column].type, sources, rows, shares, copier));
  }
  FinishChunk(*merged);
  return merged;
}

}  // namespace spanhound::store
