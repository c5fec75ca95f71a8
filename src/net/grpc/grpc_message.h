// The bytes of a gRPC message as its sender meant them: what is compressed is undone here, not in
// grpc++, which makes the whole message before it looks at its limit. A pure function.
#pragma once

#include <string>

#include "base/request_limits.h"
#include "base/status.h"

namespace spanhound::net {

// gzip and zstd are known by their first bytes, with which no protobuf message of ours begins (0x1f
// has a wire type that does not exist). RESOURCE_EXHAUSTED past the limits of a body, UNIMPLEMENTED
// if it is snappy's, which the Collector can be told to send, INVALID_ARGUMENT if it is damaged.
Result<std::string> ReadMessage(std::string wire_bytes, const RequestLimits& limits);

}  // namespace spanhound::net
