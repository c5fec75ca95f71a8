// What dashboard2api keeps in Redis: its answers, and what the cron job measured. Keys are
// "dashboard2api:<API server>:1:<kind>", so that several clusters may share a Redis and a later
// format takes other keys.
//
// A value says when and by which span it was written. It is fresh for a while and kept much longer:
// an old answer is better than none.
//
// Reading and writing are a span each, with the commands below.
//
// Threads: any. Failure: as RedisClient; bytes that are no entry are as good as absent.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dashboard2api/cache/redis_client.h"
#include "service/result.h"
#include "spanhound/trace.h"

namespace dashboard2api::cache {

struct CacheOptions {
  std::string cluster = {};           // part of every key
  std::chrono::seconds fresh_for{5};  // 0: only when there is nothing else
};

inline constexpr auto kTimeToLive = std::chrono::minutes(15);
inline constexpr std::size_t kValueBytesMax = 1u << 20;  // what is larger is not cached

struct Cached {
  std::string payload;
  std::int64_t written_ms = 0;
  bool fresh = false;
  spanhound::sdk::SpanContext writer = spanhound::sdk::SpanContext::GetInvalid();
};

struct CacheItem {
  std::string kind;  // "pods:default"
  std::string payload;
};

class AnswerCache {
 public:
  AnswerCache(RedisClient& redis, CacheOptions options)
      : redis_(redis), options_(std::move(options)) {}

  // One for each kind, in order.
  using Found = std::vector<std::optional<Cached>>;
  service::Result<Found> Get(const std::vector<std::string>& kinds);

  // Items that are too large are left out.
  service::Result<service::Done> Put(const std::vector<CacheItem>& items);

 private:
  std::string KeyOf(const std::string& kind) const;

  RedisClient& redis_;
  const CacheOptions options_;
};

}  // namespace dashboard2api::cache
