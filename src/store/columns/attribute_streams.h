// Attribute lists, shredded: every (key, type) pair becomes a stream of its values in row order,
// and every row names its shape, the sequence of streams its attributes come from. Order,
// duplicates and types survive exactly; a reader interested in one key reads that key's streams
// only. docs/format/block.md has the bytes. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "model/attribute.h"
#include "store/columns/decode_memory.h"

namespace spanhound::store {

using AttributeRows = std::vector<std::span<const model::Attribute>>;

// What stands before the streams: the stream table, shapes, and the shape of every row.
struct AttributeShapes {
  struct Stream {
    std::string_view key;
    model::ValueType type;
    size_t value_count = 0;
  };
  std::vector<Stream> streams;
  std::vector<uint32_t> shape_streams;   // indexes into streams, shape after shape
  std::vector<size_t> shape_ends = {0};  // of the shape before; one more than shapes
  std::vector<uint64_t> row_shapes;      // indexes of shapes
  size_t attribute_count = 0;            // of all rows together

  size_t shape_count() const { return shape_ends.size() - 1; }
  std::span<const uint32_t> shape(size_t index) const {
    return std::span(shape_streams)
        .subspan(shape_ends[index], shape_ends[index + 1] - shape_ends[index]);
  }
};
// The keys of the streams only, of bytes that AppendAttributeRows wrote; none for no bytes.
bool ReadStreamKeys(std::string_view bytes, std::vector<std::string_view>* keys);
bool ReadShapes(ByteReader& in, size_t row_count, DecodeMemory& memory, AttributeShapes* shapes);

// Bools, ints and doubles as unsigned numbers, ints in their order, and back.
uint64_t NumberBits(const model::AttributeValue& value);
model::AttributeValue FromNumberBits(model::ValueType type, uint64_t bits);

using StreamValues = std::vector<model::AttributeValue>;
bool ReadStream(ByteReader& in, const AttributeShapes::Stream& stream, DecodeMemory& memory,
                StreamValues* values);

// `streams`: the values of all streams. False past the budget.
bool AssembleRows(const AttributeShapes& shapes, std::span<const StreamValues> streams,
                  DecodeMemory& memory, AttributeRows* rows);
// The first value of `key` of every row, kEmpty where absent. Only the streams of that key need
// to have been read; the others may be empty.
std::vector<model::AttributeValue> AssembleKey(const AttributeShapes& shapes,
                                               std::span<const StreamValues> streams,
                                               std::string_view key);

// Shapes, then every stream behind its length.
void AppendAttributeRows(std::string& out, std::span<const std::span<const model::Attribute>> rows);
bool ReadAttributeRows(ByteReader& in, size_t row_count, DecodeMemory& memory, AttributeRows* rows);

// Plain columns of values of mixed types (log bodies).
void AppendValues(std::string& out, std::span<const model::AttributeValue> values);
bool ReadValues(ByteReader& in, size_t count, DecodeMemory& memory, StreamValues* values);

}  // namespace spanhound::store
