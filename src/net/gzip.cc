#include "net/gzip.h"

#include <zlib.h>

#include <algorithm>

namespace spanhound::net {
namespace {

constexpr int kWindowBitsGzipOnly = 15 + 16;
constexpr size_t kGrowthBytesMin = 16 << 10;
constexpr size_t kGrowthBytesMax = 1 << 20;

}  // namespace

struct GzipDecoder::Stream {
  z_stream z{};
};

GzipDecoder::GzipDecoder() : stream_(std::make_unique<Stream>()) {
  CHECK(inflateInit2(&stream_->z, kWindowBitsGzipOnly) == Z_OK);  // fails only without memory
}

GzipDecoder::~GzipDecoder() { inflateEnd(&stream_->z); }

Status GzipDecoder::Append(std::string_view compressed, size_t out_bytes_max, std::string& out) {
  z_stream& z = stream_->z;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  z.avail_in = static_cast<uInt>(compressed.size());  // callers feed at most a read buffer
  DCHECK(compressed.size() == z.avail_in);
  bool out_was_full = false;
  while (z.avail_in > 0 || out_was_full) {
    size_t old_size = out.size();
    // One byte more than allowed, so that "exactly the limit" and "over it" differ.
    size_t room = std::min(out_bytes_max + 1 - old_size,
                           std::clamp(old_size, kGrowthBytesMin, kGrowthBytesMax));
    out.resize(old_size + room);
    z.next_out = reinterpret_cast<Bytef*>(out.data() + old_size);
    z.avail_out = static_cast<uInt>(room);
    int code = inflate(&z, Z_NO_FLUSH);
    out.resize(out.size() - z.avail_out);
    out_was_full = z.avail_out == 0;
    if (out.size() > out_bytes_max) return ResourceExhausted("the decompressed body is too large");
    if (code == Z_STREAM_END) {
      in_member_ = false;
      out_was_full = false;
      inflateReset(&z);
    } else if (code == Z_OK) {
      in_member_ = true;
    } else if (code != Z_BUF_ERROR) {  // that one only says: nothing to do without more input
      return InvalidArgument("the body is not valid gzip");
    }
  }
  return Status::Ok();
}

Status GzipDecoder::Finish() const {
  if (in_member_) return InvalidArgument("the gzip body is truncated");
  return Status::Ok();
}

std::string GzipCompress(std::string_view bytes) {
  z_stream z{};
  CHECK(deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, kWindowBitsGzipOnly, 8, Z_DEFAULT_STRATEGY) ==
        Z_OK);
  std::string out(deflateBound(&z, bytes.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);  // deflateBound promises room
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

}  // namespace spanhound::net
