// A blob: bytes that say of themselves how long they are and whether they are compressed (one zstd
// frame; only if that made them smaller). docs/format/block.md has the bytes. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace spanhound::store {

// Larger ones in a file are damage.
inline constexpr uint64_t kBlobBytesMax = 256u << 20;

void AppendBlob(std::string& out, std::string_view bytes, int level);
// For bytes known not to compress.
void AppendRawBlob(std::string& out, std::string_view bytes);

// `bytes` points into what `in` reads, or into `storage` if they had to be decompressed. False on
// damage.
bool ReadBlob(ByteReader& in, std::string* storage, std::string_view* bytes);
// The bytes of a blob as it stands, for a ReadBlob later, and the size of what is in it.
bool SkipBlob(ByteReader& in, std::string_view* blob, uint64_t* size);

}  // namespace spanhound::store
