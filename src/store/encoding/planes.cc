#include "store/encoding/planes.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

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

// The bytes of one plane, as they stand: whole ones, or packed.
struct StoredPlane {
  std::string_view bytes;
  int width = 0;  // bits of each
};

bool ReadPlane(ByteReader& in, size_t count, std::string* storage, StoredPlane* plane) {
  const uint8_t kind = in.ReadFixed<uint8_t>();
  if (!in.ok() || kind > kPacked + 8) return false;
  if (kind == kFrame) {
    if (!Decompress(in.ReadLengthPrefixed(), count, storage)) return false;
    *plane = {*storage, 8};
    return in.ok();
  }
  *plane = {in.ReadBytes(PackedBytes(count, kind - kPacked)), kind - kPacked};
  return in.ok();
}

// Adds the bytes of a plane to the values, `shift` bits up.
void AddPlane(const StoredPlane& plane, int shift, std::vector<uint64_t>* values) {
  uint64_t* to = values->data();
  const size_t count = values->size();
  if (plane.width == 8) {
    const char* bytes = plane.bytes.data();
    for (size_t i = 0; i < count; ++i) to[i] |= uint64_t{static_cast<uint8_t>(bytes[i])} << shift;
    return;
  }
  if (plane.width == 0) return;
  // As many as a word holds whole are taken from it.
  const size_t width = static_cast<size_t>(plane.width);
  const uint64_t mask = (uint64_t{1} << width) - 1;
  for (size_t i = 0; i < count; i += 8) {
    uint64_t word = LoadWord(plane.bytes, i / 8 * width);
    const size_t end = std::min(count, i + 8);
    for (size_t k = i; k < end; ++k, word >>= width) to[k] |= (word & mask) << shift;
  }
}

void AddPlaneAt(const StoredPlane& plane, std::span<const uint32_t> indexes, int shift,
                std::vector<uint64_t>* values) {
  if (plane.width == 0) return;
  for (size_t i = 0; i < indexes.size(); ++i) {
    (*values)[i] |= uint64_t{PackedAt(plane.bytes, indexes[i], plane.width)} << shift;
  }
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

namespace {

struct PlanesHeader {
  size_t width = 0;
  uint64_t base = 0;
  uint64_t unit = 1;
};

bool ReadHeader(ByteReader& in, PlanesHeader* header) {
  const uint8_t flags = in.ReadFixed<uint8_t>();
  header->width = flags & kWidthMask;
  header->base = in.ReadVarint();
  header->unit = (flags & kThousandsFlag) != 0 ? kThousand : 1;
  return in.ok() && header->width <= 8 && (flags & ~(kWidthMask | kThousandsFlag)) == 0;
}

// `add(plane, shift)` for every plane, then the unit and the minimum.
template <typename Add>
bool ReadAllPlanes(ByteReader& in, size_t count, std::vector<uint64_t>* values, Add add) {
  PlanesHeader header;
  if (!ReadHeader(in, &header)) return false;
  std::string storage;
  StoredPlane plane;
  for (size_t byte = 0; byte < header.width; ++byte) {
    if (!ReadPlane(in, count, &storage, &plane)) return false;
    add(plane, static_cast<int>(8 * byte));
  }
  for (uint64_t& value : *values) value = header.base + value * header.unit;
  return true;
}

}  // namespace

bool ReadPlanes(ByteReader& in, size_t count, std::vector<uint64_t>* values) {
  values->assign(count, 0);
  if (count == 0) return true;
  return ReadAllPlanes(in, count, values, [values](const StoredPlane& plane, int shift) {
    AddPlane(plane, shift, values);
  });
}

bool ReadPlanesAt(ByteReader& in, size_t count, std::span<const uint32_t> indexes,
                  std::vector<uint64_t>* values) {
  values->assign(indexes.size(), 0);
  if (count == 0) return indexes.empty();
  return ReadAllPlanes(in, count, values, [&](const StoredPlane& plane, int shift) {
    AddPlaneAt(plane, indexes, shift, values);
  });
}

bool OpenPlanes::Open(ByteReader& in, size_t count) {
  planes_.clear();
  if (count == 0) return true;
  PlanesHeader header;
  if (!ReadHeader(in, &header)) return false;
  base_ = header.base;
  unit_ = header.unit;
  std::string storage;
  for (size_t byte = 0; byte < header.width; ++byte) {
    StoredPlane stored;
    if (!ReadPlane(in, count, &storage, &stored)) return false;
    Plane& plane = planes_.emplace_back();
    plane.bytes = stored.bytes;
    plane.width = stored.width;
    if (stored.bytes.data() != storage.data()) continue;
    plane.storage = std::make_unique_for_overwrite<char[]>(stored.bytes.size());
    std::memcpy(plane.storage.get(), stored.bytes.data(), stored.bytes.size());
    plane.bytes = {plane.storage.get(), stored.bytes.size()};
  }
  return true;
}

}  // namespace spanhound::store
