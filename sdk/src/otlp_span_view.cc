#include "otlp_span_view.h"

#include <array>

#include "json_text.h"
#include "proto_reader.h"

namespace spanhound::sdk {
namespace {

using Type = AttributeView::Type;

void ReadValue(std::string_view any, AttributeView* out) {
  ProtoReader field(any);
  if (!field.Next()) return;
  switch (field.number()) {
    case 2:
      out->type = Type::kBool;
      out->integer = field.value() != 0;
      break;
    case 3:
      out->type = Type::kInt;
      out->integer = static_cast<std::int64_t>(field.value());
      break;
    case 4:
      out->type = Type::kDouble;
      out->number = field.as_double();
      break;
    case 5: out->type = Type::kArray; break;
    case 7: out->type = Type::kBytes; break;
    default: out->type = Type::kText;
  }
  out->bytes = field.type() == ProtoType::kBytes ? field.bytes() : std::string_view();
}

EventView ViewEvent(std::string_view bytes) {
  EventView event;
  for (ProtoReader field(bytes); field.Next();) {
    if (field.number() == 1) event.time_ns = static_cast<std::int64_t>(field.value());
    if (field.number() == 2) event.name = field.bytes();
    if (field.number() == 3) event.attributes.push_back(ViewAttribute(field.bytes()));
  }
  return event;
}

LinkView ViewLink(std::string_view bytes) {
  LinkView link;
  for (ProtoReader field(bytes); field.Next();) {
    if (field.number() == 1) link.trace_id = field.bytes();
    if (field.number() == 2) link.span_id = field.bytes();
  }
  return link;
}

void ReadStatus(std::string_view bytes, SpanView* span) {
  for (ProtoReader field(bytes); field.Next();) {
    if (field.number() == 2) span->status_message = field.bytes();
    if (field.number() == 3) span->status = static_cast<std::uint32_t>(field.value());
  }
}

// Jaeger and JSON have no arrays of their own; the rule is to write them as JSON.
std::string JsonArray(std::string_view array) {
  std::string json = "[";
  for (ProtoReader element(array); element.Next();) {
    if (json.size() > 1) json += ',';
    AttributeView value;
    ReadValue(element.bytes(), &value);
    if (value.type == Type::kText) {
      AppendJsonString(&json, value.bytes);
    } else if (value.type == Type::kDouble) {
      AppendJsonNumber(&json, value.number);
    } else {
      json += ValueText(value);
    }
  }
  return json + "]";
}

}  // namespace

AttributeView ViewAttribute(std::string_view key_value) {
  AttributeView attribute;
  for (ProtoReader field(key_value); field.Next();) {
    if (field.number() == 1) attribute.key = field.bytes();
    if (field.number() == 2) ReadValue(field.bytes(), &attribute);
  }
  return attribute;
}

SpanView ViewSpan(std::string_view bytes) {
  SpanView span;
  for (ProtoReader field(bytes); field.Next();) {
    switch (field.number()) {
      case 1: span.trace_id = field.bytes(); break;
      case 2: span.span_id = field.bytes(); break;
      case 3: span.trace_state = field.bytes(); break;
      case 4: span.parent_span_id = field.bytes(); break;
      case 5: span.name = field.bytes(); break;
      case 6: span.kind = static_cast<std::uint32_t>(field.value()); break;
      case 7: span.start_ns = static_cast<std::int64_t>(field.value()); break;
      case 8: span.end_ns = static_cast<std::int64_t>(field.value()); break;
      case 9: span.attributes.push_back(ViewAttribute(field.bytes())); break;
      case 11: span.events.push_back(ViewEvent(field.bytes())); break;
      case 13: span.links.push_back(ViewLink(field.bytes())); break;
      case 15: ReadStatus(field.bytes(), &span); break;
      case 16: span.flags = static_cast<std::uint32_t>(field.value()); break;
      default: break;
    }
  }
  return span;
}

std::string_view KindName(std::uint32_t kind) {
  static constexpr std::array<std::string_view, 6> kNames{"internal", "internal", "server",
                                                          "client",   "producer", "consumer"};
  return kNames[kind < kNames.size() ? kind : 0];
}

std::string ValueText(const AttributeView& attribute) {
  switch (attribute.type) {
    case Type::kBool: return attribute.integer != 0 ? "true" : "false";
    case Type::kInt: return std::to_string(attribute.integer);
    case Type::kArray: return JsonArray(attribute.bytes);
    case Type::kDouble: {
      std::string text;
      AppendJsonNumber(&text, attribute.number);
      return text;
    }
    default: return std::string(attribute.bytes);
  }
}

}  // namespace spanhound::sdk
