#include "store/encoding/presence_index.h"

#include <algorithm>
#include <array>
#include <bit>

#include "store/encoding/bits.h"
#include "store/encoding/gap_reader.h"

namespace spanhound::store {
namespace {

constexpr size_t kMarkedBytes = 32;

// Gaps of a width up to this one are passed eight bits at a time; wider ones are of rare values.
constexpr int kPassedWidthMax = 7;

// What eight bits of gaps do to the place of their reader.
struct Step {
  uint16_t rows = 0;
  uint16_t next_steps = 0;  // where those stand that may follow: 256 for each number of low bits
  uint8_t values = 0;       // gaps that end
  uint8_t low_bits = 0;     // that the last gap still lacks
};

constexpr uint16_t StepsFrom(uint32_t low_bits) { return static_cast<uint16_t>(low_bits << 8); }

Step StepOf(int width, uint8_t low_bits, uint8_t byte) {
  Step step{.low_bits = low_bits};
  for (int bit = 0; bit < 8; ++bit) {
    const bool is_set = (byte >> bit & 1) != 0;
    if (step.low_bits > 0) {
      if (is_set) step.rows = static_cast<uint16_t>(step.rows + (1 << (width - step.low_bits)));
      if (--step.low_bits > 0) continue;
    } else if (!is_set) {
      step.rows = static_cast<uint16_t>(step.rows + (1 << width));
      continue;
    } else if (width > 0) {
      step.low_bits = static_cast<uint8_t>(width);
      continue;
    }
    ++step.rows;
    ++step.values;
  }
  step.next_steps = StepsFrom(step.low_bits);
  return step;
}

// By low bits that are lacking, then by byte.
using Steps = std::vector<Step>;

const Steps& StepsOf(int width) {
  static const std::array<Steps, kPassedWidthMax + 1> all = [] {
    std::array<Steps, kPassedWidthMax + 1> made;
    for (int of_width = 0; of_width <= kPassedWidthMax; ++of_width) {
      for (int low_bits = 0; low_bits <= of_width; ++low_bits) {
        for (int byte = 0; byte < 256; ++byte) {
          made[static_cast<size_t>(of_width)].push_back(
              StepOf(of_width, static_cast<uint8_t>(low_bits), static_cast<uint8_t>(byte)));
        }
      }
    }
    return made;
  }();
  return all[static_cast<size_t>(width)];
}

}  // namespace

bool PresenceIndex::Open(std::string_view bytes, size_t row_count, size_t value_count) {
  if (bytes.empty() || value_count > row_count || row_count > UINT32_MAX) return false;
  kind_ = static_cast<uint8_t>(bytes[0]);
  value_count_ = value_count;
  bytes_ = bytes.substr(1);
  if (kind_ == kAllRows) return value_count == row_count;
  if (kind_ == kBitmap) return MarkBitmap(row_count);
  width_ = kind_ - kGaps;
  if (width_ > kGapWidthMax) return false;
  return width_ > kPassedWidthMax ? CheckWideGaps(row_count) : MarkGaps(row_count);
}

bool PresenceIndex::MarkBitmap(size_t row_count) {
  if (bytes_.size() != PackedBytes(row_count, 1)) return false;
  uint32_t value = 0;
  for (size_t byte = 0; byte < bytes_.size(); byte += sizeof(uint64_t)) {
    if (byte % kMarkedBytes == 0) marks_.push_back({static_cast<uint32_t>(byte * 8), value, 0});
    value += static_cast<uint32_t>(std::popcount(LoadWord(bytes_, byte)));
  }
  return value == value_count_;
}

// Each byte waits for the one before it: what is found of a byte leads straight to the next.
bool PresenceIndex::MarkGaps(size_t row_count) {
  const Step* const steps = StepsOf(width_).data();
  marks_.reserve(bytes_.size() / kMarkedBytes + 1);
  Mark at;
  for (size_t start = 0; start < bytes_.size(); start += kMarkedBytes) {
    if (at.row >= row_count) return false;
    marks_.push_back(at);
    size_t next_steps = StepsFrom(at.low_bits);
    for (char byte : bytes_.substr(start, kMarkedBytes)) {
      const Step& step = steps[next_steps + static_cast<uint8_t>(byte)];
      at.row += step.rows;
      at.value += step.values;
      next_steps = step.next_steps;
    }
    at.low_bits = static_cast<uint32_t>(next_steps >> 8);
  }
  return at.value == value_count_ && at.low_bits == 0;
}

bool PresenceIndex::CheckWideGaps(size_t row_count) const {
  GapReader gaps(bytes_, width_);
  uint64_t next = 0;
  for (size_t value = 0; value < value_count_; ++value) {
    uint64_t gap = 0;
    if (!gaps.Next(&gap) || gap >= row_count || next + gap >= row_count) return false;
    next += gap + 1;
  }
  return gaps.bytes_read() == bytes_.size();
}

PresenceIndex::Place PresenceIndex::PlaceBefore(uint32_t row) const {
  if (marks_.empty()) return {0, {}};
  const auto next = std::ranges::upper_bound(marks_, row, {}, &Mark::row);
  const auto index = static_cast<size_t>(next - marks_.begin()) - 1;
  Place at{index * kMarkedBytes, marks_[index]};
  const Steps& steps = StepsOf(width_);
  for (; at.byte < bytes_.size(); ++at.byte) {
    const Step& step = steps[StepsFrom(at.mark.low_bits) + static_cast<uint8_t>(bytes_[at.byte])];
    if (at.mark.row + step.rows > row) break;
    at.mark = {at.mark.row + step.rows, at.mark.value + step.values, step.low_bits};
  }
  return at;
}

uint32_t PresenceIndex::CountBefore(uint32_t row) const {
  size_t byte = row / 8 / kMarkedBytes * kMarkedBytes;
  uint32_t count = marks_[byte / kMarkedBytes].value;
  for (; byte + sizeof(uint64_t) <= row / 8; byte += sizeof(uint64_t)) {
    count += static_cast<uint32_t>(std::popcount(LoadWord(bytes_, byte)));
  }
  const uint64_t before = (uint64_t{1} << (row - byte * 8)) - 1;
  return count + static_cast<uint32_t>(std::popcount(LoadWord(bytes_, byte) & before));
}

void PresenceIndex::FindInBitmap(std::span<const uint32_t> rows, std::vector<Found>* found) const {
  for (uint32_t index = 0; index < rows.size(); ++index) {
    const uint32_t row = rows[index];
    if ((static_cast<uint8_t>(bytes_[row / 8]) >> (row % 8) & 1) == 0) continue;
    found->push_back({index, CountBefore(row)});
  }
}

void PresenceIndex::FindInGaps(std::span<const uint32_t> rows, std::vector<Found>* found) const {
  // More than a step: who looks for a row further ahead gets closer by looking for its place.
  const uint64_t far_rows = uint64_t{32} << width_;
  uint32_t index = 0;
  while (index < rows.size()) {
    auto [byte, at] = PlaceBefore(rows[index]);
    GapReader gaps(bytes_, width_, byte * 8 + at.low_bits);
    uint64_t next = at.row;
    uint64_t gap = (LoadWord(bytes_, byte) & ((uint64_t{1} << at.low_bits) - 1))
                   << (width_ - static_cast<int>(at.low_bits));
    bool is_known = at.low_bits > 0;  // the gap, for only low bits of it were left
    for (; at.value < value_count_; ++at.value) {
      if (!is_known && !gaps.Next(&gap)) return;
      is_known = false;
      const uint64_t present = next + gap;
      while (index < rows.size() && rows[index] < present) ++index;
      if (index == rows.size()) return;
      if (rows[index] == present) found->push_back({index++, at.value});
      next = present + 1;
      if (index == rows.size()) return;
      if (!marks_.empty() && rows[index] > next + far_rows) break;
    }
    if (at.value == value_count_) return;
  }
}

void PresenceIndex::Find(std::span<const uint32_t> rows, std::vector<Found>* found) const {
  if (kind_ == kAllRows) {
    for (uint32_t index = 0; index < rows.size(); ++index) found->push_back({index, rows[index]});
  } else if (kind_ == kBitmap) {
    FindInBitmap(rows, found);
  } else {
    FindInGaps(rows, found);
  }
}

}  // namespace spanhound::store
