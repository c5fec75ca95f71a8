#include "redis/redis_command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "attribute_text.h"
#include "semantic_names.h"

namespace spanhound::sdk {
namespace {

constexpr std::size_t kNameBytesMax = 32;      // the longest of Redis 7 has 17
constexpr std::size_t kShownArgumentsMax = 8;  // of an MGET with thousands of keys, say
constexpr std::size_t kShownKeyBytesMax = 128;

// Commands whose arguments are all keys.
constexpr std::array<std::string_view, 13> kOnlyKeys = {
    "DEL",    "EXISTS", "MGET",  "PFCOUNT", "PFMERGE", "RENAME",  "SDIFF",
    "SINTER", "SUNION", "TOUCH", "UNLINK",  "WATCH",   "RENAMENX"};

// Commands whose first argument is a key.
constexpr std::array<std::string_view, 75> kKeyFirst = {
    "APPEND",       "BITCOUNT",  "BITPOS",        "DECR",    "DECRBY",      "DUMP",    "EXPIRE",
    "EXPIREAT",     "GEOADD",    "GEOPOS",        "GET",     "GETBIT",      "GETDEL",  "GETEX",
    "GETRANGE",     "GETSET",    "HDEL",          "HEXISTS", "HGET",        "HGETALL", "HINCRBY",
    "HINCRBYFLOAT", "HKEYS",     "HLEN",          "HMGET",   "HMSET",       "HSCAN",   "HSET",
    "HSETNX",       "HVALS",     "INCR",          "INCRBY",  "INCRBYFLOAT", "LINDEX",  "LINSERT",
    "LLEN",         "LPOP",      "LPUSH",         "LPUSHX",  "LRANGE",      "LREM",    "LSET",
    "LTRIM",        "PERSIST",   "PEXPIRE",       "PFADD",   "PSETEX",      "PTTL",    "RPOP",
    "RPUSH",        "RPUSHX",    "SADD",          "SCARD",   "SET",         "SETEX",   "SETNX",
    "SETRANGE",     "SISMEMBER", "SMEMBERS",      "SPOP",    "SREM",        "STRLEN",  "TTL",
    "TYPE",         "XADD",      "XLEN",          "XRANGE",  "ZADD",        "ZCARD",   "ZCOUNT",
    "ZINCRBY",      "ZRANGE",    "ZRANGEBYSCORE", "ZREM",    "ZSCORE"};

template <std::size_t N>
bool Contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Of "<mark>123\r\n" at the front of `text`, which it removes; false if that is not there.
bool TakeCount(char mark, std::string_view* text, std::size_t* count) {
  if (text->empty() || text->front() != mark) return false;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data() + 1, end, *count);
  if (error != std::errc() || end - rest < 2 || rest[0] != '\r' || rest[1] != '\n') return false;
  text->remove_prefix(static_cast<std::size_t>(rest + 2 - text->data()));
  return true;
}

bool IsNameCharacter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

std::size_t CountKeys(const std::string& name, std::size_t arguments) {
  if (Contains(kOnlyKeys, name)) return arguments;
  return Contains(kKeyFirst, name) ? 1 : 0;
}

}  // namespace

std::vector<std::string_view> ParseCommand(std::string_view formatted) {
  std::vector<std::string_view> command;
  std::size_t count = 0;
  if (!TakeCount('*', &formatted, &count)) return command;
  for (std::size_t bytes = 0; command.size() < count && TakeCount('$', &formatted, &bytes);) {
    if (formatted.size() < 2 || bytes > formatted.size() - 2) break;
    command.push_back(formatted.substr(0, bytes));
    formatted.remove_prefix(bytes + 2);
  }
  return command;
}

std::string OperationName(const std::vector<std::string_view>& command) {
  const std::string other(names::kOther);
  if (command.empty() || command[0].empty() || command[0].size() > kNameBytesMax) return other;
  std::string name(command[0]);
  for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return std::all_of(name.begin(), name.end(), IsNameCharacter) ? name : other;
}

std::string QueryText(const std::vector<std::string_view>& command, bool show_keys) {
  std::string text = OperationName(command);
  const std::size_t arguments = command.empty() ? 0 : command.size() - 1;
  const std::size_t keys = show_keys ? CountKeys(text, arguments) : 0;
  for (std::size_t i = 0; i < std::min(arguments, kShownArgumentsMax); ++i) {
    text += ' ';
    text += i < keys ? AttributeText(command[i + 1].substr(0, kShownKeyBytesMax)) : "?";
  }
  if (arguments > kShownArgumentsMax) text += " ...";
  return text;
}

std::string ErrorPrefix(std::string_view error) {
  const std::string_view word = error.substr(0, error.find(' '));
  const bool is_prefix = !word.empty() && word.size() <= kNameBytesMax &&
                         std::all_of(word.begin(), word.end(), IsNameCharacter);
  return is_prefix ? std::string(word) : "ERR";
}

}  // namespace spanhound::sdk
