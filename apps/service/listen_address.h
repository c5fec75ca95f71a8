// "127.0.0.1:9090" or "[::1]:9090", as given to --listen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace service {

struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;  // 0: any free port
};

// nullopt unless it is a host and a port from 0 to 65535.
std::optional<ListenAddress> ParseListenAddress(std::string_view text);

// With the brackets an IPv6 address needs before a port.
std::string ToText(const ListenAddress& address);

}  // namespace service
