#include "store/block/describe_encoding.h"

#include "base/bytes.h"
#include "store/encoding/bits.h"

namespace spanhound::store {
namespace {

constexpr std::string_view kUnknown = "unknown";

// docs/format/block.md, "planes".
std::string DescribePlanes(ByteReader& in, size_t count) {
  const size_t width = in.ReadFixed<uint8_t>() & 0x0f;
  (void)in.ReadVarint();
  bool has_frames = false;
  bool has_packed = false;
  for (size_t plane = 0; plane < width && in.ok(); ++plane) {
    const uint8_t kind = in.ReadFixed<uint8_t>();
    if (kind == 0) {
      has_frames = true;
      (void)in.ReadLengthPrefixed();
    } else {
      has_packed = true;
      (void)in.ReadBytes(PackedBytes(count, kind - 1));
    }
  }
  if (!in.ok()) return std::string(kUnknown);
  if (width == 0) return "constant";
  if (has_frames) return has_packed ? "zstd + packed" : "zstd";
  return "packed";
}

std::string DescribeBlob(ByteReader& in) {
  const bool is_compressed = (in.ReadVarint() & 1) != 0;
  if (!in.ok()) return std::string(kUnknown);
  return is_compressed ? "zstd" : "plain";
}

}  // namespace

std::string DescribeStored(const StoredColumn& column, std::string_view section, size_t row_count) {
  ByteReader in(section);
  switch (column.type) {
    case CellType::kTraceId:
    case CellType::kSpanId: return "ids, " + DescribeBlob(in);
    case CellType::kEvents:
    case CellType::kLinks: return "lists, " + DescribeBlob(in);
    case CellType::kResource:
    case CellType::kScope: return "codes, " + DescribePlanes(in, row_count);
    default: break;
  }
  const bool has_mode = column.field == Field::kTime || column.field == Field::kEndTime;
  if (!has_mode) return "numbers, " + DescribePlanes(in, row_count);
  const uint8_t mode = in.ReadFixed<uint8_t>();
  if (column.field == Field::kEndTime) return "durations, " + DescribePlanes(in, row_count);
  if (mode == 0) return "numbers, " + DescribePlanes(in, row_count);
  (void)in.ReadVarint();  // the first
  return "distances, " + DescribePlanes(in, row_count);
}

std::string DescribeValues(std::string_view section, size_t value_count) {
  ByteReader in(section);
  (void)in.ReadLengthPrefixed();  // presence
  if (in.ok() && in.empty()) return "no values";
  const uint8_t mode = in.ReadFixed<uint8_t>();
  switch (mode) {
    case 0: return "one code";
    case 1: return "codes, " + DescribePlanes(in, value_count);
    case 2: return "codes, packed";
    case 3: return "text, " + DescribeBlob(in);
    case 4: return "numbers, " + DescribePlanes(in, value_count);
    default: return std::string(kUnknown);
  }
}

}  // namespace spanhound::store
