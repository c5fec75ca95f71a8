#include "attribute_writer.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <type_traits>

#include "attribute_text.h"
#include "proto_reader.h"
#include "proto_writer.h"
#include "remote_parent.h"

namespace spanhound::sdk {
namespace {

namespace nostd = opentelemetry::nostd;

// Of opentelemetry.proto.common.v1.AnyValue and KeyValue.
enum ValueField : unsigned { kText = 1, kBool = 2, kInt = 3, kDouble = 4, kArray = 5, kBytes = 7 };
constexpr unsigned kKey = 1, kValue = 2, kArrayValues = 1;

std::string CleanText(std::string_view text, std::size_t characters_max) {
  std::string clean;
  for (std::size_t i = 0; i < characters_max && !text.empty(); ++i) {
    const std::size_t bytes = Utf8SequenceBytes(text);
    clean.append(bytes == 0 ? "\xEF\xBF\xBD" : text.substr(0, bytes));
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return clean;
}

// Nearly all attributes are ASCII texts and numbers. What their parts take is known before, so that
// all is written in one go, lengths first. Returns the key, or nothing when there is another kind
// of attribute to write; `out` is as before then.
class PlainWriter {
 public:
  PlainWriter(ByteBuffer* out, unsigned field, std::string_view key, std::size_t characters_max)
      : out_(*out), field_(field), key_(key), characters_max_(characters_max) {}

  std::string_view operator()(nostd::string_view text) const {
    const std::string_view kept = ToStd(text).substr(0, characters_max_);
    return Write(kTag + VarintBytes(kept.size()) + kept.size(), [&](char* at) {
      at = PutBytesHead(at, kText, kept.size());
      return CopyAscii(at, kept) ? at + kept.size() : nullptr;
    });
  }
  std::string_view operator()(const char* text) const {
    return (*this)(nostd::string_view(text == nullptr ? "" : text));
  }
  std::string_view operator()(bool value) const { return Number(kBool, value ? 1 : 0); }
  std::string_view operator()(std::int32_t value) const { return (*this)(std::int64_t{value}); }
  std::string_view operator()(std::int64_t value) const {
    return Number(kInt, static_cast<std::uint64_t>(value));
  }
  template <typename Other>
  std::string_view operator()(const Other&) const {
    return {};
  }

 private:
  static constexpr std::size_t kTag = 1;  // of all fields of AnyValue and KeyValue

  std::string_view Number(ValueField field, std::uint64_t number) const {
    return Write(kTag + VarintBytes(number),
                 [&](char* at) { return PutVarintField(at, field, number); });
  }

  // `put` writes the content of the AnyValue and returns its end; null: not ASCII.
  template <typename Put>
  std::string_view Write(std::size_t value_bytes, Put put) const {
    const std::size_t bytes = kTag + VarintBytes(key_.size()) + key_.size() + kTag +
                              VarintBytes(value_bytes) + value_bytes;
    char* const begin = out_.Room(kHeadBytesMax + bytes);
    char* const key = PutBytesHead(PutBytesHead(begin, field_, bytes), kKey, key_.size());
    if (!CopyAscii(key, key_)) return {};
    char* const end = put(PutBytesHead(key + key_.size(), kValue, value_bytes));
    if (end == nullptr) return {};
    out_.EndAt(end);
    return {key, key_.size()};
  }

  ByteBuffer& out_;
  const unsigned field_;
  const std::string_view key_;
  const std::size_t characters_max_;
};

struct ValueWriter {
  ByteBuffer* out;
  std::size_t characters_max;

  void operator()(bool value) const { AppendVarintField(out, kBool, value ? 1 : 0); }
  void operator()(double value) const { AppendFixedField(out, kDouble, value); }
  void operator()(nostd::string_view text) const {
    AppendTextField(out, kText, ToStd(text), characters_max);
  }
  void operator()(const char* text) const {
    AppendTextField(out, kText, text == nullptr ? "" : text, characters_max);
  }
  void operator()(nostd::span<const std::uint8_t> bytes) const {
    AppendBytesField(out, kBytes, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  template <typename T>
  requires std::is_integral_v<T>
  void operator()(T value) const {
    AppendVarintField(out, kInt, static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
  }
  template <typename T>
  void operator()(nostd::span<const T> values) const {
    const ProtoMessage array(out, kArray);
    for (const T& value : values) {
      const ProtoMessage any(out, kArrayValues);
      (*this)(value);
    }
  }
};

// Of a KeyValue as AppendAttribute has written it.
std::string_view KeyOf(std::string_view field) {
  ProtoReader attribute(field);
  attribute.Next();
  ProtoReader first(attribute.bytes());
  first.Next();
  return first.bytes();
}

}  // namespace

void AppendTextField(ByteBuffer* out, unsigned field, std::string_view text,
                     std::size_t characters_max) {
  if (IsAscii(text)) {
    AppendBytesField(out, field, text.substr(0, characters_max));
  } else {
    AppendBytesField(out, field, CleanText(text, characters_max));
  }
}

void AppendValueField(ByteBuffer* out, unsigned field,
                      const opentelemetry::common::AttributeValue& value,
                      std::size_t characters_max) {
  const ProtoMessage any(out, field);
  nostd::visit(ValueWriter{out, characters_max}, value);
}

std::string_view AppendAttribute(ByteBuffer* out, unsigned field, std::string_view key,
                                 const opentelemetry::common::AttributeValue& value,
                                 std::size_t characters_max) {
  const std::string_view plain = nostd::visit(PlainWriter(out, field, key, characters_max), value);
  if (plain.data() != nullptr) return plain;
  const std::size_t begin = out->size();
  {
    const ProtoMessage attribute(out, field);
    AppendTextField(out, kKey, key);
    AppendValueField(out, kValue, value, characters_max);
  }
  return KeyOf(out->view().substr(begin));
}

}  // namespace spanhound::sdk
