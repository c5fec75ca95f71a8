// Attribute values as OpenTelemetry defines them (common.proto AnyValue): string, bool, int64,
// double, bytes, array, key-value list, or empty. Trivially copyable views: whoever hands out an
// attribute owns its bytes (see SpanBatch).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace spanhound::model {

enum class ValueType : uint8_t {
  kEmpty = 0,
  kString = 1,
  kBool = 2,
  kInt = 3,
  kDouble = 4,
  kBytes = 5,
  kArray = 6,
  kKeyValueList = 7,
};

// Nesting past this depth is refused at the doors; every recursion over values is bounded by it.
inline constexpr int kValueDepthMax = 32;

struct Attribute;

struct AttributeValue {
  ValueType type = ValueType::kEmpty;
  uint32_t size = 0;  // bytes of text, elements of an array or list
  union {
    bool boolean;         // kBool
    int64_t integer = 0;  // kInt
    double real;          // kDouble
    const void* data;     // kString, kBytes, kArray, kKeyValueList
  };

  static AttributeValue String(std::string_view value);
  static AttributeValue Bytes(std::string_view value);
  static AttributeValue Bool(bool value);
  static AttributeValue Int(int64_t value);
  static AttributeValue Double(double value);
  static AttributeValue Array(std::span<const AttributeValue> value);
  static AttributeValue KeyValueList(std::span<const Attribute> value);

  // Only for the types named beside `data`.
  std::string_view text() const { return {static_cast<const char*>(data), size}; }
  std::span<const AttributeValue> array() const;
  std::span<const Attribute> key_values() const;
};
static_assert(sizeof(AttributeValue) == 16);

struct Attribute {
  std::string_view key;
  AttributeValue value;
};

inline std::span<const AttributeValue> AttributeValue::array() const {
  return {static_cast<const AttributeValue*>(data), size};
}
inline std::span<const Attribute> AttributeValue::key_values() const {
  return {static_cast<const Attribute*>(data), size};
}

// Deep comparison; doubles by bits, so that NaN equals itself.
bool operator==(const AttributeValue& a, const AttributeValue& b);
bool operator==(const Attribute& a, const Attribute& b);

// The first value of `key`, or null.
const AttributeValue* FindAttribute(std::span<const Attribute> attributes, std::string_view key);

// The text people search and see: strings as they are, true/false, decimal integers, shortest
// doubles, bytes as base64, arrays and lists as JSON (the OpenTelemetry rule for non-OTLP formats).
std::string ToText(const AttributeValue& value);

}  // namespace spanhound::model
