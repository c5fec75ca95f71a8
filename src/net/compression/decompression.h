// Decompression: undoes the Content-Encoding of a whole body and never makes more than the caller
// allows, so that a bomb costs what it is allowed to and no more. Nothing is kept between two
// bodies, and so nothing of one request can show in another. Any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace spanhound::net {

struct OutputLimits {
  size_t bytes_max;
  // Asked before the output takes so many bytes of memory; its error ends the decompression.
  std::function<Status(size_t bytes)> may_grow_to = [](size_t) { return Status::Ok(); };
};

// RESOURCE_EXHAUSTED if more would come out than allowed, INVALID_ARGUMENT for damaged input and
// for one that ends in the middle, or the error of `may_grow_to`. Nothing at all is fine: some
// exporters announce an encoding and send an empty body.
using Decompress = Result<std::string>(std::string_view compressed, const OutputLimits& limits);

// For the token of a Content-Encoding header, in any case: null for "" and "identity",
// UNIMPLEMENTED for one we do not know.
Result<Decompress*> DecompressionOf(std::string_view content_encoding);

}  // namespace spanhound::net
