#include "cli/column_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/utf8.h"

namespace spanhound::cli {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

// The large blocks of East Asian Width W and F (Unicode 15); single odd ones are left out.
constexpr std::array<Range, 15> kWide = {{{0x1100, 0x115f},
                                          {0x2e80, 0x303e},
                                          {0x3041, 0x33ff},
                                          {0x3400, 0x4dbf},
                                          {0x4e00, 0x9fff},
                                          {0xa000, 0xa4cf},
                                          {0xa960, 0xa97f},
                                          {0xac00, 0xd7a3},
                                          {0xf900, 0xfaff},
                                          {0xfe30, 0xfe6f},
                                          {0xff00, 0xff60},
                                          {0xffe0, 0xffe6},
                                          {0x1f300, 0x1f64f},
                                          {0x1f680, 0x1f9ff},
                                          {0x20000, 0x3fffd}}};

// Combining marks, zero-width characters and variation selectors.
constexpr std::array<Range, 8> kNarrow = {{{0x0300, 0x036f},
                                           {0x0483, 0x0489},
                                           {0x0591, 0x05bd},
                                           {0x1ab0, 0x1aff},
                                           {0x200b, 0x200f},
                                           {0x20d0, 0x20ff},
                                           {0xfe00, 0xfe0f},
                                           {0xfe20, 0xfe2f}}};

template <size_t kCount>
bool Contains(const std::array<Range, kCount>& ranges, uint32_t point) {
  return std::ranges::any_of(
      ranges, [point](const Range& range) { return point >= range.first && point <= range.last; });
}

uint32_t Decode(std::string_view sequence) {
  const auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<uint8_t>(sequence[i]));
  };
  switch (sequence.size()) {
    case 1: return byte(0);
    case 2: return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
    case 3: return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    default:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 |
             (byte(3) & 0x3f);
  }
}

struct Character {
  size_t bytes;
  size_t columns;
};

Character FirstCharacter(std::string_view text) {
  const size_t bytes = std::max<size_t>(1, Utf8SequenceLength(text));
  const uint32_t point = Decode(text.substr(0, bytes));
  if (point < 0x300) return {bytes, 1};
  if (Contains(kNarrow, point)) return {bytes, 0};
  return {bytes, Contains(kWide, point) ? size_t{2} : size_t{1}};
}

}  // namespace

size_t ColumnCount(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    columns += character.columns;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string CutToColumns(std::string_view text, size_t columns) {
  size_t used = 0;     // by everything up to `at`
  size_t room_at = 0;  // how many bytes leave a column for the ellipsis
  size_t at = 0;
  while (at < text.size()) {
    const Character character = FirstCharacter(text.substr(at));
    if (used + character.columns > columns) {
      return columns == 0 ? "" : std::string(text.substr(0, room_at)) + "…";
    }
    used += character.columns;
    at += character.bytes;
    if (used < columns) room_at = at;
  }
  return std::string(text);
}

std::string PadRight(std::string_view text, size_t columns) {
  std::string out = CutToColumns(text, columns);
  out.append(columns - ColumnCount(out), ' ');
  return out;
}

std::string PadLeft(std::string_view text, size_t columns) {
  const std::string cut = CutToColumns(text, columns);
  return std::string(columns - ColumnCount(cut), ' ') + cut;
}

}  // namespace spanhound::cli
