// ListenPort: where one door listens, as people write it: "4317", "0.0.0.0:4317", "[::1]:4317",
// "off". A value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace spanhound::server {

struct ListenPort {
  ListenPort() = default;
  ListenPort(uint16_t number) : port(number) {}  // implicit: a default is just a number

  uint16_t port = 0;    // 0: any free one
  std::string address;  // empty: that of --listen
  bool is_on = true;
};

// The door is there and closed until somebody gives it a port.
ListenPort ClosedPort();

// INVALID_ARGUMENT for what is none of the forms above. ":4317" is "4317".
Result<ListenPort> ParseListenPort(std::string_view text);
std::string ListenPortText(const ListenPort& port);

// Can only this machine reach it?
bool IsLoopback(std::string_view address);

}  // namespace spanhound::server
