// Between gRPC's slices and strings, and between its status and ours. Pure functions.
#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <string>
#include <string_view>

#include "base/status.h"

namespace spanhound::net {

// A message arrives in slices of some kilobytes; decoders want it in one piece. The one copy.
inline std::string GatherSlices(const grpc::ByteBuffer& buffer) {
  std::string bytes;
  bytes.reserve(buffer.Length());
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

inline grpc::ByteBuffer ToByteBuffer(std::string_view bytes) {
  grpc::Slice slice(bytes.data(), bytes.size());
  return grpc::ByteBuffer(&slice, 1);
}

inline grpc::Status ToGrpcStatus(const Status& status, const std::string& details) {
  if (status.ok()) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(status.code()), status.message(), details};
}

inline Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return Status::Ok();
  return {static_cast<Code>(status.error_code()), status.error_message()};
}

}  // namespace spanhound::net
