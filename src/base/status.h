// Status and Result<T>: errors as values. Every function that can fail on input, files or sockets
// returns one of them; bugs use CHECK (check.h) instead. Codes are gRPC's, so that a door can map
// them without a table of its own. Values; any thread may use its own copy.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace spanhound {

// Numbers are those of google.rpc.Code.
enum class Code : int {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// "INVALID_ARGUMENT" and so on.
std::string_view CodeName(Code code);
// The HTTP status the google.api convention gives a code: INVALID_ARGUMENT -> 400.
int HttpStatusFromCode(Code code);

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  static Status Ok() { return Status(); }

  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  const std::string& message() const { return message_; }
  // "INVALID_ARGUMENT: span 3: trace id has 15 bytes", for logs.
  std::string ToString() const;
  // The same error with "context: " put before its message; Ok stays Ok.
  Status WithContext(std::string_view context) const;

 private:
  Code code_ = Code::kOk;
  std::string message_;
};

Status InvalidArgument(std::string message);
Status NotFound(std::string message);
Status ResourceExhausted(std::string message);
Status FailedPrecondition(std::string message);
Status Unavailable(std::string message);
Status Unimplemented(std::string message);
Status DataLoss(std::string message);
Status Internal(std::string message);
// From errno, with what was being done: Errno("open /data/wal").
Status ErrnoStatus(std::string_view action, int error_number);

template <typename T>
class [[nodiscard]] Result {
 public:
  // Both implicit on purpose: `return value;` and `return InvalidArgument(...)` read naturally.
  Result(T value) : value_(std::move(value)) {}
  Result(Status status) : status_(std::move(status)) { CHECK(!status_.ok()); }

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }

  T& value() & {
    CHECK(ok());
    return *value_;
  }
  const T& value() const& {
    CHECK(ok());
    return *value_;
  }
  T&& value() && {
    CHECK(ok());
    return *std::move(value_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  Status status_;
  std::optional<T> value_;
};

}  // namespace spanhound

// Leaves the function with the error of `expression`, if it has one.
#define RETURN_IF_ERROR(expression)                                                         \
  do {                                                                                      \
    if (::spanhound::Status status_tmp = (expression); !status_tmp.ok()) return status_tmp; \
  } while (false)

#define SPANHOUND_CONCAT_INNER(a, b) a##b
#define SPANHOUND_CONCAT(a, b) SPANHOUND_CONCAT_INNER(a, b)
// ASSIGN_OR_RETURN(auto file, fs.Open(path)): the value, or leave with the error.
#define ASSIGN_OR_RETURN(declaration, expression)          \
  auto SPANHOUND_CONCAT(result_, __LINE__) = (expression); \
  if (!SPANHOUND_CONCAT(result_, __LINE__).ok())           \
    return SPANHOUND_CONCAT(result_, __LINE__).status();   \
  declaration = std::move(SPANHOUND_CONCAT(result_, __LINE__)).value()
