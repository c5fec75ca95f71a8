#include "model/attribute.h"

#include <algorithm>
#include <bit>

#include "base/base64.h"
#include "base/check.h"
#include "base/json_writer.h"

namespace spanhound::model {

namespace {

AttributeValue Pointing(ValueType type, const void* data, size_t size) {
  CHECK(size <= UINT32_MAX);
  AttributeValue out;
  out.type = type;
  out.size = static_cast<uint32_t>(size);
  out.data = data;
  return out;
}

}  // namespace

AttributeValue AttributeValue::String(std::string_view value) {
  return Pointing(ValueType::kString, value.data(), value.size());
}
AttributeValue AttributeValue::Bytes(std::string_view value) {
  return Pointing(ValueType::kBytes, value.data(), value.size());
}
AttributeValue AttributeValue::Array(std::span<const AttributeValue> value) {
  return Pointing(ValueType::kArray, value.data(), value.size());
}
AttributeValue AttributeValue::KeyValueList(std::span<const Attribute> value) {
  return Pointing(ValueType::kKeyValueList, value.data(), value.size());
}
AttributeValue AttributeValue::Bool(bool value) {
  AttributeValue out;
  out.type = ValueType::kBool;
  out.boolean = value;
  return out;
}
AttributeValue AttributeValue::Int(int64_t value) {
  AttributeValue out;
  out.type = ValueType::kInt;
  out.integer = value;
  return out;
}
AttributeValue AttributeValue::Double(double value) {
  AttributeValue out;
  out.type = ValueType::kDouble;
  out.real = value;
  return out;
}

bool operator==(const AttributeValue& a, const AttributeValue& b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case ValueType::kEmpty: return true;
    case ValueType::kBool: return a.boolean == b.boolean;
    case ValueType::kInt: return a.integer == b.integer;
    case ValueType::kDouble:
      return std::bit_cast<uint64_t>(a.real) == std::bit_cast<uint64_t>(b.real);
    case ValueType::kString:
    case ValueType::kBytes: return a.text() == b.text();
    case ValueType::kArray: return std::ranges::equal(a.array(), b.array());
    case ValueType::kKeyValueList: return std::ranges::equal(a.key_values(), b.key_values());
  }
  return false;
}

bool operator==(const Attribute& a, const Attribute& b) {
  return a.key == b.key && a.value == b.value;
}

const AttributeValue* FindAttribute(std::span<const Attribute> attributes, std::string_view key) {
  for (const Attribute& attribute : attributes) {
    if (attribute.key == key) return &attribute.value;
  }
  return nullptr;
}

namespace {

void WriteJson(JsonWriter& json, const AttributeValue& value) {
  switch (value.type) {
    case ValueType::kEmpty: json.Null(); return;
    case ValueType::kString: json.String(value.text()); return;
    case ValueType::kBool: json.Bool(value.boolean); return;
    case ValueType::kInt: json.Int(value.integer); return;
    case ValueType::kDouble: json.Double(value.real); return;
    case ValueType::kBytes: json.String(ToBase64(value.text())); return;
    case ValueType::kArray:
      json.BeginArray();
      for (const AttributeValue& element : value.array()) WriteJson(json, element);
      json.EndArray();
      return;
    case ValueType::kKeyValueList:
      json.BeginObject();
      for (const Attribute& field : value.key_values()) {
        json.Key(field.key);
        WriteJson(json, field.value);
      }
      json.EndObject();
      return;
  }
}

}  // namespace

std::string ToText(const AttributeValue& value) {
  if (value.type == ValueType::kEmpty) return "";
  if (value.type == ValueType::kString) return std::string(value.text());
  if (value.type == ValueType::kBytes) return ToBase64(value.text());
  std::string text;
  JsonWriter json(text);
  WriteJson(json, value);
  // Only strings are quoted, and a lone double may be one of the three non-finite ones.
  if (value.type == ValueType::kDouble && text.front() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

}  // namespace spanhound::model
