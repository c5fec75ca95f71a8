// Which chunks of the head a scan has to read: those whose bounds, traces and attributes do not
// rule out that a row matches. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/columns/chunk.h"
#include "store/scan/prune.h"

namespace spanhound::store {

class ChunkPruner {
 public:
  explicit ChunkPruner(const PruneHints& hints);

  bool MayHold(const Chunk& chunk) const;

 private:
  bool MayHoldTraces(const Chunk& chunk) const;

  const PruneHints& hints_;
  std::vector<uint32_t> traces_;              // fingerprints
  std::vector<bool> trace_bits_;              // set: one of them may end in these bits
  std::vector<std::vector<uint64_t>> pairs_;  // of each list a row has at least one
};

}  // namespace spanhound::store
