// Attributes as Jaeger's typed tags: {"key":"http.status_code","type":"int64","value":200}.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
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
  KeyValueWriter(const KeyValueWriter&) = delete;
  KeyValueWriter& operator=(const KeyValueWriter&) = delete;

  void Write(std::string_view key, const model::AttributeValue& value);
  void WriteText(std::string_view key, std::string_view text) {
    Write(key, model::AttributeValue::String(text));
  }

 private:
  struct Head {
    std::string key = {};
    model::ValueType type = model::ValueType::kEmpty;
    std::string json = {};  // {"key":"...","type":"...","value":
    Head* next = nullptr;   // that was written after it the last time
  };
  // Past it all are forgotten: keys that never come again must not fill the memory.
  static constexpr size_t kHeadsMax = 4096;
  static constexpr size_t kTypeCount = static_cast<size_t>(model::ValueType::kKeyValueList) + 1;

  const Head& NextHead(std::string_view key, model::ValueType type);
  Head& FindHead(std::string_view key, model::ValueType type);
  void ForgetHeads();

  JsonWriter& json_;
  std::array<StringMap<std::unique_ptr<Head>>, kTypeCount> heads_;  // by type, then key
  size_t head_count_ = 0;
  Head start_;
  Head* last_ = &start_;
};

}  // namespace spanhound::api
