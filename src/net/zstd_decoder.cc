#include "net/zstd_decoder.h"

#include <zstd.h>

#include <algorithm>

namespace spanhound::net {
namespace {

// The window is memory a frame may claim before it has sent a byte. 8 MiB is what RFC 8878 asks
// every decoder to support and what no level below --ultra exceeds.
constexpr int kWindowLogMax = 23;
constexpr size_t kGrowthBytesMin = 16 << 10;
constexpr size_t kGrowthBytesMax = 1 << 20;

}  // namespace

struct ZstdDecoder::Stream {
  ZSTD_DCtx* const context = ZSTD_createDCtx();
  ~Stream() { ZSTD_freeDCtx(context); }
};

ZstdDecoder::ZstdDecoder() : stream_(std::make_unique<Stream>()) {
  CHECK(stream_->context != nullptr);  // fails only without memory
  ZSTD_DCtx_setParameter(stream_->context, ZSTD_d_windowLogMax, kWindowLogMax);
}

ZstdDecoder::~ZstdDecoder() = default;

Status ZstdDecoder::Append(std::string_view compressed, size_t out_bytes_max, std::string& out) {
  ZSTD_inBuffer in{compressed.data(), compressed.size(), 0};
  bool out_was_full = false;
  while (in.pos < in.size || out_was_full) {
    const size_t old_size = out.size();
    // One byte more than allowed, so that "exactly the limit" and "over it" differ.
    const size_t room = std::min(out_bytes_max + 1 - old_size,
                                 std::clamp(old_size, kGrowthBytesMin, kGrowthBytesMax));
    out.resize(old_size + room);
    ZSTD_outBuffer to{out.data() + old_size, room, 0};
    const size_t hint = ZSTD_decompressStream(stream_->context, &to, &in);
    out.resize(old_size + to.pos);
    if (ZSTD_isError(hint)) return InvalidArgument("the body is not valid zstd");
    if (out.size() > out_bytes_max) return ResourceExhausted("the decompressed body is too large");
    in_frame_ = hint != 0;
    out_was_full = in_frame_ && to.pos == room;
  }
  return Status::Ok();
}

Status ZstdDecoder::Finish() const {
  if (in_frame_) return InvalidArgument("the zstd body is truncated");
  return Status::Ok();
}

}  // namespace spanhound::net
