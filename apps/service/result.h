// A value, or why there is none. Errors are values in these programs; what libraries throw is
// caught where they are called.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace service {

enum class ErrorCode : std::uint8_t {
  kUnavailable,   // cannot now, or does not answer; trying again may help
  kUnreachable,   // the same where it matters that nobody answered
  kRefused,       // answers with a refusal, or with what cannot be read
  kUnauthorized,  // does not know who asks: wants another token
  kForbidden,     // knows who asks, who may not
  kNotFound,
  kExpired,  // asked for a version that the server no longer has
};

struct Error {
  ErrorCode code = ErrorCode::kUnavailable;
  std::string message;
  std::int64_t retry_after_ms = 0;  // 0: the other side did not say
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  T& value() { return std::get<0>(state_); }
  const T& value() const { return std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// Of an operation without a value.
struct Done {};

}  // namespace service
