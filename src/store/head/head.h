// Head: the rows that are not in a block yet, as lists of immutable chunks. Everything published
// is visible to the next snapshot; a snapshot never changes. While a flush writes them to a block,
// the chunks are frozen: still visible, no longer merged or added to.
//
// Not synchronised: the store guards it together with the list of blocks, because the swap from
// frozen chunks to a block has to be one step for readers.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash_map.h"
#include "store/columns/chunk.h"

namespace spanhound::store {

class Head {
 public:
  void Publish(ChunkPtr chunk);
  // The chunks of one tenant's table, frozen ones included.
  std::vector<ChunkPtr> Snapshot(std::string_view tenant, Table table) const;

  // Moves all live chunks to the frozen ones.
  void Freeze();
  const std::vector<ChunkPtr>& frozen() const { return frozen_; }
  void DropFrozen();

  const std::vector<ChunkPtr>& live() const { return live_; }
  // Puts `merged` in the place of the live chunks at `positions` (ascending).
  void Replace(std::span<const size_t> positions, ChunkPtr merged);

  uint64_t live_bytes() const { return live_bytes_; }
  uint64_t frozen_bytes() const { return frozen_bytes_; }
  // Live and frozen together, by tenant; only those that have any.
  const StringMap<uint64_t>& tenant_bytes() const { return tenant_bytes_; }

 private:
  void Uncount(const Chunk& chunk);

  std::vector<ChunkPtr> live_;
  std::vector<ChunkPtr> frozen_;
  uint64_t live_bytes_ = 0;
  uint64_t frozen_bytes_ = 0;
  StringMap<uint64_t> tenant_bytes_;
};

}  // namespace spanhound::store
