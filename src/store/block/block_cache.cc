#include "store/block/block_cache.h"

#include <utility>

namespace spanhound::store {

std::shared_ptr<const void> BlockCache::Find(const Key& key) {
  std::shared_ptr<const void> found = FindKnown(key);
  if (found == nullptr) CountMisses(1);
  return found;
}

std::shared_ptr<const void> BlockCache::FindKnown(const Key& key) {
  std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  slots_.splice(slots_.begin(), slots_, found->second);
  return found->second->value;
}

void BlockCache::Insert(const Key& key, std::shared_ptr<const void> value, uint64_t bytes) {
  Slots gone;  // freed without the lock
  std::lock_guard lock(mutex_);
  if (const auto known = by_key_.find(key); known != by_key_.end()) MoveTo(gone, known->second);
  slots_.push_front({key, std::move(value), bytes});
  by_key_.emplace(key, slots_.begin());
  bytes_ += bytes;
  while (bytes_ > bytes_max_ && slots_.size() > 1) MoveTo(gone, std::prev(slots_.end()));
}

void BlockCache::Forget(uint64_t owner) {
  Slots gone;
  std::lock_guard lock(mutex_);
  for (auto slot = slots_.begin(); slot != slots_.end();) {
    const auto next = std::next(slot);
    if (slot->key.owner == owner) MoveTo(gone, slot);
    slot = next;
  }
}

void BlockCache::MoveTo(Slots& gone, Slots::iterator slot) {
  bytes_ -= slot->bytes;
  by_key_.erase(slot->key);
  gone.splice(gone.end(), slots_, slot);
}

uint64_t BlockCache::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace spanhound::store
