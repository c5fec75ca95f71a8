// Client spans for Redis, over connections of hiredis that you make and own:
//
//   redisContext* connection = redisConnect("127.0.0.1", 6379);
//   TracedRedis redis(connection);
//   RedisReply reply = redis.Command({"SET", "pods", json});      // binary safe
//   RedisReply other = redis.Format("EXPIRE %s %d", "pods", 30);  // as redisCommand
//   auto replies = redis.Pipeline({{"GET", "a"}, {"GET", "b"}});  // one span for all
//
//   TracedAsyncRedis async(async_connection);                     // redisAsyncContext, any loop
//   async.Command({"GET", "pods"}, [](redisReply* reply) { ... });
//
// A span is named by the command ("SET"; "PIPELINE GET" for a pipeline of equals), a child of the
// current span, with db.system.name, db.operation.name, db.namespace (the database number), server
// and peer, and db.query.text with every value masked: "SET pods ?". Keys are kept, because they
// are what one looks for; turn that off where they are secret. An error reply makes the span an
// error with its prefix (WRONGTYPE) as db.response.status_code; so does a lost connection.
// The metric is db.client.operation.duration.
//
// Threads: as the connection, one at a time. A callback runs where the event loop runs, with the
// context of the caller of Command current. Failure: as hiredis; a null reply, and the reason in
// the connection's err and errstr.
#pragma once

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "spanhound/propagation.h"

namespace spanhound::sdk {

struct FreeRedisReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using RedisReply = std::unique_ptr<redisReply, FreeRedisReply>;
using RedisCommand = std::vector<std::string_view>;  // name and arguments

struct RedisOptions {
  int database = 0;       // of the connection, if you have SELECTed another
  bool show_keys = true;  // false: db.query.text masks keys, too
};

class TracedRedis {
 public:
  // `connection` must outlive this object and be a blocking one.
  explicit TracedRedis(redisContext* connection, RedisOptions options = {})
      : connection_(connection), options_(options) {}

  RedisReply Command(const RedisCommand& command);
  RedisReply Format(const char* format, ...);  // the directives of redisCommand: %s %b %d ...

  // Sends all, then reads all; fewer replies than commands when the connection is lost.
  std::vector<RedisReply> Pipeline(const std::vector<RedisCommand>& commands);

  redisContext* connection() const { return connection_; }

 private:
  RedisReply Send(std::string_view formatted);

  redisContext* connection_;
  RedisOptions options_;
};

class TracedAsyncRedis {
 public:
  // Gets the reply, which hiredis frees afterwards; null when the connection is lost.
  using Callback = std::function<void(redisReply*)>;

  explicit TracedAsyncRedis(redisAsyncContext* connection, RedisOptions options = {})
      : connection_(connection), options_(options) {}

  // False when hiredis takes no commands any more; the callback is not called then. Not for
  // commands with more than one reply: SUBSCRIBE, PSUBSCRIBE and MONITOR are refused.
  bool Command(const RedisCommand& command, Callback callback);

 private:
  redisAsyncContext* connection_;
  RedisOptions options_;
};

}  // namespace spanhound::sdk
