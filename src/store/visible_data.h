// VisibleData: what readers see, head and blocks together, and the one lock over both. A snapshot
// is taken in one step, so that no row is missing or double while it moves from head to block.
// Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/columns/chunk.h"
#include "store/head/head.h"
#include "store/head/head_budget.h"
#include "store/stored_block.h"

namespace spanhound::store {

struct DataSnapshot {
  std::vector<ChunkPtr> chunks;
  std::vector<BlockPtr> blocks;
};

class VisibleData {
 public:
  void Publish(ChunkPtr chunk);
  DataSnapshot Snapshot(std::string_view tenant, Table table) const;

  void AddBlocks(std::vector<StoredBlock> blocks);
  std::vector<StoredBlock> Blocks() const;
  size_t BlockCount(Table table) const;
  uint64_t BlockBytes(Table table) const;
  // In one step for readers; scans that run keep the removed ones open until they end.
  void ReplaceBlocks(std::span<const StoredBlock> removed, std::vector<StoredBlock> added);
  // Between two publishes: what is live now will be in a block of its own.
  void Freeze(uint64_t next_segment);
  std::optional<FrozenChunks> OldestFrozen() const;
  bool HasFrozen() const;
  void ReplaceOldestFrozen(std::vector<StoredBlock> blocks);

  // Merges small chunks until there is nothing to merge. One thread at a time.
  void MergeSmallChunks();

  uint64_t flush_bytes() const;  // of the live rows, as in head.h
  uint64_t head_bytes() const;
  HeadUse head_use(std::string_view tenant) const;
  // All that have a row.
  std::vector<std::string> Tenants() const;
  size_t live_chunk_count() const;

 private:
  bool MergeOnce();

  mutable std::mutex mutex_;
  Head head_;                        // guarded by mutex_
  std::vector<StoredBlock> blocks_;  // guarded by mutex_
};

}  // namespace spanhound::store
