// Small blocking TCP client for the load generator: send some bytes, read some back. What it reads
// is bounded by what is asked for. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace spanhound::net {

class StreamClient {
 public:
  // Connects. `address` is "host:port".
  static Result<std::unique_ptr<StreamClient>> Create(std::string_view address,
                                                      uint32_t timeout_ms);
  virtual ~StreamClient() = default;
  // UNAVAILABLE when the connection broke or the time is over; it is of no use then.
  virtual Status Send(std::string_view bytes) = 0;
  virtual Result<std::string> Receive(size_t bytes) = 0;  // exactly that many
};

}  // namespace spanhound::net
