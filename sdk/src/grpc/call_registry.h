// The contexts of the calls a server is working on, by the address of their ServerContext: gRPC
// gives an interceptor no place to put something for the handler.
#pragma once

#include <opentelemetry/context/context.h>

#include <array>
#include <cstddef>
#include <mutex>

namespace spanhound::sdk {

class CallRegistry {
 public:
  using Context = opentelemetry::context::Context;

  // A call's place in the registry. Part of whoever traces the call, so that nothing is allocated
  // for it; it must stay where it is while it is registered.
  struct Entry {
    const void* call = nullptr;
    Context context = {};
    Entry* next = nullptr;
  };

  static CallRegistry& Instance();

  // gRPC reuses the addresses of contexts, maybe before the old call's entry is gone: the last one
  // added is found.
  void Add(Entry& entry);
  void Remove(Entry& entry);  // also of one that was never added
  Context Find(const void* call) const;

 private:
  struct Shard {
    mutable std::mutex mutex;
    Entry* newest = nullptr;
  };
  // So many that threads rarely meet, and that ten thousand open streams make lists of forty.
  static constexpr std::size_t kShards = 256;

  Shard& ShardOf(const void* call) const;

  mutable std::array<Shard, kShards> shards_;
};

}  // namespace spanhound::sdk
