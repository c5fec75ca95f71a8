#include "net/http_body.h"

#include <algorithm>

namespace spanhound::net {
namespace {

// What an encoding may add to bytes it cannot compress; more on the wire cannot fit after decoding.
size_t CompressedBytesMax(size_t bytes_max) { return bytes_max + bytes_max / 1000 + 1024; }

// A Content-Length is only a claim, so no more than this is reserved on its word.
constexpr size_t kReserveBytesMax = 1 << 20;

HttpError TooLarge(size_t bytes_max) {
  return {413, "the body is larger than the limit of " + std::to_string(bytes_max) + " bytes"};
}

}  // namespace

bool ByteBudget::Take(size_t bytes) {
  size_t before = used_.fetch_add(bytes, std::memory_order_relaxed);
  if (before + bytes <= bytes_max_) return true;
  Give(bytes);
  return false;
}

HttpError HttpBody::Begin(std::string_view content_encoding,
                          std::optional<uint64_t> content_length) {
  Result<std::unique_ptr<Decompressor>> decompressor = NewDecompressor(content_encoding);
  if (!decompressor.ok()) return {415, decompressor.status().message()};
  decompressor_ = std::move(*decompressor);
  if (!content_length) return {};
  size_t wire_bytes_max = decompressor_ ? CompressedBytesMax(bytes_max_) : bytes_max_;
  if (*content_length > wire_bytes_max) return TooLarge(bytes_max_);
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

// After what has come off the wire so far.
size_t HttpBody::DecodedBytesMax() const {
  constexpr size_t kFreeBytes = 1 << 20;
  return std::min(bytes_max_, std::max(kFreeBytes, wire_bytes_ * ratio_max_));
}

HttpError HttpBody::Append(std::string_view bytes) {
  wire_bytes_ += bytes.size();
  if (!decompressor_) {
    if (bytes_.size() + bytes.size() > bytes_max_) return TooLarge(bytes_max_);
    if (HttpError error = TakeFromBudget(bytes_.size() + bytes.size())) return error;
    bytes_.append(bytes);
    return {};
  }
  if (wire_bytes_ > CompressedBytesMax(bytes_max_)) return TooLarge(bytes_max_);
  const size_t decoded_bytes_max = DecodedBytesMax();
  Status status = decompressor_->Append(bytes, decoded_bytes_max, bytes_);
  if (status.code() == Code::kResourceExhausted) {
    if (decoded_bytes_max == bytes_max_) return TooLarge(bytes_max_);
    return {413, "the body is compressed more than " + std::to_string(ratio_max_) + ":1"};
  }
  if (!status.ok()) return {400, status.message()};
  return TakeFromBudget(bytes_.size());
}

HttpError HttpBody::Finish() {
  if (!decompressor_) return {};
  Status status = decompressor_->Finish();
  if (!status.ok()) return {400, status.message()};
  return {};
}

}  // namespace spanhound::net
