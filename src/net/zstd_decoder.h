// zstd (RFC 8878), the way in only. See Decompressor.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/decompressor.h"

namespace spanhound::net {

class ZstdDecoder : public Decompressor {
 public:
  ZstdDecoder();
  ~ZstdDecoder() override;
  ZstdDecoder(const ZstdDecoder&) = delete;
  ZstdDecoder& operator=(const ZstdDecoder&) = delete;

  // Frames may follow each other.
  Status Append(std::string_view compressed, size_t out_bytes_max, std::string& out) override;
  Status Finish() const override;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  bool in_frame_ = false;
};

}  // namespace spanhound::net
