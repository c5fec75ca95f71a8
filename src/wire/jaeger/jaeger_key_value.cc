#include "wire/jaeger/jaeger_key_value.h"

#include <bit>

namespace spanhound::wire {
namespace {

using model::ValueType;

// model.proto's ValueType; a string is 0, which is not written.
constexpr uint64_t kBool = 1;
constexpr uint64_t kInt64 = 2;
constexpr uint64_t kFloat64 = 3;
constexpr uint64_t kBinary = 4;

void WriteValue(ProtoWriter& writer, const model::AttributeValue& value) {
  switch (value.type) {
    case ValueType::kBool: writer.Varint(2, kBool); return writer.Varint(4, value.boolean ? 1 : 0);
    case ValueType::kInt:
      writer.Varint(2, kInt64);
      return writer.Varint(5, static_cast<uint64_t>(value.integer));
    case ValueType::kDouble:
      writer.Varint(2, kFloat64);
      return writer.Fixed64(6, std::bit_cast<uint64_t>(value.real));
    case ValueType::kBytes: writer.Varint(2, kBinary); return writer.Bytes(7, value.text());
    case ValueType::kString: return writer.Bytes(3, value.text());
    default: return writer.Bytes(3, model::ToText(value));
  }
}

}  // namespace

void WriteJaegerKeyValue(ProtoWriter& writer, uint32_t field, const model::Attribute& attribute) {
  writer.Message(field, [&] {
    writer.Bytes(1, attribute.key);
    WriteValue(writer, attribute.value);
  });
}

}  // namespace spanhound::wire
