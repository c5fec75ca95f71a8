// zstd (RFC 8878), the way in only. See decompression.h.
#pragma once

#include <string>
#include <string_view>

#include "net/compression/decompression.h"

namespace spanhound::net {

// Frames may follow each other.
Result<std::string> ZstdDecompress(std::string_view compressed, const OutputLimits& limits);

}  // namespace spanhound::net
