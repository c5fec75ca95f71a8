// Blocking unary gRPC calls with raw bytes, for the load generator. Any thread; calls share one
// connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace spanhound::net {

class GrpcClient {
 public:
  // `target` is "host:port". `metadata` goes with every call; names in lower case.
  static std::unique_ptr<GrpcClient> Create(
      const std::string& target,
      const std::vector<std::pair<std::string, std::string>>& metadata = {});
  // The same through TLS. `authorities`: a PEM file of who may sign the server's certificate;
  // empty: whom the system trusts.
  static Result<std::unique_ptr<GrpcClient>> CreateTls(
      const std::string& target, const std::string& authorities,
      const std::vector<std::pair<std::string, std::string>>& metadata = {});
  virtual ~GrpcClient() = default;
  // The reply's bytes or its status.
  virtual Result<std::string> Call(const std::string& method, std::string_view body,
                                   uint32_t timeout_ms = 30'000) = 0;
};

}  // namespace spanhound::net
