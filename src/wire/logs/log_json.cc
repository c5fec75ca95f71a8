#include "wire/logs/log_json.h"

namespace spanhound::wire {
namespace {

using model::AttributeValue;
using simdjson::SUCCESS;
using Element = simdjson::dom::element;
using Type = simdjson::dom::element_type;

AttributeValue ValueOf(Element element, LogRecords& records);

AttributeValue ArrayOf(simdjson::dom::array array, LogRecords& records) {
  size_t count = 0;
  for ([[maybe_unused]] const Element child : array) ++count;
  const auto values = records.NewArray<AttributeValue>(count);
  auto to = values.begin();
  for (const Element child : array) {
    if (to == values.end()) break;
    *to++ = ValueOf(child, records);
  }
  return AttributeValue::Array(values);
}

AttributeValue ListOf(simdjson::dom::object object, LogRecords& records) {
  size_t count = 0;
  for ([[maybe_unused]] const auto member : object) ++count;
  const auto members = records.NewArray<model::Attribute>(count);
  auto to = members.begin();
  for (const auto [key, value] : object) {
    if (to == members.end()) break;
    *to++ = {records.Copy(key), ValueOf(value, records)};
  }
  return AttributeValue::KeyValueList(members);
}

// The parser has bounded the depth.
AttributeValue ValueOf(Element element, LogRecords& records) {
  switch (element.type()) {
    case Type::STRING:
      return AttributeValue::String(records.Copy(element.get_string().value_unsafe()));
    case Type::INT64: return AttributeValue::Int(element.get_int64().value_unsafe());
    case Type::UINT64:
      return AttributeValue::Double(static_cast<double>(element.get_uint64().value_unsafe()));
    case Type::DOUBLE: return AttributeValue::Double(element.get_double().value_unsafe());
    case Type::BOOL: return AttributeValue::Bool(element.get_bool().value_unsafe());
    case Type::ARRAY: return ArrayOf(element.get_array().value_unsafe(), records);
    case Type::OBJECT: return ListOf(element.get_object().value_unsafe(), records);
    case Type::NULL_VALUE: break;
  }
  return {};
}

}  // namespace

const char* AddJsonFields(simdjson::dom::object object, std::string* joined_key,
                          LogRecords* records) {
  const size_t prefix_bytes = joined_key->size();
  for (const auto [key, value] : object) {
    if (!records->ok()) break;
    joined_key->resize(prefix_bytes);
    if (prefix_bytes + key.size() >= kLogKeyBytesMax) return "the name of a field is too long";
    *joined_key += key;
    simdjson::dom::object nested;
    if (value.get(nested) == SUCCESS && nested.begin() != nested.end()) {
      *joined_key += '.';
      if (const char* error = AddJsonFields(nested, joined_key, records)) return error;
    } else if (!value.is_null()) {
      records->AddField(*joined_key, ValueOf(value, *records));
    }
  }
  joined_key->resize(prefix_bytes);
  return nullptr;
}

}  // namespace spanhound::wire
