#include "store/encoding/integers.h"

#include <algorithm>
#include <bit>

namespace spanhound::store {
namespace {

constexpr uint8_t kDeltaFlag = 0x10;
constexpr uint8_t kWidthMask = 0x0f;

int WidthOf(uint64_t value) { return (std::bit_width(value) + 7) / 8; }

struct Ranges {
  uint64_t min;
  uint64_t max;
  uint64_t delta_max;  // of the zigzag differences
};

Ranges Measure(std::span<const uint64_t> values) {
  Ranges ranges{values[0], values[0], 0};
  for (size_t i = 1; i < values.size(); ++i) {
    ranges.min = std::min(ranges.min, values[i]);
    ranges.max = std::max(ranges.max, values[i]);
    const uint64_t delta = ZigZag(static_cast<int64_t>(values[i] - values[i - 1]));
    ranges.delta_max = std::max(ranges.delta_max, delta);
  }
  return ranges;
}

template <typename Get>
void AppendPlanes(std::string& out, size_t count, int width, Get get) {
  const size_t start = out.size();
  out.resize(start + count * static_cast<size_t>(width));
  char* planes = out.data() + start;
  for (int byte = 0; byte < width; ++byte, planes += count) {
    for (size_t i = 0; i < count; ++i) planes[i] = static_cast<char>(get(i) >> (8 * byte));
  }
}

}  // namespace

void AppendIntegers(std::string& out, std::span<const uint64_t> values) {
  if (values.empty()) return;
  const Ranges ranges = Measure(values);
  const int offset_width = WidthOf(ranges.max - ranges.min);
  const int delta_width = WidthOf(ranges.delta_max);
  if (delta_width < offset_width) {
    out.push_back(static_cast<char>(kDeltaFlag | delta_width));
    AppendVarint(out, values[0]);
    AppendPlanes(out, values.size() - 1, delta_width, [values](size_t i) {
      return ZigZag(static_cast<int64_t>(values[i + 1] - values[i]));
    });
    return;
  }
  out.push_back(static_cast<char>(offset_width));
  AppendVarint(out, ranges.min);
  AppendPlanes(out, values.size(), offset_width,
               [values, min = ranges.min](size_t i) { return values[i] - min; });
}

bool ReadIntegers(ByteReader& in, size_t count, std::vector<uint64_t>* values) {
  values->clear();
  if (count == 0) return true;
  const uint8_t header = in.ReadFixed<uint8_t>();
  const size_t width = header & kWidthMask;
  const bool is_delta = (header & kDeltaFlag) != 0;
  const uint64_t base = in.ReadVarint();
  const size_t stored = is_delta ? count - 1 : count;
  if (!in.ok() || width > 8 || (header & ~(kWidthMask | kDeltaFlag)) != 0) return false;
  if (width > 0 && stored > in.remaining() / width) return false;
  const std::string_view bytes = in.ReadBytes(stored * width);
  values->assign(count, 0);
  uint64_t* to = values->data() + (count - stored);
  for (size_t byte = 0; byte < width; ++byte) {
    const char* plane = bytes.data() + byte * stored;
    for (size_t i = 0; i < stored; ++i) {
      to[i] |= static_cast<uint64_t>(static_cast<uint8_t>(plane[i])) << (8 * byte);
    }
  }
  if (!is_delta) {
    for (uint64_t& value : *values) value += base;
    return true;
  }
  (*values)[0] = base;
  for (size_t i = 1; i < count; ++i) {
    (*values)[i] = (*values)[i - 1] + static_cast<uint64_t>(UnZigZag((*values)[i]));
  }
  return true;
}

}  // namespace spanhound::store
