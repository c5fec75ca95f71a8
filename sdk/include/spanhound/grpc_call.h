// What the gRPC middleware tells an on_call hook about a finished call, on either side. Its texts
// live as long as the hook runs.
#pragma once

#include <grpcpp/support/status_code_enum.h>

#include <chrono>
#include <string_view>

namespace spanhound::sdk {

struct GrpcCall {
  std::string_view method;        // "package.Service/Method"
  std::chrono::nanoseconds cost;  // from its start to its status
  grpc::StatusCode code;
  std::string_view message;  // of the status
};

}  // namespace spanhound::sdk
