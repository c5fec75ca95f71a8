#include "store/encoding/planes.h"

#include <algorithm>
#include <bit>

#include "store/encoding/blob.h"
#include "store/encoding/compression.h"

namespace spanhound::store {
namespace {

constexpr uint8_t kWidthMask = 0x0f;
// Stored are multiples of this many (nanoseconds measured by a clock of microseconds).
constexpr uint8_t kThousandsFlag = 0x10;
constexpr uint64_t kThousand = 1000;

// The bytes of a plane below this many differ too little to tell whether it compresses.
constexpr size_t kJudgedFrom = 256;

// Whether a plane looks random: then compressing it is lost time. Of n random bytes, about n * n /
// 256 pairs are equal; a quarter more, and a code for the bytes begins to pay.
bool LooksRandom(std::string_view plane) {
  if (plane.size() < kJudgedFrom) return false;
  size_t counts[256] = {};
  for (char byte : plane) ++counts[static_cast<uint8_t>(byte)];
  uint64_t equal_pairs = 0;
  for (size_t count : counts) equal_pairs += count * count;
  const uint64_t n = plane.size();
  return equal_pairs <= (n * n / 256 + n) * 5 / 4;
}

void AppendPlane(std::string& out, std::string_view plane) {
  if (LooksRandom(plane)) return AppendRawBlob(out, plane);
  AppendBlob(out, plane, kFastCompression);
}

bool AreThousands(std::span<const uint64_t> values) {
  return std::ranges::all_of(values, [](uint64_t value) { return value % kThousand == 0; });
}

}  // namespace

void AppendPlanes(std::string& out, std::span<const uint64_t> values) {
  if (values.empty()) return;
  const auto [min, max] = std::ranges::minmax(values);
  const bool scaled = max - min >= kThousand && AreThousands(values);
  const uint64_t unit = scaled ? kThousand : 1;
  const size_t width = (static_cast<size_t>(std::bit_width((max - min) / unit)) + 7) / 8;
  out.push_back(static_cast<char>(width | (scaled ? kThousandsFlag : 0)));
  AppendVarint(out, min);
  std::vector<uint64_t> stored(values.begin(), values.end());
  for (uint64_t& value : stored) value -= min;
  if (scaled) {
    for (uint64_t& value : stored) value /= kThousand;
  }
  std::string plane(values.size(), '\0');
  for (size_t byte = 0; byte < width; ++byte) {
    for (size_t i = 0; i < plane.size(); ++i) plane[i] = static_cast<char>(stored[i] >> 8 * byte);
    AppendPlane(out, plane);
  }
}

bool ReadPlanes(ByteReader& in, size_t count, std::vector<uint64_t>* values) {
  values->clear();
  if (count == 0) return true;
  const uint8_t header = in.ReadFixed<uint8_t>();
  const size_t width = header & kWidthMask;
  const uint64_t base = in.ReadVarint();
  if (!in.ok() || width > 8 || (header & ~(kWidthMask | kThousandsFlag)) != 0) return false;
  values->assign(count, 0);
  uint64_t* to = values->data();
  std::string storage;
  for (size_t byte = 0; byte < width; ++byte) {
    std::string_view plane;
    if (!ReadBlob(in, &storage, &plane) || plane.size() != count) return false;
    for (size_t i = 0; i < count; ++i) {
      to[i] |= static_cast<uint64_t>(static_cast<uint8_t>(plane[i])) << (8 * byte);
    }
  }
  const uint64_t unit = (header & kThousandsFlag) != 0 ? kThousand : 1;
  for (uint64_t& value : *values) value = base + value * unit;
  return true;
}

}  // namespace spanhound::store
