#include "grpc/call_registry.h"

#include <cstdint>

namespace spanhound::sdk {

CallRegistry& CallRegistry::Instance() {
  // Never destroyed: gRPC threads may end calls after main returned.
  static auto* const registry = new CallRegistry();
  return *registry;
}

CallRegistry::Shard& CallRegistry::ShardOf(const void* call) const {
  constexpr unsigned kAlignmentBits = 6;  // below them addresses of objects hardly differ
  const auto address = reinterpret_cast<std::uintptr_t>(call) >> kAlignmentBits;
  return shards_[(address ^ address / kShards) % kShards];
}

void CallRegistry::Add(Entry& entry) {
  Shard& shard = ShardOf(entry.call);
  const std::lock_guard lock(shard.mutex);
  entry.next = shard.newest;
  shard.newest = &entry;
}

void CallRegistry::Remove(Entry& entry) {
  Shard& shard = ShardOf(entry.call);
  const std::lock_guard lock(shard.mutex);
  Entry** link = &shard.newest;
  while (*link != nullptr && *link != &entry) link = &(*link)->next;
  if (*link != nullptr) *link = entry.next;
}

CallRegistry::Context CallRegistry::Find(const void* call) const {
  const Shard& shard = ShardOf(call);
  const std::lock_guard lock(shard.mutex);
  const Entry* entry = shard.newest;
  while (entry != nullptr && entry->call != call) entry = entry->next;
  return entry == nullptr ? Context() : entry->context;
}

}  // namespace spanhound::sdk
