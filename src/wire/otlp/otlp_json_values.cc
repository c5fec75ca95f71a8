#include "wire/otlp/otlp_json_values.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "base/base64.h"

namespace spanhound::wire {

using model::Attribute;
using model::AttributeValue;
using simdjson::SUCCESS;

namespace {

// 2^63 and 2^64, both exact as doubles.
constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

template <typename T>
bool FromText(std::string_view text, T* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size();
}

// Integers may be written with a point or exponent as long as they are integers: 1e3, 5.0.
template <typename Int>
bool FromDouble(double real, Int* value) {
  constexpr bool kSigned = std::is_signed_v<Int>;
  if (!(real >= (kSigned ? -kTwoTo63 : 0.0) && real < (kSigned ? kTwoTo63 : kTwoTo64))) {
    return false;
  }
  *value = static_cast<Int>(real);
  return static_cast<double>(*value) == real;
}

template <typename Int>
bool ToInteger(simdjson::dom::element element, Int* value) {
  if (element.get(*value) == SUCCESS) return true;
  double real;
  if (element.is_double() && element.get(real) == SUCCESS) return FromDouble(real, value);
  std::string_view text;
  if (element.get(text) != SUCCESS) return false;
  return FromText(text, value) || (FromText(text, &real) && FromDouble(real, value));
}

}  // namespace

std::string JsonPlace::ToString() const {
  std::vector<const JsonPlace*> steps;
  for (const JsonPlace* place = this; place->parent != nullptr; place = place->parent) {
    steps.push_back(place);
  }
  std::string path;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if ((*step)->key.empty()) {
      path.append("[").append(std::to_string((*step)->element_index)).append("]");
    } else {
      if (!path.empty()) path += ".";
      path += (*step)->key;
    }
  }
  return path.empty() ? "request" : path;
}

std::string_view CamelCaseKey(std::string_view key, char (&buffer)[64]) {
  if (key.size() > sizeof buffer || key.find('_') == key.npos) return key;
  size_t size = 0;
  bool upper = false;
  for (const char c : key) {
    if (c == '_') {
      upper = true;
      continue;
    }
    buffer[size++] = upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return {buffer, size};
}

bool OtlpJsonValues::Fail(const JsonPlace& place, std::string_view why) {
  if (status_.ok()) status_ = InvalidArgument(place.ToString() + ": " + std::string(why));
  return false;
}

bool OtlpJsonValues::FailLimit() {
  if (status_.ok()) status_ = memory_.exceeded();
  return false;
}

bool OtlpJsonValues::TextInDocument(Element element, const JsonPlace& place,
                                    std::string_view* text) {
  return element.get(*text) == SUCCESS || Fail(place, "a string is expected");
}

bool OtlpJsonValues::Text(Element element, const JsonPlace& place, std::string_view* text) {
  std::string_view in_document;
  if (!TextInDocument(element, place, &in_document)) return false;
  return memory_.Copy(in_document, text) || FailLimit();
}

bool OtlpJsonValues::Bool(Element element, const JsonPlace& place, bool* value) {
  return element.get(*value) == SUCCESS || Fail(place, "true or false is expected");
}

bool OtlpJsonValues::Int64(Element element, const JsonPlace& place, int64_t* value) {
  return ToInteger(element, value) || Fail(place, "a 64-bit integer is expected");
}

bool OtlpJsonValues::Uint64(Element element, const JsonPlace& place, uint64_t* value) {
  return ToInteger(element, value) || Fail(place, "an unsigned 64-bit integer is expected");
}

bool OtlpJsonValues::Uint32(Element element, const JsonPlace& place, uint32_t* value) {
  uint64_t wide;
  if (!ToInteger(element, &wide) || wide > std::numeric_limits<uint32_t>::max()) {
    return Fail(place, "an unsigned 32-bit integer is expected");
  }
  *value = static_cast<uint32_t>(wide);
  return true;
}

bool OtlpJsonValues::Double(Element element, const JsonPlace& place, double* value) {
  if (element.get(*value) == SUCCESS) return true;
  std::string_view text;
  if (element.get(text) == SUCCESS) {
    if (text == "NaN") return *value = std::numeric_limits<double>::quiet_NaN(), true;
    if (text == "Infinity") return *value = std::numeric_limits<double>::infinity(), true;
    if (text == "-Infinity") return *value = -std::numeric_limits<double>::infinity(), true;
    if (FromText(text, value) && std::isfinite(*value)) return true;
  }
  return Fail(place, "a number is expected");
}

bool OtlpJsonValues::Bytes(Element element, const JsonPlace& place, std::string_view* bytes) {
  std::string_view text;
  std::string decoded;
  if (element.get(text) != SUCCESS || !FromBase64(text, &decoded)) {
    return Fail(place, "a base64 string is expected");
  }
  return memory_.Copy(decoded, bytes) || FailLimit();
}

bool OtlpJsonValues::Enum(Element element, const JsonPlace& place,
                          std::span<const std::string_view> names, int64_t* number) {
  std::string_view text;
  if (element.get(text) != SUCCESS) return Int64(element, place, number);
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != text) continue;
    *number = static_cast<int64_t>(i);
    return true;
  }
  return Fail(place, "an enum value is expected");
}

bool OtlpJsonValues::AnyValue(Element element, const JsonPlace& place, int depth,
                              AttributeValue* value) {
  return Members(element, place, [&](std::string_view key, Element member, const JsonPlace& at) {
    return Member(key, member, at, depth, value);
  });
}

bool OtlpJsonValues::Member(std::string_view key, Element element, const JsonPlace& place,
                            int depth, AttributeValue* value) {
  std::string_view text;
  if (key == "stringValue") {
    if (!Text(element, place, &text)) return false;
    *value = AttributeValue::String(text);
  } else if (key == "bytesValue") {
    if (!Bytes(element, place, &text)) return false;
    *value = AttributeValue::Bytes(text);
  } else if (key == "boolValue") {
    bool boolean;
    if (!Bool(element, place, &boolean)) return false;
    *value = AttributeValue::Bool(boolean);
  } else if (key == "intValue") {
    int64_t integer;
    if (!Int64(element, place, &integer)) return false;
    *value = AttributeValue::Int(integer);
  } else if (key == "doubleValue") {
    double real;
    if (!Double(element, place, &real)) return false;
    *value = AttributeValue::Double(real);
  } else if (key == "arrayValue") {
    return Array(element, place, depth + 1, value);
  } else if (key == "kvlistValue") {
    return KeyValueList(element, place, depth + 1, value);
  }
  return true;
}

bool OtlpJsonValues::Array(Element element, const JsonPlace& place, int depth,
                           AttributeValue* value) {
  if (depth > depth_max_) return Fail(place, "attribute value nested too deeply");
  std::span<AttributeValue> elements;
  const auto decode = [&](Element child, const JsonPlace& at, AttributeValue* to) {
    return AnyValue(child, at, depth, to);
  };
  const auto member = [&](std::string_view key, Element values, const JsonPlace& at) {
    return key != "values" || Repeated(values, at, &elements, decode);
  };
  if (!Members(element, place, member)) return false;
  *value = AttributeValue::Array(elements);
  return true;
}

bool OtlpJsonValues::KeyValueList(Element element, const JsonPlace& place, int depth,
                                  AttributeValue* value) {
  if (depth > depth_max_) return Fail(place, "attribute value nested too deeply");
  std::span<const Attribute> fields;
  const auto member = [&](std::string_view key, Element values, const JsonPlace& at) {
    return key != "values" || Attributes(values, at, depth, &fields);
  };
  if (!Members(element, place, member)) return false;
  *value = AttributeValue::KeyValueList(fields);
  return true;
}

bool OtlpJsonValues::Attributes(Element element, const JsonPlace& place, int depth,
                                std::span<const Attribute>* attributes) {
  std::span<Attribute> made;
  const auto decode = [&](Element child, const JsonPlace& child_place, Attribute* to) {
    return Members(child, child_place,
                   [&](std::string_view key, Element member, const JsonPlace& at) {
                     if (key == "key") return Text(member, at, &to->key);
                     if (key == "value") return AnyValue(member, at, depth, &to->value);
                     return true;
                   });
  };
  if (!Repeated(element, place, &made, decode)) return false;
  *attributes = made;
  return true;
}

bool OtlpJsonValues::Resource(Element element, const JsonPlace& place, model::Resource* resource) {
  return Members(element, place, [&](std::string_view key, Element value, const JsonPlace& at) {
    if (key == "attributes") return Attributes(value, at, &resource->attributes);
    if (key == "droppedAttributesCount") {
      return Uint32(value, at, &resource->dropped_attributes_count);
    }
    return true;
  });
}

bool OtlpJsonValues::Scope(Element element, const JsonPlace& place, model::Scope* scope) {
  return Members(element, place, [&](std::string_view key, Element value, const JsonPlace& at) {
    if (key == "name") return Text(value, at, &scope->name);
    if (key == "version") return Text(value, at, &scope->version);
    if (key == "attributes") return Attributes(value, at, &scope->attributes);
    if (key == "droppedAttributesCount") {
      return Uint32(value, at, &scope->dropped_attributes_count);
    }
    return true;
  });
}

}  // namespace spanhound::wire
