#include "api/jaeger/key_value_json.h"

#include <utility>

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

const std::string& KeyValueWriter::Head(std::string_view key, ValueType type) {
  StringMap<std::string>& heads = heads_[static_cast<size_t>(type)];
  if (const auto known = heads.find(key); known != heads.end()) return known->second;
  std::string head = R"({"key":)";
  AppendJsonString(head, key);
  head.append(R"(,"type":")").append(TypeName(type)).append(R"(","value":)");
  return heads.emplace(key, std::move(head)).first->second;
}

void KeyValueWriter::Write(std::string_view key, const AttributeValue& value) {
  json_.BeginObject(Head(key, value.type));
  WriteValue(json_, value);
  json_.EndObject();
}

}  // namespace spanhound::api
