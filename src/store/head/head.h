// Head: the rows that are not in a block yet, as lists of immutable chunks. Everything published
// is visible to the next snapshot; a snapshot never changes. Chunks that are to be written to
// blocks are frozen: still visible, no longer merged or added to. They wait in the portions they
// were frozen in, so that a block is made of one portion, however far behind the flushes are.
//
// Not synchronised: the store guards it together with the list of blocks, because the swap from
// frozen chunks to a block has to be one step for readers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash_map.h"
#include "store/columns/chunk.h"

namespace spanhound::store {

// The chunks between two ends of a log segment.
struct FrozenChunks {
  std::vector<ChunkPtr> chunks;
  uint64_t next_segment;  // of the log: what comes after them is there and later
};

// A row in memory on its way into a block, without its attributes, is about as large, however few
// bytes it takes in the head: spans that look alike may take a dozen.
inline constexpr uint64_t kFlushRowBytesMin = 128;

class Head {
 public:
  void Publish(ChunkPtr chunk);
  // The chunks of one tenant's table, frozen ones included.
  std::vector<ChunkPtr> Snapshot(std::string_view tenant, Table table) const;

  // Makes all live chunks, if there are any, the newest frozen ones.
  void Freeze(uint64_t next_segment);
  uint64_t freeze_count() const { return freeze_count_; }
  const std::deque<FrozenChunks>& frozen() const { return frozen_; }
  // There must be some.
  void DropOldestFrozen();

  const std::vector<ChunkPtr>& live() const { return live_; }
  // Puts `merged` in the place of the live chunks at `positions` (ascending).
  void Replace(std::span<const size_t> positions, ChunkPtr merged);

  uint64_t live_bytes() const { return live_bytes_; }
  // Of the live rows: their bytes, or what they will take at least while they are made a block.
  uint64_t flush_bytes() const { return std::max(live_bytes_, live_rows_ * kFlushRowBytesMin); }
  uint64_t frozen_bytes() const { return frozen_bytes_; }
  // Live and frozen together, by tenant; only those that have any.
  const StringMap<uint64_t>& tenant_bytes() const { return tenant_bytes_; }

 private:
  void Uncount(const Chunk& chunk);

  std::vector<ChunkPtr> live_;
  std::deque<FrozenChunks> frozen_;  // the oldest first
  uint64_t live_bytes_ = 0;
  uint64_t live_rows_ = 0;
  uint64_t frozen_bytes_ = 0;
  uint64_t freeze_count_ = 0;
  StringMap<uint64_t> tenant_bytes_;
};

}  // namespace spanhound::store
