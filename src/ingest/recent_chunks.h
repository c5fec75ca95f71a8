// RecentChunks: the ids of chunks (Fluent) or documents (Elasticsearch) that were stored lately. A
// sender whose connection breaks before the answer sends the same again; here it is known, and is
// acknowledged without being stored twice. Bounded by the number of ids and by their length, and
// forgotten at a restart: what is not known is stored again. Any thread.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "base/hash_map.h"

namespace spanhound::ingest {

// At most 4 MiB; a sender that sends a chunk each second to retry after three minutes needs 200.
inline constexpr size_t kRecentChunksMax = 1 << 16;
inline constexpr size_t kRecentChunkIdBytesMax = 64;  // Fluent Bit's and fluentd's are 24 and 32

class RecentChunks {
 public:
  explicit RecentChunks(size_t chunks_max = kRecentChunksMax) : chunks_max_(chunks_max) {}

  // Longer ids are not remembered.
  void Add(std::string_view id);
  bool Contains(std::string_view id) const;

 private:
  const size_t chunks_max_;
  mutable std::mutex mutex_;
  StringSet ids_;                  // guarded by mutex_
  std::deque<std::string> order_;  // guarded by mutex_; the oldest first
};

}  // namespace spanhound::ingest
