// Attributes as Jaeger's typed tags: {"key":"http.status_code","type":"int64","value":200}.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/hash_map.h"
#include "base/json_writer.h"
#include "model/attribute.h"

namespace spanhound::api {

// Integers JavaScript cannot hold become strings, bytes base64, arrays and lists JSON text. One
// thread. For many tags: telemetry has few keys, and what stands before a value is made once.
class KeyValueWriter {
 public:
  explicit KeyValueWriter(JsonWriter& json) : json_(json) {}

  void Write(std::string_view key, const model::AttributeValue& value);
  void WriteText(std::string_view key, std::string_view text) {
    Write(key, model::AttributeValue::String(text));
  }

 private:
  // {"key":"...","type":"...","value":
  const std::string& Head(std::string_view key, model::ValueType type);

  static constexpr size_t kTypeCount = static_cast<size_t>(model::ValueType::kKeyValueList) + 1;

  JsonWriter& json_;
  std::array<StringMap<std::string>, kTypeCount> heads_;  // by type, then key
};

}  // namespace spanhound::api
