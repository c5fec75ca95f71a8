// The last leg of the matrix: a command to Redis, in each form hiredis has.
#pragma once

namespace spanhound::sdk {

enum class RedisForm { kCommand, kPipeline, kAsync };

// Reads a key over a connection of its own; false when there was no answer. One span.
bool AskRedis(RedisForm form, int port);

}  // namespace spanhound::sdk
