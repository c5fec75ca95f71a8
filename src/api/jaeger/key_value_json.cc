#include "api/jaeger/key_value_json.h"

#include <string>

namespace spanhound::api {
namespace {

using model::AttributeValue;
using model::ValueType;

// The largest integer of JavaScript: 2^53 - 1.
constexpr int64_t kSafeIntegerMax = 9'007'199'254'740'991;

std::string_view TypeName(ValueType type) {
  switch (type) {
    case ValueType::kBool: return "bool";
    case ValueType::kInt: return "int64";
    case ValueType::kDouble: return "float64";
    case ValueType::kBytes: return "binary";
    default: return "string";
  }
}

void WriteValue(JsonWriter& json, const AttributeValue& value) {
  switch (value.type) {
    case ValueType::kBool: return json.Bool(value.boolean);
    case ValueType::kDouble: return json.Double(value.real);
    case ValueType::kString: return json.String(value.text());
    case ValueType::kInt:
      if (value.integer > kSafeIntegerMax || value.integer < -kSafeIntegerMax) {
        return json.String(std::to_string(value.integer));
      }
      return json.Int(value.integer);
    default: return json.String(model::ToText(value));
  }
}

}  // namespace

void WriteKeyValue(JsonWriter& json, std::string_view key, const AttributeValue& value) {
  json.BeginObject();
  json.Field("key", key);
  json.Field("type", TypeName(value.type));
  json.Key("value");
  WriteValue(json, value);
  json.EndObject();
}

void WriteKeyValue(JsonWriter& json, std::string_view key, std::string_view text) {
  WriteKeyValue(json, key, AttributeValue::String(text));
}

void WriteKeyValue(JsonWriter& json, std::string_view key, bool value) {
  WriteKeyValue(json, key, AttributeValue::Bool(value));
}

void WriteKeyValue(JsonWriter& json, std::string_view key, int64_t value) {
  WriteKeyValue(json, key, AttributeValue::Int(value));
}

}  // namespace spanhound::api
