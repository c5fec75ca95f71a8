// The contexts of the calls a server is working on, by the address of their ServerContext: gRPC
// gives an interceptor no place to put something for the handler.
#pragma once

#include <opentelemetry/context/context.h>

#include <array>
#include <cstddef>
#include <mutex>
#include <unordered_map>

namespace spanhound::sdk {

class CallRegistry {
 public:
  using Context = opentelemetry::context::Context;

  static CallRegistry& Instance();

  // `owner` is whoever will remove the entry. gRPC reuses the addresses of contexts, maybe before
  // the owner of the old one is gone; Remove then leaves the new owner's entry alone.
  void Add(const void* call, const void* owner, const Context& context);
  void Remove(const void* call, const void* owner);
  Context Find(const void* call) const;

 private:
  struct Entry {
    const void* owner;
    Context context;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<const void*, Entry> calls;
  };
  static constexpr std::size_t kShards = 16;  // so that threads of a busy server rarely meet

  Shard& ShardOf(const void* call) const;

  mutable std::array<Shard, kShards> shards_;
};

}  // namespace spanhound::sdk
