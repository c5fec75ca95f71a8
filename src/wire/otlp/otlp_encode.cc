#include "wire/otlp/otlp_encode.h"

#include <bit>

namespace spanhound::wire {

using model::ValueType;

void WriteOtlpValue(ProtoWriter& writer, const model::AttributeValue& value) {
  switch (value.type) {
    case ValueType::kEmpty: return;
    case ValueType::kString: return writer.BytesAlways(1, value.text());
    case ValueType::kBool: return writer.VarintAlways(2, value.boolean ? 1 : 0);
    case ValueType::kInt: return writer.VarintAlways(3, static_cast<uint64_t>(value.integer));
    case ValueType::kDouble: return writer.Fixed64Always(4, std::bit_cast<uint64_t>(value.real));
    case ValueType::kArray:
      return writer.Message(5, [&] {
        for (const model::AttributeValue& element : value.array()) {
          writer.Message(1, [&] { WriteOtlpValue(writer, element); });
        }
      });
    case ValueType::kKeyValueList:
      return writer.Message(6, [&] { WriteOtlpAttributes(writer, 1, value.key_values()); });
    case ValueType::kBytes: return writer.BytesAlways(7, value.text());
  }
}

void WriteOtlpAttributes(ProtoWriter& writer, uint32_t field,
                         std::span<const model::Attribute> attributes) {
  for (const model::Attribute& attribute : attributes) {
    writer.Message(field, [&] {
      writer.Bytes(1, attribute.key);
      if (attribute.value.type != ValueType::kEmpty) {
        writer.Message(2, [&] { WriteOtlpValue(writer, attribute.value); });
      }
    });
  }
}

void WriteOtlpResource(ProtoWriter& writer, const model::Resource& resource) {
  WriteOtlpAttributes(writer, 1, resource.attributes);
  writer.Varint(2, resource.dropped_attributes_count);
}

void WriteOtlpScope(ProtoWriter& writer, const model::Scope& scope) {
  writer.Bytes(1, scope.name);
  writer.Bytes(2, scope.version);
  WriteOtlpAttributes(writer, 3, scope.attributes);
  writer.Varint(4, scope.dropped_attributes_count);
}

}  // namespace spanhound::wire
