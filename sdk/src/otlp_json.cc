#include "otlp_json.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>

#include "json_text.h"
#include "proto_reader.h"

namespace spanhound::sdk {
namespace {

// How a field is written. OTLP's JSON has ids in hexadecimal, 64-bit numbers as text, enums as
// numbers; the rest is protobuf's usual mapping.
enum class Form : std::uint8_t { kText, kHex, kBase64, kLong, kNumber, kBool, kDouble, kMessage };

struct Message;
struct Field {
  unsigned number;
  const char* name;
  Form form;
  const Message* message = nullptr;
  bool repeated = false;
};
struct Message {
  std::span<const Field> fields;
};

// Values nest, so their tables refer to each other.
extern const Message kAnyValue;

constexpr Field kKeyValueFields[] = {{1, "key", Form::kText},
                                     {2, "value", Form::kMessage, &kAnyValue}};
constexpr Message kKeyValue{kKeyValueFields};
constexpr Field kArrayFields[] = {{1, "values", Form::kMessage, &kAnyValue, true}};
constexpr Message kArray{kArrayFields};
constexpr Field kListFields[] = {{1, "values", Form::kMessage, &kKeyValue, true}};
constexpr Message kList{kListFields};
constexpr Field kAnyValueFields[] = {{1, "stringValue", Form::kText},
                                     {2, "boolValue", Form::kBool},
                                     {3, "intValue", Form::kLong},
                                     {4, "doubleValue", Form::kDouble},
                                     {5, "arrayValue", Form::kMessage, &kArray},
                                     {6, "kvlistValue", Form::kMessage, &kList},
                                     {7, "bytesValue", Form::kBase64}};
constexpr Message kAnyValue{kAnyValueFields};

constexpr Field kResourceFields[] = {{1, "attributes", Form::kMessage, &kKeyValue, true},
                                     {2, "droppedAttributesCount", Form::kNumber}};
constexpr Message kResource{kResourceFields};
constexpr Field kScopeFields[] = {{1, "name", Form::kText}, {2, "version", Form::kText}};
constexpr Message kScope{kScopeFields};

constexpr Field kEventFields[] = {{1, "timeUnixNano", Form::kLong},
                                  {2, "name", Form::kText},
                                  {3, "attributes", Form::kMessage, &kKeyValue, true},
                                  {4, "droppedAttributesCount", Form::kNumber}};
constexpr Message kEvent{kEventFields};
constexpr Field kLinkFields[] = {{1, "traceId", Form::kHex},
                                 {2, "spanId", Form::kHex},
                                 {3, "traceState", Form::kText},
                                 {4, "attributes", Form::kMessage, &kKeyValue, true},
                                 {5, "droppedAttributesCount", Form::kNumber},
                                 {6, "flags", Form::kNumber}};
constexpr Message kLink{kLinkFields};
constexpr Field kStatusFields[] = {{2, "message", Form::kText}, {3, "code", Form::kNumber}};
constexpr Message kStatus{kStatusFields};
constexpr Field kSpanFields[] = {{1, "traceId", Form::kHex},
                                 {2, "spanId", Form::kHex},
                                 {3, "traceState", Form::kText},
                                 {4, "parentSpanId", Form::kHex},
                                 {5, "name", Form::kText},
                                 {6, "kind", Form::kNumber},
                                 {7, "startTimeUnixNano", Form::kLong},
                                 {8, "endTimeUnixNano", Form::kLong},
                                 {9, "attributes", Form::kMessage, &kKeyValue, true},
                                 {10, "droppedAttributesCount", Form::kNumber},
                                 {11, "events", Form::kMessage, &kEvent, true},
                                 {12, "droppedEventsCount", Form::kNumber},
                                 {13, "links", Form::kMessage, &kLink, true},
                                 {14, "droppedLinksCount", Form::kNumber},
                                 {15, "status", Form::kMessage, &kStatus},
                                 {16, "flags", Form::kNumber}};
constexpr Message kSpan{kSpanFields};
constexpr Field kRecordFields[] = {{1, "timeUnixNano", Form::kLong},
                                   {2, "severityNumber", Form::kNumber},
                                   {3, "severityText", Form::kText},
                                   {5, "body", Form::kMessage, &kAnyValue},
                                   {6, "attributes", Form::kMessage, &kKeyValue, true},
                                   {7, "droppedAttributesCount", Form::kNumber},
                                   {8, "flags", Form::kNumber},
                                   {9, "traceId", Form::kHex},
                                   {10, "spanId", Form::kHex},
                                   {11, "observedTimeUnixNano", Form::kLong},
                                   {12, "eventName", Form::kText}};
constexpr Message kRecord{kRecordFields};

constexpr Field kScopeSpansFields[] = {{1, "scope", Form::kMessage, &kScope},
                                       {2, "spans", Form::kMessage, &kSpan, true},
                                       {3, "schemaUrl", Form::kText}};
constexpr Message kScopeSpans{kScopeSpansFields};
constexpr Field kScopeLogsFields[] = {{1, "scope", Form::kMessage, &kScope},
                                      {2, "logRecords", Form::kMessage, &kRecord, true},
                                      {3, "schemaUrl", Form::kText}};
constexpr Message kScopeLogs{kScopeLogsFields};
constexpr Field kResourceSpansFields[] = {{1, "resource", Form::kMessage, &kResource},
                                          {2, "scopeSpans", Form::kMessage, &kScopeSpans, true}};
constexpr Message kResourceSpans{kResourceSpansFields};
constexpr Field kResourceLogsFields[] = {{1, "resource", Form::kMessage, &kResource},
                                         {2, "scopeLogs", Form::kMessage, &kScopeLogs, true}};
constexpr Message kResourceLogs{kResourceLogsFields};
constexpr Field kTraceRequestFields[] = {
    {1, "resourceSpans", Form::kMessage, &kResourceSpans, true}};
constexpr Message kTraceRequest{kTraceRequestFields};
constexpr Field kLogsRequestFields[] = {{1, "resourceLogs", Form::kMessage, &kResourceLogs, true}};
constexpr Message kLogsRequest{kLogsRequestFields};

constexpr std::size_t kJsonPerProtobuf = 3;  // bytes, roughly

void AppendHex(std::string* out, std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  *out += '"';
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *out += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  *out += '"';
}

void AppendBase64(std::string* out, std::string_view bytes) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  *out += '"';
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view three = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0u);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      *out += i <= three.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
    }
  }
  *out += '"';
}

void AppendMessage(std::string* out, const Message& message, std::string_view bytes);

void AppendValue(std::string* out, const Field& field, const ProtoReader& value) {
  switch (field.form) {
    case Form::kText: return AppendJsonString(out, value.bytes());
    case Form::kHex: return AppendHex(out, value.bytes());
    case Form::kBase64: return AppendBase64(out, value.bytes());
    case Form::kLong:
      *out += '"' + std::to_string(static_cast<std::int64_t>(value.value())) + '"';
      return;
    case Form::kNumber: *out += std::to_string(value.value()); return;
    case Form::kBool: *out += value.value() != 0 ? "true" : "false"; return;
    case Form::kDouble: return AppendJsonNumber(out, value.as_double());
    case Form::kMessage: return AppendMessage(out, *field.message, value.bytes());
  }
}

// The occurrences of one field, which need not stand together.
void AppendField(std::string* out, const Field& field, std::string_view bytes) {
  bool found = false;
  for (ProtoReader each(bytes); each.Next();) {
    if (each.number() != field.number || (found && !field.repeated)) continue;
    if (found) {
      *out += ',';
    } else {
      if (out->back() != '{') *out += ',';
      out->append("\"").append(field.name).append(field.repeated ? "\":[" : "\":");
    }
    found = true;
    AppendValue(out, field, each);
  }
  if (found && field.repeated) *out += ']';
}

void AppendMessage(std::string* out, const Message& message, std::string_view bytes) {
  *out += '{';
  for (const Field& field : message.fields) AppendField(out, field, bytes);
  *out += '}';
}

std::string ToJson(const Message& message, std::string_view request) {
  std::string json;
  json.reserve(kJsonPerProtobuf * request.size());
  AppendMessage(&json, message, request);
  return json;
}

}  // namespace

std::string SpansToJson(std::string_view request) { return ToJson(kTraceRequest, request); }
std::string LogRecordsToJson(std::string_view request) { return ToJson(kLogsRequest, request); }

PartialSuccess ParseJsonReply(std::string_view reply) {
  const auto json = nlohmann::json::parse(reply, nullptr, false);
  if (!json.is_object() || !json.contains("partialSuccess")) return {};
  const auto& told = json["partialSuccess"];
  PartialSuccess partial;
  if (!told.is_object()) return partial;
  for (const char* const name : {"rejectedSpans", "rejectedLogRecords"}) {
    const auto count = told.find(name);
    if (count == told.end()) continue;
    if (count->is_number_unsigned()) partial.rejected = count->get<std::uint64_t>();
    if (count->is_string()) {
      partial.rejected = std::strtoull(count->get_ref<const std::string&>().c_str(), nullptr, 10);
    }
  }
  const auto message = told.find("errorMessage");
  if (message != told.end() && message->is_string()) partial.message = message->get<std::string>();
  return partial;
}

}  // namespace spanhound::sdk
