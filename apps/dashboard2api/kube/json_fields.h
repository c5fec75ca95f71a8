// Fields of JSON that others wrote: what is absent or of another type reads as empty.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace dashboard2api::kube {

using Json = nlohmann::json;

inline const Json& At(const Json& object, const char* key) {
  static const Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(key);
  return found == object.end() ? kNothing : *found;
}

inline std::string TextAt(const Json& object, const char* key) {
  const Json& value = At(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

inline std::int32_t CountAt(const Json& object, const char* key) {
  const Json& value = At(object, key);
  if (!value.is_number_integer()) return 0;
  const auto count = value.get<std::int64_t>();
  return count > 0 && count <= INT32_MAX ? static_cast<std::int32_t>(count) : 0;
}

inline bool BoolAt(const Json& object, const char* key) {
  const Json& value = At(object, key);
  return value.is_boolean() && value.get<bool>();
}

// Null (is_discarded) for what is no JSON. The parser does not recurse, so any depth is fine.
inline Json ParseJson(std::string_view text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace dashboard2api::kube
