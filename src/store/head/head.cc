#include "store/head/head.h"

#include <utility>

namespace spanhound::store {
namespace {

void CopyMatching(const std::vector<ChunkPtr>& chunks, std::string_view tenant, Table table,
                  std::vector<ChunkPtr>* out) {
  for (const ChunkPtr& chunk : chunks) {
    if (chunk->table == table && chunk->tenant == tenant) out->push_back(chunk);
  }
}

}  // namespace

void Head::Publish(ChunkPtr chunk) {
  live_bytes_ += chunk->allocated_bytes;
  live_rows_ += chunk->row_count;
  tenant_bytes_[chunk->tenant] += chunk->allocated_bytes;
  live_.push_back(std::move(chunk));
}

std::vector<ChunkPtr> Head::Snapshot(std::string_view tenant, Table table) const {
  std::vector<ChunkPtr> chunks;
  for (const FrozenChunks& frozen : frozen_) CopyMatching(frozen.chunks, tenant, table, &chunks);
  CopyMatching(live_, tenant, table, &chunks);
  return chunks;
}

void Head::Freeze(uint64_t next_segment) {
  if (live_.empty()) return;
  frozen_.push_back({std::exchange(live_, {}), next_segment});
  frozen_bytes_ += std::exchange(live_bytes_, 0);
  live_rows_ = 0;
  ++freeze_count_;
}

void Head::DropOldestFrozen() {
  for (const ChunkPtr& chunk : frozen_.front().chunks) {
    frozen_bytes_ -= chunk->allocated_bytes;
    Uncount(*chunk);
  }
  frozen_.pop_front();
}

void Head::Uncount(const Chunk& chunk) {
  const auto found = tenant_bytes_.find(chunk.tenant);
  found->second -= chunk.allocated_bytes;
  if (found->second == 0) tenant_bytes_.erase(found);
}

void Head::Replace(std::span<const size_t> positions, ChunkPtr merged) {
  for (size_t position : positions) {
    live_bytes_ -= live_[position]->allocated_bytes;
    live_rows_ -= live_[position]->row_count;
    Uncount(*live_[position]);
    live_[position].reset();
  }
  std::erase(live_, nullptr);
  Publish(std::move(merged));
}

}  // namespace spanhound::store
