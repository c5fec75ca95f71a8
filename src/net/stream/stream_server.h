// StreamServer: TCP connections, plain or through TLS, for protocols that are a stream of messages.
// It reads, writes and bounds; what the bytes mean is the handler's, one a connection. Knows no
// telemetry.
//
// A handler is called by one thread at a time. While it works on messages it says kWait, and
// nothing more is read until it resumes: so the sender is slowed down by TCP rather than kept in
// memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/metrics.h"
#include "base/status.h"

namespace spanhound::net {

class TlsContext;

// The way back from a handler to its connection. Any thread; once the connection is closed, nothing
// happens.
class StreamPort {
 public:
  virtual ~StreamPort() = default;
  virtual void Write(std::string bytes) = 0;
  // Ends a kWait: the handler is called again, after `delay_ms`.
  virtual void Resume(uint32_t delay_ms = 0) = 0;
  // Closes when everything has been written.
  virtual void Close() = 0;
};

enum class StreamNext {
  kMore,   // call again when more bytes are there
  kWait,   // call again when the port is told to resume
  kClose,  // close when everything has been written
};

class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  // `buffer` is all that came and was not yet taken out of its front.
  virtual StreamNext OnBytes(std::string& buffer) = 0;
};
using NewStreamHandler = std::function<std::unique_ptr<StreamHandler>(std::shared_ptr<StreamPort>)>;

struct StreamServerOptions {
  std::string name;  // for logs and the metric label: "fluent"
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: any free one, see port()
  size_t connections_max = 1024;
  // What one connection may have sent without a handler taking it: a message and a little more.
  size_t buffer_bytes_max = 65u << 20;
  size_t in_flight_bytes_max = 256u << 20;  // the same, of all connections together
  size_t unread_bytes_max = 1u << 20;       // answers a client has not read
  uint32_t idle_timeout_ms = 300'000;       // longer than shippers wait between flushes
  uint32_t handshake_timeout_ms = 10'000;   // of TLS
  std::shared_ptr<const TlsContext> tls;    // null: plain text
};

class StreamServer {
 public:
  // Listening when it returns. `threads` share all connections.
  static Result<std::unique_ptr<StreamServer>> Start(StreamServerOptions options, int threads,
                                                     NewStreamHandler new_handler,
                                                     Metrics& metrics);
  virtual ~StreamServer() = default;  // Stops at once.
  virtual uint16_t port() const = 0;
  // Accepts nothing new, lets handlers that wait finish, at most until the deadline.
  virtual void Stop(uint32_t deadline_ms) = 0;
};

}  // namespace spanhound::net
