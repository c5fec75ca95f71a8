#include "store/columns/attribute_streams.h"

#include <bit>

#include "base/checksum.h"
#include "base/hash_map.h"
#include "store/columns/value_codec.h"
#include "store/encoding/integers.h"
#include "store/encoding/strings.h"

namespace spanhound::store {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::ValueType;

struct StreamKey {
  std::string_view key;
  ValueType type;
  bool operator==(const StreamKey&) const = default;
};

struct StreamKeyHash {
  size_t operator()(const StreamKey& key) const {
    return Checksum64(key.key) + static_cast<size_t>(key.type) * 0x9e3779b97f4a7c15u;
  }
};

// Sorts attributes into streams. Rows of one kind of span repeat the keys of their predecessor,
// so the first guess for an attribute is the stream of the same position in the row before.
class Shredder {
 public:
  void AddRow(std::span<const Attribute> row) {
    shape_.clear();
    for (const Attribute& attribute : row) {
      const uint32_t stream = StreamOf(attribute, shape_.size());
      streams_[stream].values.push_back(attribute.value);
      shape_.push_back(stream);
    }
    if (row_shapes_.empty() || shape_ != shape_before_) {
      shape_code_ = CodeOfShape();
      std::swap(shape_, shape_before_);
    }
    row_shapes_.push_back(shape_code_);
  }

  ShreddedAttributes Finish() &&;

 private:
  struct Stream {
    StreamKey key;
    std::vector<AttributeValue> values;
  };

  uint32_t StreamOf(const Attribute& attribute, size_t position) {
    const StreamKey key{attribute.key, attribute.value.type};
    if (position < shape_before_.size() && streams_[shape_before_[position]].key == key) {
      return shape_before_[position];
    }
    const auto [found, is_new] = stream_codes_.try_emplace(key, streams_.size());
    if (is_new) streams_.push_back({key, {}});
    return found->second;
  }

  uint64_t CodeOfShape() {
    const std::string_view bytes(reinterpret_cast<const char*>(shape_.data()),
                                 shape_.size() * sizeof(uint32_t));
    if (const auto found = shape_codes_.find(bytes); found != shape_codes_.end()) {
      return found->second;
    }
    AppendVarint(shapes_, shape_.size());
    for (uint32_t stream : shape_) AppendVarint(shapes_, stream);
    const uint64_t code = shape_codes_.size();
    shape_codes_.emplace(bytes, code);
    return code;
  }

  std::vector<Stream> streams_;
  HashMap<StreamKey, uint32_t, StreamKeyHash> stream_codes_;
  std::string shapes_;  // encoded
  StringMap<uint64_t> shape_codes_;
  std::vector<uint64_t> row_shapes_;
  std::vector<uint32_t> shape_;
  std::vector<uint32_t> shape_before_;
  uint64_t shape_code_ = 0;
};

uint64_t OrderedBits(int64_t value) { return static_cast<uint64_t>(value) ^ (uint64_t{1} << 63); }
int64_t FromOrderedBits(uint64_t bits) { return static_cast<int64_t>(bits ^ (uint64_t{1} << 63)); }

bool IsText(ValueType type) { return type == ValueType::kString || type == ValueType::kBytes; }

void AppendNested(std::string& out, std::span<const AttributeValue> values) {
  for (const AttributeValue& value : values) AppendValue(out, value);
}

void AppendStream(std::string& out, ValueType type, std::span<const AttributeValue> values) {
  if (type == ValueType::kEmpty) return;
  if (IsText(type)) {
    std::vector<std::string_view> texts(values.size());
    for (size_t i = 0; i < values.size(); ++i) texts[i] = values[i].text();
    return AppendStrings(out, texts);
  }
  if (type == ValueType::kArray || type == ValueType::kKeyValueList) {
    return AppendNested(out, values);
  }
  std::vector<uint64_t> bits(values.size());
  for (size_t i = 0; i < values.size(); ++i) bits[i] = NumberBits(values[i]);
  AppendIntegers(out, bits);
}

ShreddedAttributes Shredder::Finish() && {
  ShreddedAttributes out;
  AppendVarint(out.shapes, streams_.size());
  for (const Stream& stream : streams_) {
    AppendLengthPrefixed(out.shapes, stream.key.key);
    out.shapes.push_back(static_cast<char>(stream.key.type));
    AppendStream(out.streams.emplace_back(), stream.key.type, stream.values);
  }
  AppendVarint(out.shapes, shape_codes_.size());
  out.shapes.append(shapes_);
  AppendIntegers(out.shapes, row_shapes_);
  return out;
}

bool ReadStreamTable(ByteReader& in, DecodeMemory& memory, AttributeShapes* shapes) {
  const size_t count = in.ReadCount(2);
  if (!memory.Take(count, sizeof(AttributeShapes::Stream))) return false;
  shapes->streams.resize(count);
  for (AttributeShapes::Stream& stream : shapes->streams) {
    stream.key = in.ReadLengthPrefixed();
    stream.type = static_cast<ValueType>(in.ReadFixed<uint8_t>());
    if (stream.type > ValueType::kKeyValueList) return false;
  }
  return in.ok();
}

bool ReadShapeTable(ByteReader& in, DecodeMemory& memory, AttributeShapes* shapes) {
  const size_t count = in.ReadCount(1);
  if (!memory.Take(count, sizeof(std::vector<uint32_t>))) return false;
  shapes->shapes.resize(count);
  for (std::vector<uint32_t>& shape : shapes->shapes) {
    const size_t length = in.ReadCount(1);
    if (!memory.Take(length, sizeof(uint32_t))) return false;
    shape.resize(length);
    for (uint32_t& stream : shape) {
      const uint64_t index = in.ReadVarint();
      if (index >= shapes->streams.size()) return false;
      stream = static_cast<uint32_t>(index);
    }
  }
  return in.ok();
}

// How often every shape occurs decides how many values every stream has.
bool CountValues(DecodeMemory& memory, AttributeShapes* shapes) {
  std::vector<size_t> uses(shapes->shapes.size());
  for (uint64_t code : shapes->row_shapes) {
    if (code >= uses.size()) return false;
    ++uses[code];
  }
  for (size_t i = 0; i < uses.size(); ++i) {
    for (uint32_t stream : shapes->shapes[i]) shapes->streams[stream].value_count += uses[i];
    shapes->attribute_count += uses[i] * shapes->shapes[i].size();
  }
  return memory.Take(shapes->attribute_count, sizeof(AttributeValue));
}

bool ReadNested(ByteReader& in, const AttributeShapes::Stream& stream, DecodeMemory& memory,
                StreamValues* values) {
  // Not resized at once: nested values take bytes each, so a damaged count ends with them.
  for (size_t i = 0; i < stream.value_count; ++i) {
    if (!ReadValue(in, memory, &values->emplace_back())) return false;
    if (values->back().type != stream.type) return false;
  }
  return true;
}

}  // namespace

uint64_t NumberBits(const AttributeValue& value) {
  if (value.type == ValueType::kInt) return OrderedBits(value.integer);
  if (value.type == ValueType::kBool) return value.boolean ? 1 : 0;
  return std::bit_cast<uint64_t>(value.real);
}

AttributeValue FromNumberBits(ValueType type, uint64_t bits) {
  if (type == ValueType::kInt) return AttributeValue::Int(FromOrderedBits(bits));
  if (type == ValueType::kBool) return AttributeValue::Bool(bits != 0);
  return AttributeValue::Double(std::bit_cast<double>(bits));
}

ShreddedAttributes ShredAttributes(std::span<const std::span<const Attribute>> rows) {
  Shredder shredder;
  for (std::span<const Attribute> row : rows) shredder.AddRow(row);
  return std::move(shredder).Finish();
}

bool ReadStreamKeys(std::string_view bytes, std::vector<std::string_view>* keys) {
  if (bytes.empty()) return true;
  ByteReader in(bytes);
  keys->resize(in.ReadCount(2));
  for (std::string_view& key : *keys) {
    key = in.ReadLengthPrefixed();
    in.ReadFixed<uint8_t>();
  }
  return in.ok();
}

bool ReadShapes(ByteReader& in, size_t row_count, DecodeMemory& memory, AttributeShapes* shapes) {
  if (!ReadStreamTable(in, memory, shapes)) return false;
  if (!ReadShapeTable(in, memory, shapes)) return false;
  if (!memory.Take(row_count, sizeof(uint64_t))) return false;
  return ReadIntegers(in, row_count, &shapes->row_shapes) && CountValues(memory, shapes);
}

bool ReadStream(ByteReader& in, const AttributeShapes::Stream& stream, DecodeMemory& memory,
                StreamValues* values) {
  values->clear();
  const ValueType type = stream.type;
  if (type == ValueType::kArray || type == ValueType::kKeyValueList) {
    return ReadNested(in, stream, memory, values);
  }
  values->resize(stream.value_count);
  if (type == ValueType::kEmpty) return true;
  if (IsText(type)) {
    std::vector<std::string_view> texts;
    if (!ReadStrings(in, stream.value_count, &texts)) return false;
    for (size_t i = 0; i < texts.size(); ++i) {
      if (texts[i].size() > UINT32_MAX) return false;
      (*values)[i] = type == ValueType::kString ? AttributeValue::String(texts[i])
                                                : AttributeValue::Bytes(texts[i]);
    }
    return true;
  }
  std::vector<uint64_t> bits;
  if (!ReadIntegers(in, stream.value_count, &bits)) return false;
  for (size_t i = 0; i < bits.size(); ++i) (*values)[i] = FromNumberBits(type, bits[i]);
  return true;
}

bool AssembleRows(const AttributeShapes& shapes, std::span<const StreamValues> streams,
                  DecodeMemory& memory, AttributeRows* rows) {
  std::span<Attribute> attributes;
  if (!memory.AllocateArray(shapes.attribute_count, &attributes)) return false;
  std::vector<size_t> next(streams.size());
  rows->resize(shapes.row_shapes.size());
  size_t at = 0;
  for (size_t row = 0; row < rows->size(); ++row) {
    const std::vector<uint32_t>& shape = shapes.shapes[shapes.row_shapes[row]];
    for (size_t i = 0; i < shape.size(); ++i) {
      const uint32_t stream = shape[i];
      new (&attributes[at + i])
          Attribute{shapes.streams[stream].key, streams[stream][next[stream]++]};
    }
    (*rows)[row] = attributes.subspan(at, shape.size());
    at += shape.size();
  }
  return true;
}

std::vector<AttributeValue> AssembleKey(const AttributeShapes& shapes,
                                        std::span<const StreamValues> streams,
                                        std::string_view key) {
  // Of every shape the streams that belong to the key, in their order.
  std::vector<std::vector<uint32_t>> wanted(shapes.shapes.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    for (uint32_t stream : shapes.shapes[i]) {
      if (shapes.streams[stream].key == key) wanted[i].push_back(stream);
    }
  }
  std::vector<AttributeValue> values(shapes.row_shapes.size());
  std::vector<size_t> next(streams.size());
  for (size_t row = 0; row < values.size(); ++row) {
    bool is_first = true;
    for (uint32_t stream : wanted[shapes.row_shapes[row]]) {
      const AttributeValue& value = streams[stream][next[stream]++];
      if (is_first) values[row] = value;
      is_first = false;
    }
  }
  return values;
}

void AppendAttributeRows(std::string& out, std::span<const std::span<const Attribute>> rows) {
  const ShreddedAttributes shredded = ShredAttributes(rows);
  out.append(shredded.shapes);
  for (const std::string& stream : shredded.streams) AppendLengthPrefixed(out, stream);
}

bool ReadAttributeRows(ByteReader& in, size_t row_count, DecodeMemory& memory,
                       AttributeRows* rows) {
  AttributeShapes shapes;
  if (!ReadShapes(in, row_count, memory, &shapes)) return false;
  std::vector<StreamValues> streams(shapes.streams.size());
  for (size_t i = 0; i < streams.size(); ++i) {
    ByteReader stream(in.ReadLengthPrefixed());
    if (!ReadStream(stream, shapes.streams[i], memory, &streams[i])) return false;
  }
  return in.ok() && AssembleRows(shapes, streams, memory, rows);
}

void AppendValues(std::string& out, std::span<const AttributeValue> values) {
  std::vector<Attribute> attributes(values.size());
  AttributeRows rows(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    attributes[i].value = values[i];
    rows[i] = {&attributes[i], 1};
  }
  AppendAttributeRows(out, rows);
}

bool ReadValues(ByteReader& in, size_t count, DecodeMemory& memory, StreamValues* values) {
  AttributeRows rows;
  if (!ReadAttributeRows(in, count, memory, &rows)) return false;
  values->resize(count);
  for (size_t i = 0; i < count; ++i) {
    if (rows[i].size() != 1) return false;
    (*values)[i] = rows[i].front().value;
  }
  return true;
}

}  // namespace spanhound::store
