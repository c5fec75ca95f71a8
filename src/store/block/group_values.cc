#include "store/block/group_values.h"

#include <algorithm>
#include <bit>

#include "store/columns/attribute_streams.h"
#include "store/columns/value_codec.h"
#include "store/encoding/bits.h"
#include "store/encoding/blob.h"
#include "store/encoding/compression.h"
#include "store/encoding/integers.h"
#include "store/encoding/planes.h"
#include "store/encoding/strings.h"

namespace spanhound::store {
namespace {

using model::AttributeValue;
using model::ValueType;

constexpr uint8_t kConstant = 0;     // one code for all
constexpr uint8_t kCodePlanes = 1;   // codes as planes
constexpr uint8_t kPackedCodes = 2;  // codes in as many bits as they need
constexpr uint8_t kTexts = 3;
constexpr uint8_t kNumbers = 4;

// Codes of up to this many bits are bytes that compress. Wider ones do so only if every eighth
// repeats the one before; packed bits else are shorter, and can be read one by one.
constexpr int kPlaneBits = 8;
constexpr size_t kRepeatedPart = 8;

struct CodeFigures {
  uint32_t min;
  uint32_t max;
  bool comes_in_runs;
};

CodeFigures Measure(std::span<const uint32_t> codes) {
  uint32_t min = codes[0];
  uint32_t max = codes[0];
  size_t repeated = 0;
  for (size_t i = 1; i < codes.size(); ++i) {
    min = std::min(min, codes[i]);
    max = std::max(max, codes[i]);
    repeated += codes[i] == codes[i - 1] ? 1 : 0;
  }
  return {min, max, repeated * kRepeatedPart > codes.size()};
}

void AppendCodes(std::string& out, std::span<const uint32_t> codes, const CodeFigures& figures) {
  if (figures.min == figures.max) {
    out.push_back(static_cast<char>(kConstant));
    return AppendVarint(out, figures.max);
  }
  const int width = std::bit_width(figures.max);
  if (width <= kPlaneBits || figures.comes_in_runs) {
    out.push_back(static_cast<char>(kCodePlanes));
    return AppendPlanes(out, std::vector<uint64_t>(codes.begin(), codes.end()));
  }
  out.push_back(static_cast<char>(kPackedCodes));
  out.push_back(static_cast<char>(width));
  BitWriter bits(out);
  for (uint32_t code : codes) bits.Put(code, width);
  bits.Finish();
}

void AppendTexts(std::string& out, const ValueColumn& column, std::span<const uint32_t> codes) {
  std::vector<std::string_view> texts(codes.size());
  for (size_t i = 0; i < codes.size(); ++i) texts[i] = column.text(codes[i]);
  std::string bytes;
  AppendStrings(bytes, texts);
  out.push_back(static_cast<char>(kTexts));
  AppendBlob(out, bytes, kBlockCompression);
}

void AppendNumbers(std::string& out, const ValueColumn& column, std::span<const uint32_t> codes) {
  std::vector<uint64_t> numbers(codes.size());
  for (size_t i = 0; i < codes.size(); ++i) numbers[i] = column.number(codes[i]);
  out.push_back(static_cast<char>(kNumbers));
  AppendPlanes(out, numbers);
}

}  // namespace

void AppendGroupValues(std::string& out, const ValueColumn& column, ValueType type,
                       std::span<const uint32_t> codes) {
  if (type == ValueType::kEmpty || codes.empty()) return;
  const CodeFigures figures = Measure(codes);
  if (figures.max < column.dictionary_size()) return AppendCodes(out, codes, figures);
  if (IsNumberType(type)) return AppendNumbers(out, column, codes);
  AppendTexts(out, column, codes);
}

bool GroupValues::Read(std::string_view bytes, ValueType type, size_t value_count,
                       const ValueDictionary* dictionary, DecodeMemory& memory) {
  type_ = type;
  if (value_count == 0) return bytes.empty();
  if (type == ValueType::kEmpty) {
    own_.resize(value_count);
    return true;
  }
  ByteReader in(bytes);
  const uint8_t mode = in.ReadFixed<uint8_t>();
  if (!in.ok() || !memory.Take(value_count, sizeof(AttributeValue))) return false;
  if (mode == kTexts) return IsTextType(type) && ReadTexts(in, type, value_count, memory);
  if (mode == kNumbers) return IsNumberType(type) && planes_.Open(in, value_count);
  if (dictionary == nullptr) return false;
  dictionary_ = dictionary;
  return ReadCodes(in, mode, value_count);
}

bool GroupValues::ReadTexts(ByteReader& in, ValueType type, size_t value_count,
                            DecodeMemory& memory) {
  std::string_view bytes;
  if (!ReadBlob(in, &storage_, &bytes)) return false;
  ByteReader texts_in(bytes);
  std::vector<std::string_view> texts;
  if (!ReadStrings(texts_in, value_count, &texts)) return false;
  own_.resize(value_count);
  for (size_t i = 0; i < value_count; ++i) {
    if (!ValueOfText(texts[i], type, memory, &own_[i])) return false;
  }
  return true;
}

bool GroupValues::ReadCodes(ByteReader& in, uint8_t mode, size_t value_count) {
  if (mode == kConstant) {
    is_constant_ = true;
    constant_ = in.ReadVarint();
    return in.ok() && constant_ < dictionary_->size();
  }
  if (mode == kCodePlanes) return planes_.Open(in, value_count);
  if (mode != kPackedCodes) return false;
  packed_width_ = in.ReadFixed<uint8_t>();
  packed_ = in.ReadBytes(in.remaining());
  return in.ok() && packed_width_ >= 1 && packed_width_ <= kPackedBitsMax &&
         packed_.size() == PackedBytes(value_count, packed_width_);
}

void GroupValues::KeepAll(size_t value_count) {
  if (dictionary_ != nullptr) is_damaged_ |= !dictionary_->All();
  if (dictionary_ != nullptr || !own_.empty()) return;
  std::vector<AttributeValue> values(value_count);
  for (size_t i = 0; i < value_count; ++i) values[i] = NumberAt(i);
  own_ = std::move(values);
}

AttributeValue GroupValues::NumberAt(size_t index) const {
  return FromNumberBits(type_, planes_.At(index));
}

}  // namespace spanhound::store
