// Values in Redis, with deadlines (hiredis). Every command that is sent is a client span; several
// values are one round trip.
//
// A cache must not make slow what it is there to make fast: after a failure of the connection
// nothing is tried for kRestAfterFailure, and callers have their error at once. A connection that
// was kept may have died with a Redis that has been restarted since: then one new one is tried.
//
// Threads: any; up to kConnectionsMax work at once, others wait for one until the deadline.
// Failure: kUnavailable (down, late, busy), kRefused (an error reply, like OOM or WRONGTYPE).
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "service/result.h"
#include "spanhound/redis_client.h"

namespace dashboard2api::cache {

struct RedisOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string password = {};              // "": none
  std::chrono::milliseconds timeout{50};  // to connect, and for each answer
};

struct RedisValue {
  std::string key;
  std::string value;
  std::chrono::seconds time_to_live;
};

inline constexpr int kConnectionsMax = 8;
inline constexpr auto kRestAfterFailure = std::chrono::seconds(1);

class RedisClient {
 public:
  explicit RedisClient(RedisOptions options);
  ~RedisClient();
  RedisClient(const RedisClient&) = delete;
  RedisClient& operator=(const RedisClient&) = delete;

  // One for each key, in order; nullopt where there is none.
  using Values = std::vector<std::optional<std::string>>;
  service::Result<Values> Get(const std::vector<std::string>& keys);

  // Not atomic: a failure may leave some values written.
  service::Result<service::Done> Set(const std::vector<RedisValue>& values);

 private:
  struct Closer {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  using Connection = std::unique_ptr<redisContext, Closer>;
  using Reply = spanhound::sdk::RedisReply;
  using Command = spanhound::sdk::RedisCommand;

  service::Result<std::vector<Reply>> Send(const std::vector<Command>& commands);
  service::Result<std::vector<Reply>> SendOnce(const std::vector<Command>& commands, bool* kept);
  service::Result<Connection> Take(bool* kept);
  service::Result<Connection> Connect() const;
  void GiveBack(Connection connection);
  service::Error Failed(const std::string& what);
  std::string Where() const;

  const RedisOptions options_;
  std::mutex mutex_;  // guards everything below
  std::condition_variable given_back_;
  std::vector<Connection> idle_;
  int taken_ = 0;
  std::chrono::steady_clock::time_point rest_until_{};
  std::string last_failure_;
};

}  // namespace dashboard2api::cache
