#include "net/grpc/grpc_message.h"

#include <string_view>

#include "net/compression/decompression.h"

namespace spanhound::net {
namespace {

constexpr std::string_view kGzipMagic("\x1f\x8b\x08", 3);
constexpr std::string_view kZstdMagic("\x28\xb5\x2f\xfd", 4);
constexpr std::string_view kSnappyMagic("\xff\x06\x00\x00sNaPpY", 10);

std::string_view EncodingOf(std::string_view bytes) {
  if (bytes.starts_with(kGzipMagic)) return "gzip";
  if (bytes.starts_with(kZstdMagic)) return "zstd";
  return bytes.starts_with(kSnappyMagic) ? "snappy" : "identity";
}

}  // namespace

Result<std::string> ReadMessage(std::string wire_bytes, const RequestLimits& limits) {
  ASSIGN_OR_RETURN(Decompress* const decompress, DecompressionOf(EncodingOf(wire_bytes)));
  if (decompress == nullptr) return wire_bytes;
  return decompress(wire_bytes, {limits.decoded_bytes_max(wire_bytes.size())});
}

}  // namespace spanhound::net
