#include "net/grpc_message.h"

#include <algorithm>
#include <string_view>

#include "net/decompressor.h"

namespace spanhound::net {
namespace {

constexpr std::string_view kGzipMagic("\x1f\x8b\x08", 3);
constexpr std::string_view kZstdMagic("\x28\xb5\x2f\xfd", 4);
constexpr size_t kFreeBytes = 1 << 20;  // may be compressed as well as one likes

std::string_view EncodingOf(std::string_view bytes) {
  if (bytes.starts_with(kGzipMagic)) return "gzip";
  return bytes.starts_with(kZstdMagic) ? "zstd" : "identity";
}

}  // namespace

Result<std::string> ReadMessage(std::string wire_bytes, size_t bytes_max, size_t ratio_max) {
  ASSIGN_OR_RETURN(auto decompressor, NewDecompressor(EncodingOf(wire_bytes)));
  if (decompressor == nullptr) return wire_bytes;
  const size_t decoded_bytes_max =
      std::min(bytes_max, std::max(kFreeBytes, wire_bytes.size() * ratio_max));
  std::string message;
  RETURN_IF_ERROR(decompressor->Append(wire_bytes, decoded_bytes_max, message));
  RETURN_IF_ERROR(decompressor->Finish());
  return message;
}

}  // namespace spanhound::net
