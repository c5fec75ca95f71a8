#include "spanhound/redis_client.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <utility>

#include "redis/redis_command.h"
#include "redis/redis_span.h"

namespace spanhound::sdk {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

std::string FormatCommand(const RedisCommand& command) {
  std::string formatted = "*" + std::to_string(command.size()).append(kLineEnd);
  for (const std::string_view argument : command) {
    formatted.append("$").append(std::to_string(argument.size())).append(kLineEnd);
    formatted.append(argument).append(kLineEnd);
  }
  return formatted;
}

// "PIPELINE GET" when all commands are GETs, "PIPELINE" when they differ.
std::string PipelineName(const std::vector<RedisCommand>& commands) {
  const std::string first = OperationName(commands.front());
  if (commands.size() == 1) return first;
  const bool uniform = std::all_of(commands.begin(), commands.end(), [&](const RedisCommand& each) {
    return OperationName(each) == first;
  });
  return uniform ? "PIPELINE " + first : "PIPELINE";
}

std::string PipelineText(const std::vector<RedisCommand>& commands, bool show_keys) {
  constexpr std::size_t kShownCommandsMax = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(commands.size(), kShownCommandsMax); ++i) {
    text += (i == 0 ? "" : "; ") + QueryText(commands[i], show_keys);
  }
  return commands.size() > kShownCommandsMax ? text + "; ..." : text;
}

RedisReply ReadReply(redisContext* connection) {
  void* reply = nullptr;
  if (redisGetReply(connection, &reply) != REDIS_OK) return nullptr;
  return RedisReply(static_cast<redisReply*>(reply));
}

// Of a command under way; owned by hiredis until it calls back, which it does exactly once.
struct Pending {
  RedisSpan span;
  Context caller;
  TracedAsyncRedis::Callback callback;
};

void OnReply(redisAsyncContext* connection, void* reply, void* data) {
  const std::unique_ptr<Pending> pending(static_cast<Pending*>(data));
  auto* const answer = static_cast<redisReply*>(reply);
  pending->span.End(answer, connection->c);
  if (pending->callback) RunInContext(pending->caller, [&] { pending->callback(answer); });
}

}  // namespace

RedisReply TracedRedis::Command(const RedisCommand& command) {
  return Send(FormatCommand(command));
}

RedisReply TracedRedis::Format(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char* formatted = nullptr;
  const int size = redisvFormatCommand(&formatted, format, arguments);
  va_end(arguments);
  if (size < 0) return nullptr;
  const std::unique_ptr<char, decltype(&redisFreeCommand)> owner(formatted, &redisFreeCommand);
  return Send({formatted, static_cast<std::size_t>(size)});
}

RedisReply TracedRedis::Send(std::string_view formatted) {
  const RedisCommand command = ParseCommand(formatted);
  RedisSpan span(*connection_, options_, OperationName(command),
                 QueryText(command, options_.show_keys));
  RedisReply reply;
  if (redisAppendFormattedCommand(connection_, formatted.data(), formatted.size()) == REDIS_OK) {
    reply = ReadReply(connection_);
  }
  span.End(reply.get(), *connection_);
  return reply;
}

std::vector<RedisReply> TracedRedis::Pipeline(const std::vector<RedisCommand>& commands) {
  std::vector<RedisReply> replies;
  if (commands.empty()) return replies;
  RedisSpan span(*connection_, options_, PipelineName(commands),
                 PipelineText(commands, options_.show_keys), commands.size());
  std::size_t sent = 0;
  for (const RedisCommand& command : commands) {
    const std::string formatted = FormatCommand(command);
    if (redisAppendFormattedCommand(connection_, formatted.data(), formatted.size()) != REDIS_OK) {
      break;
    }
    ++sent;
  }
  const redisReply* worst = nullptr;  // the first error, else the last reply
  while (replies.size() < sent) {
    RedisReply reply = ReadReply(connection_);
    if (reply == nullptr) break;
    if (worst == nullptr || worst->type != REDIS_REPLY_ERROR) worst = reply.get();
    replies.push_back(std::move(reply));
  }
  span.End(replies.size() == commands.size() ? worst : nullptr, *connection_);
  return replies;
}

bool TracedAsyncRedis::Command(const RedisCommand& command, Callback callback) {
  static constexpr std::array<std::string_view, 3> kManyReplies = {"SUBSCRIBE", "PSUBSCRIBE",
                                                                   "MONITOR"};
  std::string operation = OperationName(command);
  if (std::find(kManyReplies.begin(), kManyReplies.end(), operation) != kManyReplies.end()) {
    return false;
  }
  auto pending = std::make_unique<Pending>(
      Pending{RedisSpan(connection_->c, options_, std::move(operation),
                        QueryText(command, options_.show_keys)),
              opentelemetry::context::RuntimeContext::GetCurrent(), std::move(callback)});
  const std::string formatted = FormatCommand(command);
  if (redisAsyncFormattedCommand(connection_, OnReply, pending.get(), formatted.data(),
                                 formatted.size()) != REDIS_OK) {
    pending->span.End(nullptr, connection_->c);
    return false;
  }
  (void)pending.release();
  return true;
}

}  // namespace spanhound::sdk
