// Sends datagrams to one address, for the load generator. One thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace spanhound::net {

class UdpClient {
 public:
  // `target` is "address:port" with an IPv4 address.
  static Result<std::unique_ptr<UdpClient>> Create(const std::string& target);
  virtual ~UdpClient() = default;
  // Ok means handed to the system, nothing more; UNAVAILABLE when nobody listens.
  virtual Status Send(std::string_view datagram) = 0;
};

}  // namespace spanhound::net
