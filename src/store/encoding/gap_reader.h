// GapReader: gaps between rows in Rice's code, as presence.h writes them, one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "store/encoding/bits.h"

namespace spanhound::store {

// The first byte of written presence.
inline constexpr uint8_t kAllRows = 0;
inline constexpr uint8_t kBitmap = 1;
// From here on gaps; the byte minus this one is the width of their low part.
inline constexpr uint8_t kGaps = 2;
inline constexpr int kGapWidthMax = 20;

class GapReader {
 public:
  GapReader(std::string_view bytes, int width, size_t first_bit = 0)
      : bytes_(bytes), width_(width), low_mask_((uint64_t{1} << width) - 1), bit_(first_bit) {}

  // False behind the end.
  bool Next(uint64_t* gap) {
    if (!IsAhead()) {
      ahead_ = LoadWord(bytes_, bit_ / 8) >> (bit_ % 8);
      bits_ahead_ = kBitsAheadMin;
      if (!IsAhead()) return NextLong(gap);
    }
    const int zeros = __builtin_ctzll(ahead_);
    ahead_ = ahead_ >> zeros >> 1;
    *gap = static_cast<uint64_t>(zeros) << width_ | (ahead_ & low_mask_);
    ahead_ >>= width_;
    const int code_bits = zeros + 1 + width_;
    bits_ahead_ -= code_bits;
    bit_ += static_cast<size_t>(code_bits);
    return bit_ <= bytes_.size() * 8;
  }
  size_t bytes_read() const { return (bit_ + 7) / 8; }

 private:
  // Of a word that starts at any bit of a byte.
  static constexpr int kBitsAheadMin = 57;

  // Whether the next code lies in what was read ahead.
  bool IsAhead() const {
    return ahead_ != 0 && __builtin_ctzll(ahead_) + 1 + width_ <= bits_ahead_;
  }

  bool NextLong(uint64_t* gap) {
    ahead_ = 0;
    uint64_t zeros = 0;
    while (true) {
      if (bit_ >= bytes_.size() * 8) return false;
      const uint64_t word = LoadWord(bytes_, bit_ / 8) >> (bit_ % 8);
      const uint64_t seen = 64 - bit_ % 8;
      const uint64_t run = word == 0 ? seen : static_cast<uint64_t>(__builtin_ctzll(word));
      zeros += run;
      bit_ += run;
      if (word != 0) break;
    }
    ++bit_;
    const uint64_t low = LoadWord(bytes_, bit_ / 8) >> (bit_ % 8);
    bit_ += static_cast<size_t>(width_);
    *gap = zeros << width_ | (low & low_mask_);
    return bit_ <= bytes_.size() * 8;
  }

  const std::string_view bytes_;
  const int width_;
  const uint64_t low_mask_;
  size_t bit_;          // of the next code
  uint64_t ahead_ = 0;  // bits from there on, of which so many are known
  int bits_ahead_ = 0;
};

}  // namespace spanhound::store
