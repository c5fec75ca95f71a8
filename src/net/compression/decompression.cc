#include "net/compression/decompression.h"

#include <boost/beast/core/string.hpp>

#include "net/compression/gzip.h"
#include "net/compression/zstd.h"

namespace spanhound::net {

Result<Decompress*> DecompressionOf(std::string_view content_encoding) {
  using boost::beast::iequals;
  if (content_encoding.empty() || iequals(content_encoding, "identity")) return nullptr;
  if (iequals(content_encoding, "gzip") || iequals(content_encoding, "x-gzip")) {
    return &GzipDecompress;
  }
  if (iequals(content_encoding, "zstd")) return &ZstdDecompress;
  return Unimplemented("unsupported Content-Encoding; send identity, gzip or zstd");
}

}  // namespace spanhound::net
