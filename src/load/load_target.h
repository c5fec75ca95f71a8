// LoadTarget: one connection to an endpoint that takes trace requests: of OTLP as they are encoded,
// of other formats written anew from that. gRPC
// connections may be used by several threads at once, HTTP connections by one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace spanhound::load {

struct SendResult {
  Status status;                // ok: acknowledged
  bool is_retryable = false;    // by the OTLP rules
  uint32_t retry_after_ms = 0;  // what the server asked for; 0: nothing
  uint64_t rejected_spans = 0;  // of an acknowledged request
};

struct LoadTargetOptions {
  // "grpc://host:port", "http://host:port", or with the path where it is not /v1/traces; grpcs://
  // and https:// through TLS; zipkin-json://, zipkin-proto://, elasticsearch://, fluent://; or one
  // of jaeger_target.h.
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers = {};  // metadata for gRPC
  uint32_t timeout_ms = 30'000;                                   // of a request
  std::string authorities = {};  // PEM file of who may sign the server's certificate
};

class LoadTarget {
 public:
  // INVALID_ARGUMENT for another kind of URL. Connects with the first request.
  static Result<std::unique_ptr<LoadTarget>> Create(const LoadTargetOptions& options);
  virtual ~LoadTarget() = default;
  virtual SendResult Send(std::string_view body) = 0;
};

}  // namespace spanhound::load
