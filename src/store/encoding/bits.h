// Numbers of any width in bits, packed without gaps, lowest bit first. Pure values.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace spanhound::store {

inline constexpr int kPackedBitsMax = 32;

class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}

  // `value` fits into `width` bits, at most kPackedBitsMax.
  void Put(uint64_t value, int width) {
    buffer_ |= value << bit_count_;
    bit_count_ += width;
    if (bit_count_ < kPackedBitsMax) return;
    AppendFixed(out_, static_cast<uint32_t>(buffer_));
    buffer_ >>= kPackedBitsMax;
    bit_count_ -= kPackedBitsMax;
  }
  // Fills the last byte with zeros.
  void Finish() {
    for (; bit_count_ > 0; bit_count_ -= 8, buffer_ >>= 8) {
      out_.push_back(static_cast<char>(buffer_));
    }
    buffer_ = 0;
    bit_count_ = 0;
  }

 private:
  std::string& out_;
  uint64_t buffer_ = 0;
  int bit_count_ = 0;
};

// Eight bytes from `offset` on, zeros behind the end.
inline uint64_t LoadWord(std::string_view bytes, size_t offset) {
  uint64_t word = 0;
  if (offset + sizeof(word) <= bytes.size()) {
    std::memcpy(&word, bytes.data() + offset, sizeof(word));
  } else if (offset < bytes.size()) {
    std::memcpy(&word, bytes.data() + offset, bytes.size() - offset);
  }
  return word;
}

inline size_t PackedBytes(size_t count, int width) {
  return (count * static_cast<size_t>(width) + 7) / 8;
}

// Number `index` of those packed in `width` bits each; zero behind the end.
inline uint32_t PackedAt(std::string_view bytes, size_t index, int width) {
  const size_t bit = index * static_cast<size_t>(width);
  const uint64_t word = LoadWord(bytes, bit / 8) >> (bit % 8);
  return static_cast<uint32_t>(word & ((uint64_t{1} << width) - 1));
}

}  // namespace spanhound::store
