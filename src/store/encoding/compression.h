// zstd, the only place that names it. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace spanhound::store {

// For the log, whose bytes somebody waits for and nobody keeps: matches only, no entropy coding.
inline constexpr int kLogCompression = -8;
// For bytes that stay (blocks): of columns in which little is found, and of the others.
inline constexpr int kFastCompression = 1;
inline constexpr int kBlockCompression = 3;

// Appends one zstd frame.
void AppendCompressed(std::string& out, std::string_view bytes, int level);

// The same for bytes of which only frequencies tell something (planes of integers): short matches
// among few different bytes are chance, and cost more than they save.
void AppendCompressedPlane(std::string& out, std::string_view bytes);

// False unless `frame` is one frame of exactly `raw_size` bytes, which the caller has bounded.
bool Decompress(std::string_view frame, uint64_t raw_size, std::string* bytes);

}  // namespace spanhound::store
