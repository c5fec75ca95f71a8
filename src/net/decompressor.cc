#include "net/decompressor.h"

#include <boost/beast/core/string.hpp>

#include "net/gzip.h"
#include "net/zstd_decoder.h"

namespace spanhound::net {

Result<std::unique_ptr<Decompressor>> NewDecompressor(std::string_view content_encoding) {
  using boost::beast::iequals;
  std::unique_ptr<Decompressor> decompressor;
  if (iequals(content_encoding, "gzip") || iequals(content_encoding, "x-gzip")) {
    decompressor = std::make_unique<GzipDecoder>();
  } else if (iequals(content_encoding, "zstd")) {
    decompressor = std::make_unique<ZstdDecoder>();
  } else if (!content_encoding.empty() && !iequals(content_encoding, "identity")) {
    return Unimplemented("unsupported Content-Encoding; send identity, gzip or zstd");
  }
  return decompressor;
}

}  // namespace spanhound::net
