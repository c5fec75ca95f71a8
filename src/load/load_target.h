// LoadTarget: one connection to an OTLP endpoint that takes encoded trace requests. gRPC
// connections may be used by several threads at once, HTTP connections by one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace spanhound::load {

struct SendResult {
  Status status;                // ok: acknowledged
  bool is_retryable = false;    // by the OTLP rules
  uint32_t retry_after_ms = 0;  // what the server asked for; 0: nothing
  uint64_t rejected_spans = 0;  // of an acknowledged request
};

class LoadTarget {
 public:
  static Result<std::unique_ptr<LoadTarget>> Connect(const std::string& url, uint32_t timeout_ms);
  virtual ~LoadTarget() = default;
  virtual SendResult Send(std::string_view body) = 0;
};

}  // namespace spanhound::load
