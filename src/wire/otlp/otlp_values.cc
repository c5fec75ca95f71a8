#include "wire/otlp/otlp_values.h"

#include <string>

#include "wire/short_bytes_field.h"

namespace spanhound::wire {

using model::Attribute;
using model::AttributeValue;

namespace {

// What nearly every attribute is: a key and a string, in this order, each once and short.
bool ReadShortString(std::string_view bytes, Attribute* attribute) {
  std::string_view key, value, text;
  if (!TakeShortBytesField(&bytes, 1, &key) || !TakeShortBytesField(&bytes, 2, &value) ||
      !TakeShortBytesField(&value, 1, &text) || !bytes.empty() || !value.empty()) {
    return false;
  }
  attribute->key = key;
  attribute->value = AttributeValue::String(text);
  return true;
}

}  // namespace

bool OtlpValues::Fail(const char* at, std::string_view why) {
  if (status_.ok()) {
    status_ =
        InvalidArgument("byte " + std::to_string(at - request_.data()) + ": " + std::string(why));
  }
  return false;
}

bool OtlpValues::FailLimit() {
  if (status_.ok()) status_ = memory_.exceeded();
  return false;
}

bool OtlpValues::NotePass(std::string_view bytes, uint32_t tag, RepeatedField* field) {
  ProtoReader reader(bytes);
  while (reader.Next()) {
    if (reader.tag() == tag) field->Note(reader);
  }
  return Finish(reader);
}

bool OtlpValues::AnyValue(std::string_view bytes, int depth, AttributeValue* value) {
  ProtoReader reader(bytes);
  while (reader.Next()) {
    switch (reader.tag()) {
      case BytesTag(1): *value = AttributeValue::String(reader.bytes()); break;
      case VarintTag(2): *value = AttributeValue::Bool(reader.value() != 0); break;
      case VarintTag(3): *value = AttributeValue::Int(static_cast<int64_t>(reader.value())); break;
      case Fixed64Tag(4): *value = AttributeValue::Double(reader.double_value()); break;
      case BytesTag(5):
        if (!Array(reader.bytes(), depth + 1, value)) return false;
        break;
      case BytesTag(6):
        if (!KeyValueList(reader.bytes(), depth + 1, value)) return false;
        break;
      case BytesTag(7): *value = AttributeValue::Bytes(reader.bytes()); break;
      default: break;
    }
  }
  return Finish(reader);
}

bool OtlpValues::Array(std::string_view bytes, int depth, AttributeValue* value) {
  if (depth > depth_max_) return Fail(bytes.data(), "attribute value nested too deeply");
  RepeatedField field;
  std::span<AttributeValue> elements;
  const auto decode = [&](std::string_view element, AttributeValue* to) {
    return AnyValue(element, depth, to);
  };
  if (!NotePass(bytes, BytesTag(1), &field) ||
      !Repeated(field, BytesTag(1), bytes.data() + bytes.size(), &elements, decode)) {
    return false;
  }
  *value = AttributeValue::Array(elements);
  return true;
}

bool OtlpValues::KeyValueList(std::string_view bytes, int depth, AttributeValue* value) {
  if (depth > depth_max_) return Fail(bytes.data(), "attribute value nested too deeply");
  RepeatedField field;
  std::span<const Attribute> fields;
  if (!NotePass(bytes, BytesTag(1), &field) ||
      !Attributes(field, BytesTag(1), bytes.data() + bytes.size(), depth, &fields)) {
    return false;
  }
  *value = AttributeValue::KeyValueList(fields);
  return true;
}

bool OtlpValues::KeyValue(std::string_view bytes, int depth, Attribute* attribute) {
  if (ReadShortString(bytes, attribute)) return true;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    if (reader.tag() == BytesTag(1)) {
      attribute->key = reader.bytes();
    } else if (reader.tag() == BytesTag(2)) {
      if (!AnyValue(reader.bytes(), depth, &attribute->value)) return false;
    }
  }
  return Finish(reader);
}

bool OtlpValues::Attributes(const RepeatedField& field, uint32_t tag, const char* message_end,
                            int depth, std::span<const Attribute>* attributes) {
  std::span<Attribute> made;
  const auto decode = [&](std::string_view bytes, Attribute* to) {
    return KeyValue(bytes, depth, to);
  };
  if (!Repeated(field, tag, message_end, &made, decode)) return false;
  *attributes = made;
  return true;
}

bool OtlpValues::Resource(std::string_view bytes, model::Resource* resource) {
  ProtoReader reader(bytes);
  RepeatedField attributes;
  while (reader.Next()) {
    switch (reader.tag()) {
      case BytesTag(1): attributes.Note(reader); break;
      case VarintTag(2):
        resource->dropped_attributes_count = static_cast<uint32_t>(reader.value());
        break;
      default: break;
    }
  }
  return Finish(reader) && Attributes(attributes, BytesTag(1), reader.end(), &resource->attributes);
}

bool OtlpValues::Scope(std::string_view bytes, model::Scope* scope) {
  ProtoReader reader(bytes);
  RepeatedField attributes;
  while (reader.Next()) {
    switch (reader.tag()) {
      case BytesTag(1): scope->name = reader.bytes(); break;
      case BytesTag(2): scope->version = reader.bytes(); break;
      case BytesTag(3): attributes.Note(reader); break;
      case VarintTag(4):
        scope->dropped_attributes_count = static_cast<uint32_t>(reader.value());
        break;
      default: break;
    }
  }
  return Finish(reader) && Attributes(attributes, BytesTag(3), reader.end(), &scope->attributes);
}

}  // namespace spanhound::wire
