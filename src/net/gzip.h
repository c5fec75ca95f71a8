// gzip (RFC 1952) both ways. For the way in see Decompressor.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/decompressor.h"

namespace spanhound::net {

class GzipDecoder : public Decompressor {
 public:
  GzipDecoder();
  ~GzipDecoder() override;
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  // Members may follow each other.
  Status Append(std::string_view compressed, size_t out_bytes_max, std::string& out) override;
  Status Finish() const override;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  bool in_member_ = false;
};

// Fast rather than small: it is for replies on their way to a waiting reader.
std::string GzipCompress(std::string_view bytes);

}  // namespace spanhound::net
