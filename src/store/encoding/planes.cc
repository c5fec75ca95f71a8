#include "store/encoding/planes.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "store/encoding/bits.h"
#include "store/encoding/compression.h"

namespace spanhound::store {
namespace {

constexpr uint8_t kWidthMask = 0x0f;
// Stored are multiples of this many (nanoseconds measured by a clock of microseconds).
constexpr uint8_t kThousandsFlag = 0x10;
constexpr uint64_t kThousand = 1000;
// Too short for a frame to pay.
constexpr size_t kCompressedFrom = 32;

// How a plane stands; from kPacked on, its bytes lie in that many bits (less kPacked) each.
constexpr uint8_t kFrame = 0;  // one zstd frame behind its length
constexpr uint8_t kPacked = 1;

// What a plane is like.
struct PlaneShape {
  int width = 0;           // bits of its largest byte
  double bits_needed = 0;  // each, by how often every byte occurs
  size_t repeated = 0;     // bytes equal to the one before
};

PlaneShape ShapeOf(std::string_view plane) {
  PlaneShape shape;
  size_t counts[256] = {};
  for (size_t i = 0; i < plane.size(); ++i) {
    ++counts[static_cast<uint8_t>(plane[i])];
    shape.repeated += i > 0 && plane[i] == plane[i - 1] ? 1 : 0;
  }
  const double n = static_cast<double>(plane.size());
  for (size_t byte = 0; byte < std::size(counts); ++byte) {
    if (counts[byte] == 0) continue;
    shape.width = std::bit_width(byte);
    const double part = static_cast<double>(counts[byte]) / n;
    shape.bits_needed -= part * std::log2(part);
  }
  return shape;
}

// Compression is slow on bytes that look random, and then gains nothing over packed bits. Bytes
// that often repeat may hide order in their frequencies.
bool IsWorthCompressing(const PlaneShape& shape, size_t count) {
  if (count < kCompressedFrom || shape.width == 0) return false;
  if (shape.repeated * 4 > count && shape.width > 1) return true;
  return shape.bits_needed < 0.9 * shape.width;
}

void AppendPlane(std::string& out, std::string_view plane) {
  const PlaneShape shape = ShapeOf(plane);
  const size_t packed_bytes = PackedBytes(plane.size(), shape.width);
  if (IsWorthCompressing(shape, plane.size())) {
    std::string frame;
    AppendCompressedPlane(frame, plane);
    if (frame.size() + 2 < packed_bytes) {
      out.push_back(static_cast<char>(kFrame));
      return AppendLengthPrefixed(out, frame);
    }
  }
  out.push_back(static_cast<char>(kPacked + shape.width));
  if (shape.width == 8) {
    out.append(plane);
    return;
  }
  BitWriter bits(out);
  for (char byte : plane) bits.Put(static_cast<uint8_t>(byte), shape.width);
  bits.Finish();
}

// Adds the bytes of a plane to the values, `shift` bits up.
bool ReadPlane(ByteReader& in, int shift, std::vector<uint64_t>* values, std::string* storage) {
  const uint8_t kind = in.ReadFixed<uint8_t>();
  if (!in.ok() || kind > kPacked + 8) return false;
  const size_t count = values->size();
  std::string_view bytes;
  if (kind == kFrame) {
    if (!Decompress(in.ReadLengthPrefixed(), count, storage)) return false;
    bytes = *storage;
  } else {
    bytes = in.ReadBytes(PackedBytes(count, kind - kPacked));
  }
  if (!in.ok()) return false;
  uint64_t* to = values->data();
  if (kind == kFrame || kind == kPacked + 8) {
    for (size_t i = 0; i < count; ++i) to[i] |= uint64_t{static_cast<uint8_t>(bytes[i])} << shift;
  } else if (kind > kPacked) {
    for (size_t i = 0; i < count; ++i)
      to[i] |= uint64_t{PackedAt(bytes, i, kind - kPacked)} << shift;
  }
  return true;
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
  std::string storage;
  for (size_t byte = 0; byte < width; ++byte) {
    if (!ReadPlane(in, static_cast<int>(8 * byte), values, &storage)) return false;
  }
  const uint64_t unit = (header & kThousandsFlag) != 0 ? kThousand : 1;
  for (uint64_t& value : *values) value = base + value * unit;
  return true;
}

}  // namespace spanhound::store
