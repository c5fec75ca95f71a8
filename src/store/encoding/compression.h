// zstd, the only place that names it. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace spanhound::store {

// For bytes somebody waits for (the log), and for bytes that stay (blocks).
inline constexpr int kFastCompression = 1;
// For so few bytes that the tables zstd builds for them cost more than they save: no entropy coding
// of literals, a third of the time for a tenth more bytes.
inline constexpr int kSmallCompression = -2;
inline constexpr size_t kSmallBytesMax = 8 << 10;
inline constexpr int kBlockCompression = 3;

// Appends one zstd frame.
void AppendCompressed(std::string& out, std::string_view bytes, int level);

// The same for bytes of which only frequencies tell something (planes of integers): short matches
// among few different bytes are chance, and cost more than they save.
void AppendCompressedPlane(std::string& out, std::string_view bytes);

// False unless `frame` is one frame of exactly `raw_size` bytes, which the caller has bounded.
bool Decompress(std::string_view frame, uint64_t raw_size, std::string* bytes);

}  // namespace spanhound::store
