#include "net/compression/gzip.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>

#include "base/bytes.h"
#include "base/check.h"

namespace spanhound::net {
namespace {

constexpr size_t kOutputBytesMin = 4 << 10;
constexpr int kFastLevel = 1;

struct Free {
  void operator()(libdeflate_decompressor* it) const { libdeflate_free_decompressor(it); }
  void operator()(libdeflate_compressor* it) const { libdeflate_free_compressor(it); }
};

// A member ends with its length modulo 2^32: only a claim, but usually true, and then the output is
// made once.
size_t AnnouncedBytes(std::string_view compressed) {
  const size_t length_at = compressed.size() - std::min(compressed.size(), sizeof(uint32_t));
  return ByteReader(compressed.substr(length_at)).ReadFixed<uint32_t>();
}

Status Grow(size_t bytes, const OutputLimits& limits, std::string& out) {
  if (out.size() == limits.bytes_max) {
    return ResourceExhausted("the decompressed body is too large");
  }
  bytes = std::min(std::max(bytes, kOutputBytesMin), limits.bytes_max);
  RETURN_IF_ERROR(limits.may_grow_to(bytes));
  out.resize(bytes);
  return Status::Ok();
}

}  // namespace

Result<std::string> GzipDecompress(std::string_view compressed, const OutputLimits& limits) {
  const std::unique_ptr<libdeflate_decompressor, Free> decompressor(
      libdeflate_alloc_decompressor());
  CHECK(decompressor != nullptr);  // fails only without memory
  std::string out;
  size_t written = 0;
  if (!compressed.empty()) RETURN_IF_ERROR(Grow(AnnouncedBytes(compressed), limits, out));
  while (!compressed.empty()) {
    size_t read_bytes = 0, member_bytes = 0;
    const libdeflate_result result = libdeflate_gzip_decompress_ex(
        decompressor.get(), compressed.data(), compressed.size(), out.data() + written,
        out.size() - written, &read_bytes, &member_bytes);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
      RETURN_IF_ERROR(Grow(out.size() * 2, limits, out));
      continue;  // with this member from its start: all of this costs twice the work at most
    }
    if (result != LIBDEFLATE_SUCCESS) {
      return InvalidArgument("the body is not valid gzip, or is truncated");
    }
    compressed.remove_prefix(read_bytes);
    written += member_bytes;
  }
  out.resize(written);
  return out;
}

std::string GzipCompress(std::string_view bytes) {
  const std::unique_ptr<libdeflate_compressor, Free> compressor(
      libdeflate_alloc_compressor(kFastLevel));
  CHECK(compressor != nullptr);  // fails only without memory
  std::string out(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  const size_t size = libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(),
                                               out.data(), out.size());
  CHECK(size > 0);  // the bound promises room
  out.resize(size);
  return out;
}

}  // namespace spanhound::net
