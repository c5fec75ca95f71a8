// One way to carry a serialized export request to a backend, one attempt at a time.
//
// HTTP and gRPC both go by libcurl: a unary call is a POST over HTTP/2, and unlike grpc++ curl has
// no threads, so that a process may go on exporting after fork().
//
// Threads: Send from one thread at a time; it returns soon after `stop` says so.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "stop_signal.h"

namespace spanhound::sdk {

inline constexpr std::size_t kReplyBytesMax = 64 * 1024;  // replies hold a short status at most

struct Reply {
  enum class Kind : std::uint8_t {
    kAccepted,
    kRetry,    // worth another attempt, as the protocol defines it
    kRefused,  // the same request would fail again
  };
  Kind kind = Kind::kRefused;
  std::string error;                         // why not accepted
  std::chrono::milliseconds retry_after{0};  // the backend's wish
  std::string body;                          // when accepted
};

class Transport {
 public:
  virtual ~Transport() = default;
  virtual Reply Send(std::string_view body, StopSignal::Clock::time_point deadline,
                     const StopSignal& stop) = 0;
  virtual const std::string& destination() const = 0;  // for messages
};

// What the transports must know of the peer.
struct Endpoint {
  std::string url = {};  // http(s)://host:port/path; gRPC and UDP: host:port
  std::map<std::string, std::string> headers = {};  // names in lower case
  bool tls = false;                                 // gRPC only; HTTP says it in the url
  bool gzip = false;                                // bodies given to Send are compressed already
  std::string ca_file = {};                         // PEM, as the next two
  std::string client_certificate_file = {};
  std::string client_key_file = {};
};

std::unique_ptr<Transport> MakeHttpTransport(Endpoint endpoint, std::string content_type);
std::unique_ptr<Transport> MakeGrpcTransport(Endpoint endpoint, std::string method);
// Each body is one datagram.
std::unique_ptr<Transport> MakeUdpTransport(Endpoint endpoint);

}  // namespace spanhound::sdk
