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

// Spans of a kind have their keys in one order, so that the next one can mostly be guessed.
const KeyValueWriter::Head& KeyValueWriter::NextHead(std::string_view key, ValueType type) {
  Head* next = last_->next;
  if (next == nullptr || next->type != type || next->key != key) next = &FindHead(key, type);
  last_->next = next;
  last_ = next;
  return *next;
}

KeyValueWriter::Head& KeyValueWriter::FindHead(std::string_view key, ValueType type) {
  StringMap<std::unique_ptr<Head>>& heads = heads_[static_cast<size_t>(type)];
  if (const auto known = heads.find(key); known != heads.end()) return *known->second;
  if (++head_count_ > kHeadsMax) ForgetHeads();
  auto head = std::make_unique<Head>(Head{.key = std::string(key), .type = type});
  head->json = R"({"key":)";
  AppendJsonString(head->json, key);
  head->json.append(R"(,"type":")").append(TypeName(type)).append(R"(","value":)");
  return *heads.emplace(key, std::move(head)).first->second;
}

void KeyValueWriter::ForgetHeads() {
  for (auto& heads : heads_) heads.clear();
  head_count_ = 1;  // the one that is about to be made
  start_.next = nullptr;
  last_ = &start_;
}

void KeyValueWriter::Write(std::string_view key, const AttributeValue& value) {
  json_.BeginObject(NextHead(key, value.type).json);
  WriteValue(json_, value);
  json_.EndObject();
}

}  // namespace spanhound::api
