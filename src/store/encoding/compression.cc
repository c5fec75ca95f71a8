#include "store/encoding/compression.h"

#include <zstd.h>

#include <memory>

#include "base/check.h"

namespace spanhound::store {
namespace {

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

constexpr int kPlaneMatchMin = 7;  // the most that zstd takes

// One context a thread: making one costs more than compressing a small batch.
ZSTD_CCtx* Compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  CHECK(context != nullptr);
  return context.get();
}

ZSTD_CCtx* PlaneCompressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context = [] {
    std::unique_ptr<ZSTD_CCtx, FreeContext> made(ZSTD_createCCtx());
    CHECK(made != nullptr);
    ZSTD_CCtx_setParameter(made.get(), ZSTD_c_compressionLevel, kFastCompression);
    ZSTD_CCtx_setParameter(made.get(), ZSTD_c_minMatch, kPlaneMatchMin);
    return made;
  }();
  return context.get();
}

ZSTD_DCtx* Decompressor() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  CHECK(context != nullptr);
  return context.get();
}

}  // namespace

void AppendCompressed(std::string& out, std::string_view bytes, int level) {
  const size_t start = out.size();
  out.resize(start + ZSTD_compressBound(bytes.size()));
  const size_t written = ZSTD_compressCCtx(Compressor(), out.data() + start, out.size() - start,
                                           bytes.data(), bytes.size(), level);
  CHECK(!ZSTD_isError(written));
  out.resize(start + written);
}

void AppendCompressedPlane(std::string& out, std::string_view bytes) {
  const size_t start = out.size();
  out.resize(start + ZSTD_compressBound(bytes.size()));
  const size_t written = ZSTD_compress2(PlaneCompressor(), out.data() + start, out.size() - start,
                                        bytes.data(), bytes.size());
  CHECK(!ZSTD_isError(written));
  out.resize(start + written);
}

bool Decompress(std::string_view frame, uint64_t raw_size, std::string* bytes) {
  if (ZSTD_getFrameContentSize(frame.data(), frame.size()) != raw_size) return false;
  bytes->resize(raw_size);
  const size_t got =
      ZSTD_decompressDCtx(Decompressor(), bytes->data(), bytes->size(), frame.data(), frame.size());
  return got == raw_size;
}

}  // namespace spanhound::store
