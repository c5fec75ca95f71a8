// What the gRPC middleware tells about a finished call, on either side.
#pragma once

#include <grpcpp/support/status_code_enum.h>

#include <chrono>
#include <string_view>

namespace spanhound::sdk {

struct GrpcCall {
  std::string_view method;  // "package.Service/Method"
  std::chrono::nanoseconds cost;
  grpc::StatusCode code;
  std::string_view message;  // of the status
};

}  // namespace spanhound::sdk
