#include "net/compression/zstd.h"

#include <zstd.h>

#include <algorithm>
#include <memory>

#include "base/check.h"

namespace spanhound::net {
namespace {

// The window is memory a frame may claim before it has sent a byte. 8 MiB is what RFC 8878 asks
// every decoder to support and what no level below --ultra exceeds.
constexpr int kWindowLogMax = 23;
constexpr size_t kGrowthBytesMin = 16 << 10;
constexpr size_t kGrowthBytesMax = 1 << 20;

struct Free {
  void operator()(ZSTD_DCtx* it) const { ZSTD_freeDCtx(it); }
};

}  // namespace

Result<std::string> ZstdDecompress(std::string_view compressed, const OutputLimits& limits) {
  const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  CHECK(context != nullptr);  // fails only without memory
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowLogMax);
  ZSTD_inBuffer in{compressed.data(), compressed.size(), 0};
  std::string out;
  bool in_frame = false;
  bool out_was_full = false;
  while (in.pos < in.size || out_was_full) {
    const size_t old_size = out.size();
    // One byte more than allowed, so that "exactly the limit" and "over it" differ.
    const size_t room = std::min(limits.bytes_max + 1 - old_size,
                                 std::clamp(old_size, kGrowthBytesMin, kGrowthBytesMax));
    RETURN_IF_ERROR(limits.may_grow_to(old_size + room));
    out.resize(old_size + room);
    ZSTD_outBuffer to{out.data() + old_size, room, 0};
    const size_t hint = ZSTD_decompressStream(context.get(), &to, &in);
    out.resize(old_size + to.pos);
    if (ZSTD_isError(hint)) return InvalidArgument("the body is not valid zstd");
    if (out.size() > limits.bytes_max) {
      return ResourceExhausted("the decompressed body is too large");
    }
    in_frame = hint != 0;
    out_was_full = in_frame && to.pos == room;
  }
  if (in_frame) return InvalidArgument("the zstd body is truncated");
  return out;
}

}  // namespace spanhound::net
