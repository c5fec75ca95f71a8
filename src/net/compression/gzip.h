// gzip (RFC 1952) both ways. For the way in see decompression.h.
#pragma once

#include <string>
#include <string_view>

#include "net/compression/decompression.h"

namespace spanhound::net {

// Members may follow each other.
Result<std::string> GzipDecompress(std::string_view compressed, const OutputLimits& limits);

// Fast rather than small: it is for replies on their way to a waiting reader.
std::string GzipCompress(std::string_view bytes);

}  // namespace spanhound::net
