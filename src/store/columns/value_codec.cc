#include "store/columns/value_codec.h"

#include <new>

namespace spanhound::store {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::ValueType;

// Doors allow kValueDepthMax levels below an attribute; one more for the attribute itself.
constexpr int kDepthMax = model::kValueDepthMax + 1;

bool ReadNested(ByteReader& in, DecodeMemory& memory, int depth, AttributeValue* value);

bool ReadList(ByteReader& in, DecodeMemory& memory, int depth, std::span<const Attribute>* list) {
  std::span<Attribute> to;
  if (!memory.AllocateArray(in.ReadCount(2), &to)) return false;
  for (Attribute& attribute : to) {
    new (&attribute) Attribute{in.ReadLengthPrefixed(), {}};
    if (!ReadNested(in, memory, depth, &attribute.value)) return false;
  }
  *list = to;
  return in.ok();
}

bool ReadArray(ByteReader& in, DecodeMemory& memory, int depth, AttributeValue* value) {
  std::span<AttributeValue> to;
  if (!memory.AllocateArray(in.ReadCount(1), &to)) return false;
  for (AttributeValue& element : to) {
    new (&element) AttributeValue();
    if (!ReadNested(in, memory, depth, &element)) return false;
  }
  *value = AttributeValue::Array(to);
  return in.ok();
}

// Lengths above 32 bits cannot be a value; the batch could not have held them.
bool ReadText(ByteReader& in, ValueType type, AttributeValue* value) {
  const std::string_view text = in.ReadLengthPrefixed();
  if (text.size() > UINT32_MAX) return false;
  *value = type == ValueType::kString ? AttributeValue::String(text) : AttributeValue::Bytes(text);
  return in.ok();
}

bool ReadNested(ByteReader& in, DecodeMemory& memory, int depth, AttributeValue* value) {
  if (depth > kDepthMax) return false;
  const auto type = static_cast<ValueType>(in.ReadFixed<uint8_t>());
  switch (type) {
    case ValueType::kEmpty: *value = {}; return in.ok();
    case ValueType::kString:
    case ValueType::kBytes: return ReadText(in, type, value);
    case ValueType::kBool: *value = AttributeValue::Bool(in.ReadFixed<uint8_t>() != 0); break;
    case ValueType::kInt: *value = AttributeValue::Int(in.ReadSignedVarint()); break;
    case ValueType::kDouble: *value = AttributeValue::Double(in.ReadFixed<double>()); break;
    case ValueType::kArray: return ReadArray(in, memory, depth + 1, value);
    case ValueType::kKeyValueList: {
      std::span<const Attribute> list;
      if (!ReadList(in, memory, depth + 1, &list)) return false;
      *value = AttributeValue::KeyValueList(list);
      return true;
    }
    default: return false;
  }
  return in.ok();
}

bool ReadCount32(ByteReader& in, uint32_t* count) {
  const uint64_t value = in.ReadVarint();
  *count = static_cast<uint32_t>(value);
  return in.ok() && value <= UINT32_MAX;
}

}  // namespace

void AppendValue(std::string& out, const AttributeValue& value) {
  out.push_back(static_cast<char>(value.type));
  switch (value.type) {
    case ValueType::kEmpty: return;
    case ValueType::kString:
    case ValueType::kBytes: AppendLengthPrefixed(out, value.text()); return;
    case ValueType::kBool: out.push_back(value.boolean ? 1 : 0); return;
    case ValueType::kInt: AppendSignedVarint(out, value.integer); return;
    case ValueType::kDouble: AppendFixed(out, value.real); return;
    case ValueType::kKeyValueList: AppendAttributeList(out, value.key_values()); return;
    case ValueType::kArray:
      AppendVarint(out, value.size);
      for (const AttributeValue& element : value.array()) AppendValue(out, element);
      return;
  }
}

void AppendAttributeList(std::string& out, std::span<const Attribute> attributes) {
  AppendVarint(out, attributes.size());
  for (const Attribute& attribute : attributes) {
    AppendLengthPrefixed(out, attribute.key);
    AppendValue(out, attribute.value);
  }
}

void AppendResource(std::string& out, const model::Resource& resource) {
  AppendAttributeList(out, resource.attributes);
  AppendVarint(out, resource.dropped_attributes_count);
  AppendLengthPrefixed(out, resource.schema_url);
}

void AppendScope(std::string& out, const model::Scope& scope) {
  AppendLengthPrefixed(out, scope.name);
  AppendLengthPrefixed(out, scope.version);
  AppendAttributeList(out, scope.attributes);
  AppendVarint(out, scope.dropped_attributes_count);
  AppendLengthPrefixed(out, scope.schema_url);
}

bool ReadValue(ByteReader& in, DecodeMemory& memory, AttributeValue* value) {
  return ReadNested(in, memory, 0, value);
}

bool ReadAttributeList(ByteReader& in, DecodeMemory& memory,
                       std::span<const Attribute>* attributes) {
  return ReadList(in, memory, 0, attributes);
}

bool ReadResource(ByteReader& in, DecodeMemory& memory, model::Resource* resource) {
  if (!ReadAttributeList(in, memory, &resource->attributes)) return false;
  if (!ReadCount32(in, &resource->dropped_attributes_count)) return false;
  resource->schema_url = in.ReadLengthPrefixed();
  return in.ok();
}

bool ReadScope(ByteReader& in, DecodeMemory& memory, model::Scope* scope) {
  scope->name = in.ReadLengthPrefixed();
  scope->version = in.ReadLengthPrefixed();
  if (!ReadAttributeList(in, memory, &scope->attributes)) return false;
  if (!ReadCount32(in, &scope->dropped_attributes_count)) return false;
  scope->schema_url = in.ReadLengthPrefixed();
  return in.ok();
}

}  // namespace spanhound::store
