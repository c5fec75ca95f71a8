// UDP server: datagrams in, several at a time to a handler; never a word back. Knows no telemetry.
// One thread empties the socket into a queue, so that a handler that takes its time does not make
// the kernel drop; a second one gives all that waits to the handler, one call at a time. What is
// dropped is counted: a datagram longer than the limit, one that finds the queue full, and those
// the kernel could not keep, half a second later at most. At every scrape, received = handled +
// queued + dropped.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/status.h"

namespace spanhound::net {

using UdpHandler = std::function<void(std::vector<std::string> datagrams)>;

struct UdpServerOptions {
  std::string name;  // for logs and the metric label: "jaeger-udp-compact"
  std::string address = "127.0.0.1";
  uint16_t port = 0;                   // 0: any free one, see port()
  size_t datagram_bytes_max = 65'000;  // the agent's own limit
  size_t queue_bytes_max = 32u << 20;  // what waits for the handler
  // Of the kernel; it may grant less (net.core.rmem_max), and its default holds three datagrams.
  int socket_buffer_bytes = 4 << 20;
};

class UdpServer {
 public:
  // Receiving when it returns.
  static Result<std::unique_ptr<UdpServer>> Start(UdpServerOptions options, UdpHandler handler,
                                                  Metrics& metrics);
  virtual ~UdpServer() = default;
  virtual uint16_t port() const = 0;
  // Receives nothing new; returns when the handler has had what was queued.
  virtual void Stop() = 0;
};

}  // namespace spanhound::net
