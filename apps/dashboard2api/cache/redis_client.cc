#include "dashboard2api/cache/redis_client.h"

#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace dashboard2api::cache {
namespace {

namespace sdk = spanhound::sdk;
using service::Done;
using service::Error;
using service::ErrorCode;
using service::Result;

constexpr char kLate[] = "no answer in time";

timeval ToTimeval(std::chrono::milliseconds duration) {
  constexpr long kMsOfSecond = 1000;
  return {duration.count() / kMsOfSecond, duration.count() % kMsOfSecond * 1000};
}

std::string ErrorTextOf(const redisContext& connection) {
  const bool late =
      connection.err == REDIS_ERR_IO && std::strcmp(connection.errstr, std::strerror(EAGAIN)) == 0;
  return late ? kLate : connection.errstr;
}

}  // namespace

RedisClient::RedisClient(RedisOptions options) : options_(std::move(options)) {}
RedisClient::~RedisClient() = default;

Result<RedisClient::Values> RedisClient::Get(const std::vector<std::string>& keys) {
  const bool several = keys.size() > 1;
  Command command = {several ? "MGET" : "GET"};
  command.insert(command.end(), keys.begin(), keys.end());
  Result<std::vector<Reply>> replies = Send({std::move(command)});
  if (!replies.ok()) return replies.error();
  const redisReply& reply = *replies.value().front();
  Values values(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const redisReply* each = several && i < reply.elements ? reply.element[i] : &reply;
    if (each->type == REDIS_REPLY_STRING) values[i].emplace(each->str, each->len);
  }
  return values;
}

Result<Done> RedisClient::Set(const std::vector<RedisValue>& values) {
  if (values.empty()) return Done{};
  std::vector<std::string> seconds;  // the commands are views
  seconds.reserve(values.size());
  std::vector<Command> commands;
  for (const RedisValue& each : values) {
    seconds.push_back(std::to_string(each.time_to_live.count()));
    commands.push_back({"SET", each.key, each.value, "EX", seconds.back()});
  }
  const Result<std::vector<Reply>> replies = Send(commands);
  if (!replies.ok()) return replies.error();
  return Done{};
}

Result<std::vector<RedisClient::Reply>> RedisClient::Send(const std::vector<Command>& commands) {
  bool kept = false;
  Result<std::vector<Reply>> replies = SendOnce(commands, &kept);
  if (!replies.ok() && kept) replies = SendOnce(commands, &kept);
  if (!replies.ok()) return replies;
  for (const Reply& each : replies.value()) {
    if (each->type != REDIS_REPLY_ERROR) continue;
    return Error{ErrorCode::kRefused,
                 "Redis at " + Where() + " answers: " + std::string(each->str, each->len)};
  }
  return replies;
}

// `kept` tells of a failure whether a connection that was opened earlier is to blame.
Result<std::vector<RedisClient::Reply>> RedisClient::SendOnce(const std::vector<Command>& commands,
                                                              bool* kept) {
  Result<Connection> taken = Take(kept);
  if (!taken.ok()) {
    *kept = false;
    return taken.error();
  }
  Connection connection = std::move(taken.value());
  sdk::TracedRedis redis(connection.get());
  std::vector<Reply> replies;
  if (commands.size() == 1) {
    replies.push_back(redis.Command(commands.front()));
  } else {
    replies = redis.Pipeline(commands);
  }
  if (replies.size() < commands.size() || replies.back() == nullptr) {
    const std::string what = ErrorTextOf(*connection);
    if (what == kLate) *kept = false;  // it is alive, and would not be faster the second time
    GiveBack(nullptr);
    return Failed(what);
  }
  GiveBack(std::move(connection));
  *kept = false;
  return replies;
}

Result<RedisClient::Connection> RedisClient::Take(bool* kept) {
  {
    std::unique_lock lock(mutex_);
    if (!*kept && std::chrono::steady_clock::now() < rest_until_) {
      return Error{ErrorCode::kUnavailable, last_failure_ + " (not tried again yet)"};
    }
    if (!given_back_.wait_for(lock, options_.timeout,
                              [this] { return taken_ < kConnectionsMax; })) {
      return Error{ErrorCode::kUnavailable, "all connections to Redis are in use"};
    }
    ++taken_;
    if (*kept) {
      idle_.clear();  // they are as old as the one that was dead
    } else if (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      *kept = true;
      return connection;
    }
  }
  *kept = false;
  Result<Connection> connection = Connect();
  if (connection.ok()) return connection;
  GiveBack(nullptr);
  return Failed(connection.error().message);
}

Result<RedisClient::Connection> RedisClient::Connect() const {
  const timeval timeout = ToTimeval(options_.timeout);
  Connection connection(redisConnectWithTimeout(options_.host.c_str(), options_.port, timeout));
  if (connection == nullptr) return Error{ErrorCode::kUnavailable, "out of memory"};
  if (connection->err != 0) return Error{ErrorCode::kUnavailable, ErrorTextOf(*connection)};
  redisSetTimeout(connection.get(), timeout);
  redisEnableKeepAlive(connection.get());
  if (options_.password.empty()) return connection;
  const Reply reply(static_cast<redisReply*>(redisCommand(
      connection.get(), "AUTH %b", options_.password.data(), options_.password.size())));
  if (reply == nullptr) return Error{ErrorCode::kUnavailable, ErrorTextOf(*connection)};
  if (reply->type == REDIS_REPLY_ERROR) return Error{ErrorCode::kUnavailable, reply->str};
  return connection;
}

// nullptr for one that is of no use any more.
void RedisClient::GiveBack(Connection connection) {
  {
    const std::lock_guard lock(mutex_);
    --taken_;
    if (connection != nullptr) {
      idle_.push_back(std::move(connection));
      rest_until_ = {};
    }
  }
  given_back_.notify_one();
}

Error RedisClient::Failed(const std::string& what) {
  const std::lock_guard lock(mutex_);
  last_failure_ = "Redis at " + Where() + ": " + what;
  rest_until_ = std::chrono::steady_clock::now() + kRestAfterFailure;
  return {ErrorCode::kUnavailable, last_failure_};
}

std::string RedisClient::Where() const {
  return options_.host + ":" + std::to_string(options_.port);
}

}  // namespace dashboard2api::cache
