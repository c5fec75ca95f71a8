#include "store/visible_data.h"

#include <algorithm>
#include <set>

#include "store/head/chunk_merge.h"

namespace spanhound::store {

void VisibleData::Publish(ChunkPtr chunk) {
  std::lock_guard lock(mutex_);
  head_.Publish(std::move(chunk));
}

DataSnapshot VisibleData::Snapshot(std::string_view tenant, Table table) const {
  std::lock_guard lock(mutex_);
  DataSnapshot snapshot{head_.Snapshot(tenant, table), {}};
  for (const StoredBlock& block : blocks_) {
    if (block.entry.table != table || block.entry.tenant != tenant) continue;
    snapshot.blocks.push_back(block.reader);
  }
  return snapshot;
}

void VisibleData::AddBlocks(std::vector<StoredBlock> blocks) {
  std::lock_guard lock(mutex_);
  std::ranges::move(blocks, std::back_inserter(blocks_));
}

std::vector<StoredBlock> VisibleData::Blocks() const {
  std::lock_guard lock(mutex_);
  return blocks_;
}

size_t VisibleData::BlockCount(Table table) const {
  std::lock_guard lock(mutex_);
  return std::ranges::count(blocks_, table, [](const StoredBlock& b) { return b.entry.table; });
}

uint64_t VisibleData::BlockBytes(Table table) const {
  std::lock_guard lock(mutex_);
  uint64_t bytes = 0;
  for (const StoredBlock& block : blocks_) {
    if (block.entry.table == table) bytes += block.entry.file_bytes;
  }
  return bytes;
}

void VisibleData::ReplaceBlocks(std::span<const StoredBlock> removed,
                                std::vector<StoredBlock> added) {
  std::set<uint64_t> ids;
  for (const StoredBlock& block : removed) ids.insert(block.entry.id);
  std::lock_guard lock(mutex_);
  std::erase_if(blocks_, [&ids](const StoredBlock& block) { return ids.contains(block.entry.id); });
  std::ranges::move(added, std::back_inserter(blocks_));
}

void VisibleData::Freeze(uint64_t next_segment) {
  std::lock_guard lock(mutex_);
  head_.Freeze(next_segment);
}

std::optional<FrozenChunks> VisibleData::OldestFrozen() const {
  std::lock_guard lock(mutex_);
  if (head_.frozen().empty()) return std::nullopt;
  return head_.frozen().front();
}

bool VisibleData::HasFrozen() const {
  std::lock_guard lock(mutex_);
  return !head_.frozen().empty();
}

void VisibleData::ReplaceOldestFrozen(std::vector<StoredBlock> blocks) {
  std::lock_guard lock(mutex_);
  std::ranges::move(blocks, std::back_inserter(blocks_));
  head_.DropOldestFrozen();
}

void VisibleData::MergeSmallChunks() {
  while (MergeOnce()) {
  }
}

bool VisibleData::MergeOnce() {
  std::vector<size_t> positions;
  std::vector<ChunkPtr> chunks;
  uint64_t freeze_count;
  {
    std::lock_guard lock(mutex_);
    freeze_count = head_.freeze_count();
    positions = ChooseMerge(head_.live());
    for (size_t position : positions) chunks.push_back(head_.live()[position]);
  }
  if (chunks.empty()) return false;
  // A chunk that cannot be decoded stays as it is: scans report it.
  Result<ChunkPtr> merged = MergeChunks(chunks);
  if (!merged.ok()) return false;
  std::lock_guard lock(mutex_);
  // Publishing only adds behind, so the positions are right unless the chunks were frozen
  // meanwhile.
  if (head_.freeze_count() != freeze_count) return true;
  head_.Replace(positions, *std::move(merged));
  return true;
}

uint64_t VisibleData::flush_bytes() const {
  std::lock_guard lock(mutex_);
  return head_.flush_bytes();
}

uint64_t VisibleData::head_bytes() const {
  std::lock_guard lock(mutex_);
  return head_.live_bytes() + head_.frozen_bytes();
}

HeadUse VisibleData::head_use(std::string_view tenant) const {
  std::lock_guard lock(mutex_);
  const auto found = head_.tenant_bytes().find(tenant);
  return {head_.live_bytes() + head_.frozen_bytes(),
          found == head_.tenant_bytes().end() ? 0 : found->second};
}

std::vector<std::string> VisibleData::Tenants() const {
  std::lock_guard lock(mutex_);
  StringSet tenants;
  for (const auto& [tenant, bytes] : head_.tenant_bytes()) tenants.insert(tenant);
  for (const StoredBlock& block : blocks_) tenants.emplace(block.entry.tenant);
  return {tenants.begin(), tenants.end()};
}

size_t VisibleData::live_chunk_count() const {
  std::lock_guard lock(mutex_);
  return head_.live().size();
}

}  // namespace spanhound::store
