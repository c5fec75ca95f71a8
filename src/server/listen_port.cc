#include "server/listen_port.h"

#include <charconv>

namespace spanhound::server {
namespace {

Result<uint16_t> ParsePort(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) {
    return InvalidArgument("'" + std::string(text) + "' is no port (0 to 65535, HOST:PORT or off)");
  }
  return port;
}

}  // namespace

ListenPort ClosedPort() {
  ListenPort port;
  port.is_on = false;
  return port;
}

Result<ListenPort> ParseListenPort(std::string_view text) {
  if (text == "off") return ClosedPort();
  const size_t colon = text.rfind(':');
  ListenPort port;
  if (colon != std::string_view::npos) {
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.find('/') != host.npos) {
      return InvalidArgument("'" + std::string(text) + "' is a URL, not a port");
    }
    port.address = std::string(host);
    text.remove_prefix(colon + 1);
  }
  ASSIGN_OR_RETURN(port.port, ParsePort(text));
  return port;
}

std::string ListenPortText(const ListenPort& port) {
  if (!port.is_on) return "off";
  const std::string number = std::to_string(port.port);
  if (port.address.empty()) return number;
  const bool is_ipv6 = port.address.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + port.address + "]:" : port.address + ":") + number;
}

bool IsLoopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}

}  // namespace spanhound::server
