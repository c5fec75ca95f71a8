#include "attribute_writer.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <type_traits>

#include "attribute_text.h"
#include "proto_scratch.h"
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

// Most attributes are short ASCII texts and numbers: what they take is known before, one byte for
// every length.
constexpr std::size_t kShortMax = 0x7F;  // of a message
constexpr std::size_t kBesideText = 2;   // tag and length; as of a message
using ShortAttribute = ProtoScratch<kBesideText + kShortMax>;

// All but the value, which takes `value_bytes`; false when it would be too long, or the key is not
// ASCII.
bool BeginShort(ShortAttribute* attribute, unsigned field, std::string_view key,
                std::size_t value_bytes) {
  if (key.size() > kShortMax || value_bytes > kShortMax) return false;  // sums cannot overflow
  const std::size_t size = kBesideText + key.size() + kBesideText + value_bytes;
  if (size > kShortMax || !IsAscii(key)) return false;
  attribute->AddTag(field, ProtoType::kBytes);
  attribute->AddVarint(size);
  attribute->AddBytesField(kKey, key);
  attribute->AddTag(kValue, ProtoType::kBytes);
  attribute->AddVarint(value_bytes);
  return true;
}

bool AppendShort(std::string* out, unsigned field, std::string_view key, std::string_view text) {
  ShortAttribute attribute;
  if (!IsAscii(text) || !BeginShort(&attribute, field, key, kBesideText + text.size())) {
    return false;
  }
  attribute.AddBytesField(kText, text);
  out->append(attribute.bytes());
  return true;
}

bool AppendShort(std::string* out, unsigned field, std::string_view key, std::uint64_t number) {
  constexpr std::size_t kTag = 1;
  const auto bytes = static_cast<std::size_t>(std::bit_width(number | 1) + 6) / 7;
  ShortAttribute attribute;
  if (!BeginShort(&attribute, field, key, kTag + bytes)) return false;
  attribute.AddVarintField(kInt, number);
  out->append(attribute.bytes());
  return true;
}

// False: not a short one.
struct ShortWriter {
  std::string* out;
  unsigned field;
  std::string_view key;
  std::size_t characters_max;

  bool operator()(nostd::string_view text) const {
    return AppendShort(out, field, key, ToStd(text).substr(0, characters_max));
  }
  bool operator()(const char* text) const {
    return (*this)(nostd::string_view(text == nullptr ? "" : text));
  }
  bool operator()(std::int32_t number) const { return (*this)(std::int64_t{number}); }
  bool operator()(std::int64_t number) const {
    return AppendShort(out, field, key, static_cast<std::uint64_t>(number));
  }
  template <typename Other>
  bool operator()(const Other&) const {
    return false;
  }
};

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
  const bool done = nostd::visit(ShortWriter{out, field, key, characters_max}, value);
  if (done) return;
  const ProtoMessage attribute(out, field);
  AppendTextField(out, kKey, key);
  AppendValueField(out, kValue, value, characters_max);
}

}  // namespace spanhound::sdk
