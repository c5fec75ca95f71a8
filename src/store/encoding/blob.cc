#include "store/encoding/blob.h"

#include "store/encoding/compression.h"

namespace spanhound::store {
namespace {

// Too short for a frame to pay.
constexpr size_t kCompressedFrom = 32;

}  // namespace

void AppendRawBlob(std::string& out, std::string_view bytes) {
  AppendVarint(out, bytes.size() << 1);
  out.append(bytes);
}

void AppendBlob(std::string& out, std::string_view bytes, int level) {
  if (bytes.size() < kCompressedFrom) return AppendRawBlob(out, bytes);
  std::string frame;
  AppendCompressed(frame, bytes, level);
  if (frame.size() + 2 >= bytes.size()) return AppendRawBlob(out, bytes);
  AppendVarint(out, bytes.size() << 1 | 1);
  AppendLengthPrefixed(out, frame);
}

bool ReadBlob(ByteReader& in, std::string* storage, std::string_view* bytes) {
  const uint64_t header = in.ReadVarint();
  const uint64_t size = header >> 1;
  if (!in.ok() || size > kBlobBytesMax) return false;
  if ((header & 1) == 0) {
    *bytes = in.ReadBytes(size);
    return in.ok();
  }
  const std::string_view frame = in.ReadLengthPrefixed();
  if (!in.ok() || !Decompress(frame, size, storage)) return false;
  *bytes = *storage;
  return true;
}

bool SkipBlob(ByteReader& in, std::string_view* blob, uint64_t* size) {
  const std::string_view start = in.rest();
  const uint64_t header = in.ReadVarint();
  *size = header >> 1;
  if ((header & 1) == 0) {
    in.ReadBytes(*size);
  } else {
    in.ReadLengthPrefixed();
  }
  *blob = start.substr(0, start.size() - in.remaining());
  return in.ok() && *size <= kBlobBytesMax;
}

}  // namespace spanhound::store
