#include "attribute_writer.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <type_traits>

#include "attribute_text.h"
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

// Most attributes are short texts and numbers. What they take is known before, one byte for every
// length, and so they are put together aside and appended at once.
class ShortAttribute {
 public:
  // False when it would be too long, or the key is not ASCII.
  bool Begin(unsigned field, std::string_view key, std::size_t value_bytes) {
    const std::size_t size = key.size() + kBesideTexts + value_bytes;
    if (size > kMessageMax || !IsAscii(key)) return false;
    AddTag(field, ProtoType::kBytes);
    AddByte(size);
    AddTag(kKey, ProtoType::kBytes);
    AddByte(key.size());
    AddBytes(key);
    AddTag(kValue, ProtoType::kBytes);
    AddByte(value_bytes);
    return true;
  }
  void AddTag(unsigned field, ProtoType type) { AddByte(field << 3 | static_cast<unsigned>(type)); }
  void AddByte(std::size_t byte) { *at_++ = static_cast<char>(byte); }
  void AddBytes(std::string_view bytes) { at_ = std::ranges::copy(bytes, at_).out; }
  void End(std::string* out) const { out->append(bytes_, static_cast<std::size_t>(at_ - bytes_)); }

 private:
  // Tag and length: of the message, which is not in its size, of the key and of the value.
  static constexpr std::size_t kBesideMessage = 2, kBesideTexts = 4, kMessageMax = 0x7F;

  char bytes_[kMessageMax + kBesideMessage];
  char* at_ = bytes_;
};

bool AppendShort(std::string* out, unsigned field, std::string_view key, std::string_view text) {
  constexpr std::size_t kBesideText = 2;
  ShortAttribute attribute;
  if (!attribute.Begin(field, key, text.size() + kBesideText) || !IsAscii(text)) return false;
  attribute.AddTag(kText, ProtoType::kBytes);
  attribute.AddByte(text.size());
  attribute.AddBytes(text);
  attribute.End(out);
  return true;
}

bool AppendShort(std::string* out, unsigned field, std::string_view key, std::uint64_t number) {
  const auto bytes = static_cast<std::size_t>(std::bit_width(number | 1) + 6) / 7;
  ShortAttribute attribute;
  if (!attribute.Begin(field, key, bytes + 1)) return false;
  attribute.AddTag(kInt, ProtoType::kVarint);
  for (; number >= 0x80; number >>= 7) attribute.AddByte(number | 0x80);
  attribute.AddByte(number);
  attribute.End(out);
  return true;
}

struct ValueWriter {
  std::string* out;
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

}  // namespace

void AppendTextField(std::string* out, unsigned field, std::string_view text,
                     std::size_t characters_max) {
  if (IsAscii(text)) {
    AppendBytesField(out, field, text.substr(0, characters_max));
  } else {
    AppendBytesField(out, field, CleanText(text, characters_max));
  }
}

void AppendValueField(std::string* out, unsigned field,
                      const opentelemetry::common::AttributeValue& value,
                      std::size_t characters_max) {
  const ProtoMessage any(out, field);
  nostd::visit(ValueWriter{out, characters_max}, value);
}

void AppendAttribute(std::string* out, unsigned field, std::string_view key,
                     const opentelemetry::common::AttributeValue& value,
                     std::size_t characters_max) {
  const auto number = [](auto each) { return static_cast<std::uint64_t>(std::int64_t{each}); };
  if (const auto* const text = absl::get_if<nostd::string_view>(&value)) {
    if (AppendShort(out, field, key, ToStd(*text).substr(0, characters_max))) return;
  } else if (const auto* const chars = absl::get_if<const char*>(&value)) {
    const std::string_view text_of = *chars == nullptr ? std::string_view() : *chars;
    if (AppendShort(out, field, key, text_of.substr(0, characters_max))) return;
  } else if (const auto* const integer = absl::get_if<std::int64_t>(&value)) {
    if (AppendShort(out, field, key, number(*integer))) return;
  } else if (const auto* const small = absl::get_if<std::int32_t>(&value)) {
    if (AppendShort(out, field, key, number(*small))) return;
  }
  const ProtoMessage attribute(out, field);
  AppendTextField(out, kKey, key);
  AppendValueField(out, kValue, value, characters_max);
}

}  // namespace spanhound::sdk
