#include "net/http_body.h"

#include <algorithm>

namespace spanhound::net {
namespace {

// A Content-Length is only a claim, so no more than this is reserved on its word.
constexpr size_t kReserveBytesMax = 1 << 20;
constexpr size_t kDecodeBytes = 16 << 10;  // at once; between two the budget is asked

HttpError TooLarge(size_t bytes_max) {
  return {413, "the body is larger than the limit of " + std::to_string(bytes_max) + " bytes"};
}

}  // namespace

HttpError HttpBody::Begin(std::string_view content_encoding,
                          std::optional<uint64_t> content_length) {
  Result<std::unique_ptr<Decompressor>> decompressor = NewDecompressor(content_encoding);
  if (!decompressor.ok()) return {415, decompressor.status().message()};
  decompressor_ = std::move(*decompressor);
  if (!content_length) return {};
  size_t wire_bytes_max = decompressor_ ? limits_.wire_bytes_max() : limits_.body_bytes_max;
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
  const size_t bytes_max = decompressor_ ? limits_.wire_bytes_max() : limits_.body_bytes_max;
  if (bytes_.size() + bytes.size() > bytes_max) return TooLarge(limits_.body_bytes_max);
  if (HttpError error = TakeFromBudget(bytes_.size() + bytes.size())) return error;
  bytes_.append(bytes);
  return {};
}

HttpError HttpBody::Finish() {
  if (!decompressor_) return {};
  const std::string wire_bytes = std::move(bytes_);
  bytes_.clear();
  for (size_t at = 0; at < wire_bytes.size(); at += kDecodeBytes) {
    const std::string_view slice = std::string_view(wire_bytes).substr(at, kDecodeBytes);
    const size_t decoded_bytes_max = limits_.decoded_bytes_max(at + slice.size());
    const Status status = decompressor_->Append(slice, decoded_bytes_max, bytes_);
    if (status.code() == Code::kResourceExhausted) {
      if (decoded_bytes_max == limits_.body_bytes_max) return TooLarge(limits_.body_bytes_max);
      return {413, "the body is compressed more than " +
                       std::to_string(limits_.compression_ratio_max) + ":1"};
    }
    if (!status.ok()) return {400, status.message()};
    if (HttpError error = TakeFromBudget(wire_bytes.size() + bytes_.size())) return error;
  }
  const Status status = decompressor_->Finish();
  if (!status.ok()) return {400, status.message()};
  return {};
}

}  // namespace spanhound::net
