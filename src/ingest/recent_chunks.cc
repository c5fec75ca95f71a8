#include "ingest/recent_chunks.h"

namespace spanhound::ingest {

void RecentChunks::Add(std::string_view id) {
  if (id.empty() || id.size() > kRecentChunkIdBytesMax) return;
  const std::lock_guard lock(mutex_);
  if (!ids_.emplace(id).second) return;
  order_.emplace_back(id);
  if (order_.size() <= chunks_max_) return;
  ids_.erase(order_.front());
  order_.pop_front();
}

bool RecentChunks::Contains(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  return ids_.contains(id);
}

}  // namespace spanhound::ingest
