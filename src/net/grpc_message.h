// The bytes of a gRPC message as its sender meant them: what is compressed is undone here, not in
// grpc++, which makes the whole message before it looks at its limit. A pure function.
#pragma once

#include <string>

#include "base/status.h"

namespace spanhound::net {

// gzip and zstd are known by their first bytes, with which no protobuf message of ours begins (0x1f
// has a wire type that does not exist). RESOURCE_EXHAUSTED past `bytes_max` or when it is
// compressed more than `ratio_max`:1 past the first MiB, INVALID_ARGUMENT if it is damaged.
Result<std::string> ReadMessage(std::string wire_bytes, size_t bytes_max, size_t ratio_max);

}  // namespace spanhound::net
