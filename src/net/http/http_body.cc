#include "net/http/http_body.h"

#include <algorithm>
#include <utility>

namespace spanhound::net {
namespace {

// A Content-Length is only a claim, so no more than this is reserved on its word.
constexpr size_t kReserveBytesMax = 1 << 20;

HttpError TooLarge(size_t bytes_max) {
  return {413, "the body is larger than the limit of " + std::to_string(bytes_max) + " bytes"};
}

}  // namespace

HttpError HttpBody::Begin(std::string_view content_encoding,
                          std::optional<uint64_t> content_length) {
  const Result<Decompress*> decompress = DecompressionOf(content_encoding);
  if (!decompress.ok()) return {415, decompress.status().message()};
  decompress_ = *decompress;
  if (!content_length) return {};
  size_t wire_bytes_max =
      decompress_ != nullptr ? limits_.wire_bytes_max() : limits_.body_bytes_max;
  if (*content_length > wire_bytes_max) return TooLarge(limits_.body_bytes_max);
  bytes_.reserve(std::min<size_t>(*content_length, kReserveBytesMax));
  return {};
}

HttpError HttpBody::TakeFromBudget(size_t size_bytes) {
  if (size_bytes <= taken_bytes_) return {};
  if (!budget_.Take(size_bytes - taken_bytes_)) {
    return {503, "too many request bytes in flight; try again"};
  }
  taken_bytes_ = size_bytes;
  return {};
}

HttpError HttpBody::Append(std::string_view bytes) {
  const size_t bytes_max =
      decompress_ != nullptr ? limits_.wire_bytes_max() : limits_.body_bytes_max;
  if (bytes_.size() + bytes.size() > bytes_max) return TooLarge(limits_.body_bytes_max);
  if (HttpError error = TakeFromBudget(bytes_.size() + bytes.size())) return error;
  bytes_.append(bytes);
  return {};
}

HttpError HttpBody::Finish() {
  if (decompress_ == nullptr) return {};
  const std::string wire_bytes = std::exchange(bytes_, {});
  const OutputLimits limits{limits_.decoded_bytes_max(wire_bytes.size()), [&](size_t bytes) {
                              const HttpError error = TakeFromBudget(wire_bytes.size() + bytes);
                              return error ? Unavailable(error.message) : Status::Ok();
                            }};
  Result<std::string> body = decompress_(wire_bytes, limits);
  if (body.ok()) {
    bytes_ = std::move(*body);
    return {};
  }
  if (body.status().code() == Code::kUnavailable) return {503, body.status().message()};
  if (body.status().code() != Code::kResourceExhausted) return {400, body.status().message()};
  if (limits.bytes_max == limits_.body_bytes_max) return TooLarge(limits_.body_bytes_max);
  return {413, "the body is compressed more than " + std::to_string(limits_.compression_ratio_max) +
                   ":1"};
}

}  // namespace spanhound::net
