// gRPC server plumbing on grpc++'s asynchronous generic service: calls as bytes, so that the hot
// path decodes protobuf itself and no generated message is made. Knows no telemetry. Handlers run
// on the server's threads, must not block for long, and reply exactly once from any thread: with
// one message, or with something that makes several, one at a time.
// While messages wait too long for a thread, new calls are told to come back before theirs is read,
// and not at once: a flood of refusals would take the time of those that were let in. Messages may
// be compressed with gzip or zstd; unknown methods get UNIMPLEMENTED; messages past the limit
// RESOURCE_EXHAUSTED.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "base/request_limits.h"
#include "base/status.h"
#include "net/byte_budget.h"
#include "net/grpc/grpc_peer.h"
#include "net/tls_files.h"

namespace spanhound::net {

struct GrpcRequest {
  std::string body;
  std::vector<std::pair<std::string, std::string>> metadata;  // names in lower case
  std::string method = {};                                    // "/package.Service/Method"
  std::shared_ptr<GrpcPeer> peer = {};

  std::string_view metadata_value(std::string_view name) const;  // first, or ""
};

// The next message of an answer; nothing when there are no more. Called on the server's threads,
// never by two at once, and not before the message before has been written; let go when it has no
// more, or when the client has gone. What it throws is INTERNAL.
using GrpcMessages = std::function<std::optional<std::string>()>;

struct GrpcReply {
  Status status;
  std::string body = {};            // when ok
  std::string status_details = {};  // grpc-status-details-bin (google.rpc.Status) when not
  GrpcMessages messages = {};       // when ok and set: they are the answer, and there is no body
};

using GrpcResponder = std::function<void(GrpcReply)>;
using GrpcHandler = std::function<void(GrpcRequest, GrpcResponder)>;

// Asked before the message of a call is read; may change the metadata the handler will see. Its
// error is the answer. Any thread, and must not block. Health checks are always admitted: they say
// nothing but that the server is there, and a prober has no credentials.
using GrpcAdmission = std::function<Status(GrpcRequest& head)>;

struct GrpcServerOptions {
  std::string name;  // for logs and the metric label: "otlp-grpc"
  std::string address = "127.0.0.1";
  uint16_t port = 0;                        // 0: any free one
  RequestLimits request;                    // of a message; body_bytes_max also as sent
  size_t in_flight_bytes_max = 128u << 20;  // of messages not handled yet; past it UNAVAILABLE
  std::shared_ptr<ByteBudget> in_flight;    // shared by several servers; default: one of its own
  uint32_t queue_delay_max_ms = 2000;       // as in http_limits.h
  // An UNAVAILABLE is held so long (or half of the time its call has left). Clients have so many
  // calls open on a connection, and send the next when one is answered. Exporters wait 10 s: that
  // is enough to be told twice and try once more.
  uint32_t refusal_hold_ms = 3000;
  // An answer of several messages is ended when its client has taken none for one to two times so
  // long: what is left of it holds memory.
  uint32_t unread_timeout_ms = 30'000;
  int threads = 0;      // for the handlers; 0: one a core, two at least
  GrpcAdmission admit;  // default: everybody
  // grpc-status-details-bin of what the server itself answers; default: none.
  std::function<std::string(const Status&)> error_details;
  TlsFiles tls;  // read again every tls_reload_seconds; default: plain text
  uint32_t tls_reload_seconds = 10;
};

class GrpcServer {
 public:
  // `methods`: "/package.Service/Method" -> handler. Listening when it returns.
  static Result<std::unique_ptr<GrpcServer>> Start(
      GrpcServerOptions options, std::vector<std::pair<std::string, GrpcHandler>> methods,
      Metrics& metrics);
  virtual ~GrpcServer() = default;
  virtual uint16_t port() const = 0;
  // Accepts nothing new, lets running calls finish, at most until the deadline.
  virtual void Stop(uint32_t deadline_ms) = 0;
};

}  // namespace spanhound::net
