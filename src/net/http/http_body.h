// HttpBody: gathers the body of one request and undoes its Content-Encoding when it is whole, under
// two limits: its own size and the memory all requests may hold at once (byte_budget.h). Until then
// it holds what came off the wire and no more, so that requests that wait cost little. One thread
// at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/request_limits.h"
#include "net/byte_budget.h"
#include "net/compression/decompression.h"
#include "net/http/http_head.h"

namespace spanhound::net {

class HttpBody {
 public:
  // Both outlive this.
  HttpBody(const RequestLimits& limits, ByteBudget& budget) : limits_(limits), budget_(budget) {}
  ~HttpBody() { budget_.Give(taken_bytes_); }
  HttpBody(const HttpBody&) = delete;
  HttpBody& operator=(const HttpBody&) = delete;

  // 415 for an encoding we do not know, 413 for a length that cannot fit.
  HttpError Begin(std::string_view content_encoding, std::optional<uint64_t> content_length);
  // The next bytes as they came off the wire: 400, 413, or 503 when the server's memory is full.
  HttpError Append(std::string_view bytes);
  // No more bytes come: undoes the encoding. 400, 413 or 503.
  HttpError Finish();
  // The whole body. What it holds of the budget stays taken until this object dies.
  std::string Take() { return std::move(bytes_); }

 private:
  HttpError TakeFromBudget(size_t size_bytes);

  const RequestLimits& limits_;
  ByteBudget& budget_;
  size_t taken_bytes_ = 0;
  std::string bytes_;
  Decompress* decompress_ = nullptr;  // null: the bytes are the body
};

}  // namespace spanhound::net
