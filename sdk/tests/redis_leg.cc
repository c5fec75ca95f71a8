#include "tests/redis_leg.h"

#include "spanhound/redis_client.h"
#include "testing/poll_loop.h"

namespace spanhound::sdk {
namespace {

bool AskAsynchronously(int port) {
  redisAsyncContext* const connection = redisAsyncConnect("127.0.0.1", port);
  testing::PollLoop loop(connection);
  bool done = false, answered = false;
  TracedAsyncRedis(connection).Command({"GET", "pods"}, [&](redisReply* reply) {
    answered = reply != nullptr;
    done = true;
  });
  loop.RunUntil(done);
  redisAsyncFree(connection);
  return answered;
}

bool AskBlocking(RedisForm form, int port) {
  redisContext* const connection = redisConnect("127.0.0.1", port);
  TracedRedis redis(connection);
  const bool answered = form == RedisForm::kCommand
                            ? redis.Command({"GET", "pods"}) != nullptr
                            : redis.Pipeline({{"GET", "pods"}, {"GET", "nodes"}}).size() == 2;
  redisFree(connection);
  return answered;
}

}  // namespace

bool AskRedis(RedisForm form, int port) {
  return form == RedisForm::kAsync ? AskAsynchronously(port) : AskBlocking(form, port);
}

}  // namespace spanhound::sdk
