// Decompressor: undoes one Content-Encoding as the bytes come in, and never makes more than the
// caller's limit, so that a bomb costs what it is allowed to and no more. Nothing is shared between
// decoders, and so nothing of one request can show in another. One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace spanhound::net {

class Decompressor {
 public:
  virtual ~Decompressor() = default;
  // Appends what `compressed` holds to `out`, which never grows past `out_bytes_max`:
  // RESOURCE_EXHAUSTED. Damaged input is INVALID_ARGUMENT.
  virtual Status Append(std::string_view compressed, size_t out_bytes_max, std::string& out) = 0;
  // INVALID_ARGUMENT when the input ended in the middle. No input at all is fine: some exporters
  // announce an encoding and send an empty body.
  virtual Status Finish() const = 0;
};

// For the token of a Content-Encoding header, in any case: null for "" and "identity",
// UNIMPLEMENTED for one we do not know.
Result<std::unique_ptr<Decompressor>> NewDecompressor(std::string_view content_encoding);

}  // namespace spanhound::net
