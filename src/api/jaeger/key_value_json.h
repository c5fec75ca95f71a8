// Attributes as Jaeger's typed tags: {"key":"http.status_code","type":"int64","value":200}. Pure
// functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json_writer.h"
#include "model/attribute.h"

namespace spanhound::api {

// Integers JavaScript cannot hold become strings, bytes base64, arrays and lists JSON text.
void WriteKeyValue(JsonWriter& json, std::string_view key, const model::AttributeValue& value);
void WriteKeyValue(JsonWriter& json, std::string_view key, std::string_view text);
void WriteKeyValue(JsonWriter& json, std::string_view key, bool value);
void WriteKeyValue(JsonWriter& json, std::string_view key, int64_t value);
inline void WriteKeyValue(JsonWriter& json, std::string_view key, const char* text) {
  WriteKeyValue(json, key, std::string_view(text));
}

}  // namespace spanhound::api
