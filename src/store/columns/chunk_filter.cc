#include "store/columns/chunk_filter.h"

#include "base/checksum.h"
#include "store/columns/attribute_streams.h"
#include "store/columns/chunk.h"
#include "store/columns/column_codec.h"
#include "store/columns/event_codec.h"
#include "store/encoding/strings.h"

namespace spanhound::store {
namespace {

using model::AttributeValue;
using model::ValueType;

constexpr size_t kPairsPerWord = 4;

uint64_t Combine(uint64_t key_hash, uint64_t text_hash) {
  const uint64_t mixed = (key_hash ^ text_hash * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
  return mixed ^ mixed >> 32;
}

// The hashes of all pairs of a chunk; a pair may be there more than once.
class PairCollector {
 public:
  explicit PairCollector(const Chunk& chunk) : chunk_(chunk), memory_(arena_, kChunkBytesMax) {}

  bool Collect() {
    for (const auto& resource : chunk_.dictionaries.resources) AddList(resource.attributes);
    for (const auto& scope : chunk_.dictionaries.scopes) AddList(scope.attributes);
    return AddStreams(chunk_.column(Field::kAttributes)) &&
           (chunk_.table == Table::kLogs ||
            (AddElements<EventRows>(Field::kEvents) && AddElements<LinkRows>(Field::kLinks)));
  }
  const std::vector<uint64_t>& hashes() const { return hashes_; }

 private:
  void AddText(uint64_t key_hash, std::string_view text) {
    hashes_.push_back(Combine(key_hash, Checksum64(text)));
  }

  void Add(uint64_t key_hash, const AttributeValue& value) {
    if (value.type == ValueType::kString) return AddText(key_hash, value.text());
    AddText(key_hash, model::ToText(value));
  }

  void AddList(std::span<const model::Attribute> attributes) {
    for (const auto& [key, value] : attributes) Add(Checksum64(key), value);
  }

  // Of the rows' own attributes the distinct values of every stream, without the rows.
  bool AddStreams(std::string_view bytes) {
    if (bytes.empty()) return true;
    ByteReader in(bytes);
    AttributeShapes shapes;
    if (!ReadShapes(in, chunk_.row_count, memory_, &shapes)) return false;
    for (const AttributeShapes::Stream& stream : shapes.streams) {
      ByteReader values(in.ReadLengthPrefixed());
      if (!in.ok() || !AddStream(values, stream)) return false;
    }
    return true;
  }

  bool AddStream(ByteReader& in, const AttributeShapes::Stream& stream) {
    const uint64_t key_hash = Checksum64(stream.key);
    if (stream.type == ValueType::kString) {
      if (!ReadStringCodes(in, stream.value_count, &texts_, &codes_)) return false;
      for (std::string_view text : texts_) AddText(key_hash, text);
      return true;
    }
    StreamValues values;
    if (!ReadStream(in, stream, memory_, &values)) return false;
    for (size_t i = 0; i < values.size(); ++i) {
      if (i == 0 || !(values[i] == values[i - 1])) Add(key_hash, values[i]);
    }
    return true;
  }

  template <typename Rows>
  bool AddElements(Field field) {
    const size_t index = static_cast<size_t>(StoredIndex(chunk_.table, field));
    if (chunk_.columns[index].empty()) return true;
    std::vector<ColumnData> columns(chunk_.columns.size());
    if (!ReadColumn(chunk_.columns[index], chunk_.table, index, chunk_.row_count,
                    chunk_.dictionaries, memory_, &columns)) {
      return false;
    }
    for (const auto& elements : std::get<Rows>(columns[index])) {
      for (const auto& element : elements) AddList(element.attributes);
    }
    return true;
  }

  const Chunk& chunk_;
  Arena arena_;
  DecodeMemory memory_;
  std::vector<std::string_view> texts_;
  std::vector<uint64_t> codes_;
  std::vector<uint64_t> hashes_;
};

}  // namespace

uint64_t ChunkFilter::HashOf(std::string_view key, std::string_view text) {
  return Combine(Checksum64(key), Checksum64(text));
}

std::unique_ptr<const ChunkFilter> ChunkFilter::Of(const Chunk& chunk) {
  PairCollector pairs(chunk);
  if (!pairs.Collect()) return nullptr;
  return std::unique_ptr<const ChunkFilter>(new ChunkFilter(pairs.hashes()));
}

ChunkFilter::ChunkFilter(const std::vector<uint64_t>& hashes)
    : words_(hashes.size() / kPairsPerWord + 1) {
  for (uint64_t hash : hashes) words_[PlaceOf(hash)] |= BitsOf(hash);
}

}  // namespace spanhound::store
