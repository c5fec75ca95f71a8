#include "store/encoding/presence.h"

#include <numeric>

#include "store/encoding/bits.h"

namespace spanhound::store {
namespace {

constexpr uint8_t kAllRows = 0;
constexpr uint8_t kBitmap = 1;
// From here on gaps; the byte minus this one is the width of their low part.
constexpr uint8_t kGaps = 2;
constexpr int kGapWidthMax = 20;

// The width that suits gaps of this mean: the code is shortest near log2(mean * ln 2).
int GapWidth(size_t row_count, size_t value_count) {
  const size_t mean = row_count * 7 / (value_count * 10);
  return mean <= 1 ? 0 : std::bit_width(mean) - 1;
}

size_t GapBits(std::span<const uint32_t> rows, int width) {
  size_t bits = 0;
  uint32_t next = 0;
  for (uint32_t row : rows) {
    bits += ((row - next) >> width) + 1 + static_cast<size_t>(width);
    next = row + 1;
  }
  return bits;
}

void AppendGaps(std::string& out, std::span<const uint32_t> rows, int width) {
  out.push_back(static_cast<char>(kGaps + width));
  BitWriter bits(out);
  uint32_t next = 0;
  for (uint32_t row : rows) {
    const uint32_t gap = row - next;
    next = row + 1;
    const uint64_t low = gap & ((uint64_t{1} << width) - 1);
    uint32_t zeros = gap >> width;
    if (zeros + 1 + static_cast<uint32_t>(width) <= kPackedBitsMax) {  // nearly always
      bits.Put((low << 1 | 1) << zeros, static_cast<int>(zeros) + 1 + width);
      continue;
    }
    for (; zeros >= kPackedBitsMax; zeros -= kPackedBitsMax) bits.Put(0, kPackedBitsMax);
    bits.Put(uint64_t{1} << zeros, static_cast<int>(zeros) + 1);
    bits.Put(low, width);
  }
  bits.Finish();
}

void AppendBitmap(std::string& out, std::span<const uint32_t> rows, size_t row_count) {
  out.push_back(static_cast<char>(kBitmap));
  const size_t start = out.size();
  out.resize(start + PackedBytes(row_count, 1));
  for (uint32_t row : rows) out[start + row / 8] |= static_cast<char>(1 << (row % 8));
}

// Reads the bits of a string one code after the other.
class GapReader {
 public:
  GapReader(std::string_view bytes, int width)
      : bytes_(bytes), width_(width), low_mask_((uint64_t{1} << width) - 1) {}

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
  size_t bit_ = 0;      // of the next code
  uint64_t ahead_ = 0;  // bits from there on, of which so many are known
  int bits_ahead_ = 0;
};

bool ReadGaps(std::string_view bytes, int width, size_t row_count, size_t value_count,
              size_t row_end, std::vector<uint32_t>* rows) {
  GapReader gaps(bytes, width);
  rows->resize(value_count);
  uint32_t* to = rows->data();
  uint64_t next = 0;
  for (size_t i = 0; i < value_count; ++i) {
    uint64_t gap = 0;
    if (!gaps.Next(&gap) || gap >= row_count || next + gap >= row_count) return false;
    if (next + gap >= row_end) {
      rows->resize(i);
      return true;
    }
    to[i] = static_cast<uint32_t>(next + gap);
    next += gap + 1;
  }
  return row_end < row_count || gaps.bytes_read() == bytes.size();
}

bool ReadBitmap(std::string_view bytes, size_t row_count, size_t value_count, size_t row_end,
                std::vector<uint32_t>* rows) {
  if (bytes.size() != PackedBytes(row_count, 1)) return false;
  for (size_t offset = 0; offset < bytes.size(); offset += sizeof(uint64_t)) {
    for (uint64_t word = LoadWord(bytes, offset); word != 0; word &= word - 1) {
      const size_t row = offset * 8 + static_cast<size_t>(__builtin_ctzll(word));
      if (row >= row_end) return row < row_count;
      rows->push_back(static_cast<uint32_t>(row));
    }
  }
  return row_end < row_count || rows->size() == value_count;
}

}  // namespace

void AppendPresence(std::string& out, std::span<const uint32_t> rows, size_t row_count) {
  if (rows.size() == row_count) {
    out.push_back(static_cast<char>(kAllRows));
    return;
  }
  const int width = rows.empty() ? 0 : GapWidth(row_count, rows.size());
  if (GapBits(rows, width) < row_count) return AppendGaps(out, rows, width);
  AppendBitmap(out, rows, row_count);
}

bool ReadPresence(std::string_view bytes, size_t row_count, size_t value_count, size_t row_end,
                  std::vector<uint32_t>* rows) {
  rows->clear();
  if (bytes.empty() || value_count > row_count || row_end > row_count) return false;
  const auto kind = static_cast<uint8_t>(bytes[0]);
  if (kind > kGaps + kGapWidthMax) return false;
  rows->reserve(value_count);
  if (kind == kAllRows) {
    rows->resize(row_end);
    std::iota(rows->begin(), rows->end(), 0);
    return value_count == row_count;
  }
  bytes.remove_prefix(1);
  if (kind == kBitmap) {
    if (!ReadBitmap(bytes, row_count, value_count, row_end, rows)) return false;
  } else if (!ReadGaps(bytes, kind - kGaps, row_count, value_count, row_end, rows)) {
    return false;
  }
  return rows->size() <= value_count;
}

PresenceBits::PresenceBits(std::span<const uint32_t> rows, size_t row_count)
    : words_((row_count + 63) / 64), counts_(words_.size()) {
  for (uint32_t row : rows) words_[row / 64] |= uint64_t{1} << (row % 64);
  uint32_t count = 0;
  for (size_t i = 0; i < words_.size(); ++i) {
    counts_[i] = count;
    count += static_cast<uint32_t>(std::popcount(words_[i]));
  }
}

}  // namespace spanhound::store
