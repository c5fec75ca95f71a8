// The span of one command or pipeline sent to Redis, whichever API of hiredis carries it.
#pragma once

#include <hiredis/hiredis.h>

#include <chrono>
#include <string>
#include <string_view>

#include "span_start.h"
#include "spanhound/redis_client.h"

namespace spanhound::sdk {

class RedisSpan {
 public:
  // `batch_size` is 0 for a single command.
  RedisSpan(const redisContext& connection, const RedisOptions& options, std::string operation,
            std::string_view query_text, std::size_t batch_size = 0);

  const Context& context() const { return context_; }

  // Once, with the reply, or null when there was none; of a pipeline, the first error if any.
  void End(const redisReply* reply, const redisContext& connection);

 private:
  void Finish(std::string_view error_type, std::string_view message);

  std::string operation_;
  std::chrono::steady_clock::time_point start_;
  Context context_;
  OtelSpan span_;
};

}  // namespace spanhound::sdk
