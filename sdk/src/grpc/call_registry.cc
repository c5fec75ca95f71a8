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
  return shards_[(reinterpret_cast<std::uintptr_t>(call) >> kAlignmentBits) % kShards];
}

void CallRegistry::Add(const void* call, const void* owner, const Context& context) {
  Shard& shard = ShardOf(call);
  const std::lock_guard lock(shard.mutex);
  shard.calls.insert_or_assign(call, Entry{owner, context});
}

void CallRegistry::Remove(const void* call, const void* owner) {
  Shard& shard = ShardOf(call);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.calls.find(call);
  if (found != shard.calls.end() && found->second.owner == owner) shard.calls.erase(found);
}

CallRegistry::Context CallRegistry::Find(const void* call) const {
  const Shard& shard = ShardOf(call);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.calls.find(call);
  return found == shard.calls.end() ? Context() : found->second.context;
}

}  // namespace spanhound::sdk
