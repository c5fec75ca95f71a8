#include "store/encoding/presence.h"

#include <numeric>

#include "store/encoding/bits.h"
#include "store/encoding/gap_reader.h"

namespace spanhound::store {
namespace {

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

}  // namespace spanhound::store
