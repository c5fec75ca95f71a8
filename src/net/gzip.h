// gzip (RFC 1952) both ways. The decoder streams and never makes more than the caller's limit, so
// that a bomb costs what it is allowed to and no more. One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace spanhound::net {

class GzipDecoder {
 public:
  GzipDecoder();
  ~GzipDecoder();
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  // Appends what `compressed` holds to `out`, which never grows past `out_bytes_max`:
  // RESOURCE_EXHAUSTED. Damaged input is INVALID_ARGUMENT. Members may follow each other.
  Status Append(std::string_view compressed, size_t out_bytes_max, std::string& out);
  // INVALID_ARGUMENT when the input ended in the middle of a member. No input at all is fine:
  // some exporters announce gzip and send an empty body.
  Status Finish() const;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  bool in_member_ = false;
};

// Fast rather than small: it is for replies on their way to a waiting reader.
std::string GzipCompress(std::string_view bytes);

}  // namespace spanhound::net
