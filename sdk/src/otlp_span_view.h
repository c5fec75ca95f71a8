// A span of the kit's own encoding, seen field by field: for exporters that speak another format.
//
// Views point into the bytes they were read from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spanhound::sdk {

struct AttributeView {
  enum class Type : std::uint8_t { kText, kBool, kInt, kDouble, kBytes, kArray };
  std::string_view key;
  Type type = Type::kText;
  std::string_view bytes = {};  // of a text, bytes, or the array's encoding
  std::int64_t integer = 0;     // and of a bool
  double number = 0;
};

struct EventView {
  std::string_view name = {};
  std::int64_t time_ns = 0;
  std::vector<AttributeView> attributes = {};
};

struct LinkView {
  std::string_view trace_id = {};
  std::string_view span_id = {};
};

struct SpanView {
  std::string_view trace_id = {}, span_id = {}, parent_span_id = {}, trace_state = {}, name = {};
  std::uint32_t flags = 0;
  std::uint32_t kind = 0;  // as in OTLP: 1 internal, 2 server, 3 client, 4 producer, 5 consumer
  std::int64_t start_ns = 0, end_ns = 0;
  std::uint32_t status = 0;  // 1 ok, 2 error
  std::string_view status_message = {};
  std::vector<AttributeView> attributes = {};
  std::vector<EventView> events = {};
  std::vector<LinkView> links = {};
};

SpanView ViewSpan(std::string_view bytes);
AttributeView ViewAttribute(std::string_view key_value);

// "server" and so on.
std::string_view KindName(std::uint32_t kind);

// The value as text; arrays as JSON.
std::string ValueText(const AttributeView& attribute);

}  // namespace spanhound::sdk
