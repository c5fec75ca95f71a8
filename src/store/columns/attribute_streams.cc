#include "store/columns/attribute_streams.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/hash_map.h"
#include "base/keyed_hash.h"
#include "store/columns/value_codec.h"
#include "store/encoding/integers.h"
#include "store/encoding/strings.h"
#include "store/encoding/text_ends.h"

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
    return KeyedHash64(key.key) + static_cast<size_t>(key.type) * 0x9e3779b97f4a7c15u;
  }
};

// The streams of a request's attributes. Nearly all look-ups end at the first guess, which costs no
// hash of the whole key: keys that share their place there are told apart by the map.
class StreamTable {
 public:
  struct Stream {
    StreamKey key;
    TextEnds ends;  // of the key
    size_t value_count = 0;
  };

  uint32_t StreamOf(const StreamKey& key) {
    const TextEnds ends = EndsOf(key.key);
    uint32_t& guess = guesses_[PlaceOf(key, ends)];
    if (guess < streams_.size() && IsOf(streams_[guess], key, ends)) return guess;
    const auto [found, is_new] = numbers_.try_emplace(key, streams_.size());
    if (is_new) streams_.push_back({key, ends});
    guess = found->second;
    return guess;
  }
  void CountValue(uint32_t stream) { ++streams_[stream].value_count; }
  const std::vector<Stream>& streams() const { return streams_; }

 private:
  static constexpr int kPlaceBits = 9;

  // By length, type and both ends of the key.
  static size_t PlaceOf(const StreamKey& key, const TextEnds& ends) {
    const uint64_t both = ends.first + ends.last * 0xff51afd7ed558ccdu;
    const uint64_t rest = key.key.size() << 8 | static_cast<uint64_t>(key.type);
    return ((both ^ rest << 40) * 0x9e3779b97f4a7c15u) >> (64 - kPlaceBits);
  }

  static bool IsOf(const Stream& stream, const StreamKey& key, const TextEnds& ends) {
    return stream.ends == ends && stream.key.type == key.type &&
           stream.key.key.size() == key.key.size() &&
           (key.key.size() <= kTextOfEndsBytesMax || stream.key.key == key.key);
  }

  std::vector<Stream> streams_;
  std::array<uint32_t, 1u << kPlaceBits> guesses_{};
  HashMap<StreamKey, uint32_t, StreamKeyHash> numbers_;
};

// Numbers the distinct sequences of streams. Where attributes are drawn at random, nearly every row
// has its own, so none costs an allocation: a sequence stays where the caller keeps all of them.
class ShapeTable {
 public:
  // `streams` from `first` on: the sequence of a row. `streams` may move, but keeps its content.
  uint64_t CodeOf(const std::vector<uint32_t>& streams, size_t first) {
    if (2 * (shapes_.size() + 1) > slots_.size()) Grow();
    const Shape shape{first, streams.size() - first, HashOf(streams, first)};
    for (size_t at = shape.hash & mask();; at = (at + 1) & mask()) {
      if (slots_[at] == 0) {
        shapes_.push_back(shape);
        slots_[at] = static_cast<uint32_t>(shapes_.size());
        return shapes_.size() - 1;
      }
      if (AreEqual(streams, shapes_[slots_[at] - 1], shape)) return slots_[at] - 1;
    }
  }

  void AppendTo(std::string& out, const std::vector<uint32_t>& streams) const {
    AppendVarint(out, shapes_.size());
    for (const Shape& shape : shapes_) {
      AppendVarint(out, shape.size);
      for (uint32_t stream : std::span(streams).subspan(shape.first, shape.size)) {
        AppendVarint(out, stream);
      }
    }
  }

 private:
  struct Shape {
    size_t first;
    size_t size;
    uint64_t hash;
  };

  static uint64_t HashOf(const std::vector<uint32_t>& streams, size_t first) {
    return KeyedHash64({reinterpret_cast<const char*>(streams.data() + first),
                        (streams.size() - first) * sizeof(uint32_t)});
  }
  static bool AreEqual(const std::vector<uint32_t>& streams, const Shape& a, const Shape& b) {
    return a.hash == b.hash && a.size == b.size &&
           std::equal(streams.begin() + static_cast<ptrdiff_t>(a.first),
                      streams.begin() + static_cast<ptrdiff_t>(a.first + a.size),
                      streams.begin() + static_cast<ptrdiff_t>(b.first));
  }
  size_t mask() const { return slots_.size() - 1; }
  void Grow() {
    slots_.assign(std::max(kSlotsMin, 2 * slots_.size()), 0);
    for (size_t i = 0; i < shapes_.size(); ++i) {
      size_t at = shapes_[i].hash & mask();
      while (slots_[at] != 0) at = (at + 1) & mask();
      slots_[at] = static_cast<uint32_t>(i + 1);
    }
  }

  static constexpr size_t kSlotsMin = 64;
  std::vector<Shape> shapes_;
  std::vector<uint32_t> slots_;  // number of a shape + 1, 0: free; a power of two of them
};

// Sorts attributes into streams: first it finds the stream of each, then it puts the values of a
// stream side by side, at places that are known by then.
class Shredder {
 public:
  explicit Shredder(std::span<const std::span<const Attribute>> rows) : rows_(rows) {
    size_t attribute_count = 0;
    for (std::span<const Attribute> row : rows) attribute_count += row.size();
    placed_.reserve(attribute_count);
    row_shapes_.reserve(rows.size());
    for (std::span<const Attribute> row : rows) AddRow(row);
  }

  // Shapes, then every stream behind its length.
  void AppendTo(std::string& out) const;

 private:
  void AddRow(std::span<const Attribute> row) {
    const size_t first = placed_.size();
    for (const Attribute& attribute : row) {
      const uint32_t stream = table_.StreamOf({attribute.key, attribute.value.type});
      table_.CountValue(stream);
      placed_.push_back(stream);
    }
    const bool is_repeated =
        !row_shapes_.empty() &&
        std::equal(placed_.begin() + static_cast<ptrdiff_t>(first_before_),
                   placed_.begin() + static_cast<ptrdiff_t>(first),
                   placed_.begin() + static_cast<ptrdiff_t>(first), placed_.end());
    row_shapes_.push_back(is_repeated ? row_shapes_.back() : shapes_.CodeOf(placed_, first));
    first_before_ = first;
  }

  std::vector<AttributeValue> ValuesByStream() const;

  const std::span<const std::span<const Attribute>> rows_;
  StreamTable table_;
  ShapeTable shapes_;
  std::vector<uint64_t> row_shapes_;
  std::vector<uint32_t> placed_;  // the stream of every attribute, row after row
  size_t first_before_ = 0;       // attribute of the row before
};

uint64_t OrderedBits(int64_t value) { return static_cast<uint64_t>(value) ^ (uint64_t{1} << 63); }
int64_t FromOrderedBits(uint64_t bits) { return static_cast<int64_t>(bits ^ (uint64_t{1} << 63)); }

bool IsText(ValueType type) { return type == ValueType::kString || type == ValueType::kBytes; }

void AppendNested(std::string& out, std::span<const AttributeValue> values) {
  for (const AttributeValue& value : values) AppendValue(out, value);
}

// Writes stream after stream; buffers go from one to the next.
class StreamWriter {
 public:
  void Append(std::string& out, ValueType type, std::span<const AttributeValue> values) {
    if (type == ValueType::kEmpty) return;
    if (IsText(type)) return AppendTexts(out, values);
    if (type == ValueType::kArray || type == ValueType::kKeyValueList) {
      return AppendNested(out, values);
    }
    bits_.resize(values.size());
    for (size_t i = 0; i < values.size(); ++i) bits_[i] = NumberBits(values[i]);
    AppendIntegers(out, bits_);
  }

 private:
  void AppendTexts(std::string& out, std::span<const AttributeValue> values) {
    texts_.clear();
    for (const AttributeValue& value : values) texts_.push_back(value.text());
    strings_.Append(out, texts_);
  }

  StringsWriter strings_;
  std::vector<std::string_view> texts_;
  std::vector<uint64_t> bits_;
};

std::vector<AttributeValue> Shredder::ValuesByStream() const {
  std::vector<size_t> next;
  size_t end = 0;
  for (const StreamTable::Stream& stream : table_.streams()) {
    next.push_back(end);
    end += stream.value_count;
  }
  std::vector<AttributeValue> values(end);
  AttributeValue* const to = values.data();
  size_t* const next_of = next.data();
  const uint32_t* stream = placed_.data();
  for (std::span<const Attribute> row : rows_) {
    for (const Attribute& attribute : row) to[next_of[*stream++]++] = attribute.value;
  }
  return values;
}

void Shredder::AppendTo(std::string& out) const {
  AppendVarint(out, table_.streams().size());
  for (const StreamTable::Stream& stream : table_.streams()) {
    AppendLengthPrefixed(out, stream.key.key);
    out.push_back(static_cast<char>(stream.key.type));
  }
  shapes_.AppendTo(out, placed_);
  AppendIntegers(out, row_shapes_);
  const std::vector<AttributeValue> values = ValuesByStream();
  std::span<const AttributeValue> rest = values;
  StreamWriter writer;
  std::string bytes;
  for (const StreamTable::Stream& stream : table_.streams()) {
    bytes.clear();
    writer.Append(bytes, stream.key.type, rest.first(stream.value_count));
    AppendLengthPrefixed(out, bytes);
    rest = rest.subspan(stream.value_count);
  }
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
  if (!memory.Take(count, sizeof(size_t))) return false;
  shapes->shape_ends.reserve(count + 1);
  for (size_t i = 0; i < count; ++i) {
    const size_t length = in.ReadCount(1);
    if (!memory.Take(length, sizeof(uint32_t))) return false;
    for (size_t k = 0; k < length; ++k) {
      const uint64_t index = in.ReadVarint();
      if (index >= shapes->streams.size()) return false;
      shapes->shape_streams.push_back(static_cast<uint32_t>(index));
    }
    shapes->shape_ends.push_back(shapes->shape_streams.size());
  }
  return in.ok();
}

// How often every shape occurs decides how many values every stream has.
bool CountValues(DecodeMemory& memory, AttributeShapes* shapes) {
  std::vector<size_t> uses(shapes->shape_count());
  for (uint64_t code : shapes->row_shapes) {
    if (code >= uses.size()) return false;
    ++uses[code];
  }
  for (size_t i = 0; i < uses.size(); ++i) {
    const std::span<const uint32_t> shape = shapes->shape(i);
    for (uint32_t stream : shape) shapes->streams[stream].value_count += uses[i];
    shapes->attribute_count += uses[i] * shape.size();
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
    const std::span<const uint32_t> shape = shapes.shape(shapes.row_shapes[row]);
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
  std::vector<std::vector<uint32_t>> wanted(shapes.shape_count());
  for (size_t i = 0; i < wanted.size(); ++i) {
    for (uint32_t stream : shapes.shape(i)) {
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
  Shredder(rows).AppendTo(out);
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
