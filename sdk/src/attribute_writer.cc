#include "attribute_writer.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
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

// Most attributes are short ASCII texts and numbers. What they take is known before, one byte for
// every tag and length, and so they are put together aside and appended at once.
constexpr std::size_t kShortMax = 0x7F;  // of a message
constexpr std::size_t kBeside = 2;       // tag and length, of a text as of a message

char* PutTag(char* at, unsigned field, ProtoType type) {
  *at = static_cast<char>(field << 3 | static_cast<unsigned>(type));
  return at + 1;
}
char* PutHead(char* at, unsigned field, std::size_t bytes) {
  at = PutTag(at, field, ProtoType::kBytes);
  *at = static_cast<char>(bytes);
  return at + 1;
}
char* PutText(char* at, unsigned field, std::string_view text) {
  at = PutHead(at, field, text.size());
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

bool IsShort(std::string_view key, std::size_t value_bytes) {
  return key.size() <= kShortMax && value_bytes <= kShortMax &&  // the sum cannot overflow
         kBeside + key.size() + kBeside + value_bytes <= kShortMax && IsAscii(key);
}

// All but the value of an attribute that IsShort.
char* PutShort(char* at, unsigned field, std::string_view key, std::size_t value_bytes) {
  at = PutHead(at, field, kBeside + key.size() + kBeside + value_bytes);
  return PutHead(PutText(at, kKey, key), kValue, value_bytes);
}

bool AppendShort(std::string* out, unsigned field, std::string_view key, std::string_view text) {
  if (!IsShort(key, kBeside + text.size()) || !IsAscii(text)) return false;
  char bytes[kBeside + kShortMax];
  char* const value = PutShort(bytes, field, key, kBeside + text.size());
  out->append(bytes, PutText(value, kText, text));
  return true;
}

bool AppendShort(std::string* out, unsigned field, std::string_view key, std::uint64_t number) {
  constexpr std::size_t kTag = 1;
  const auto number_bytes = static_cast<std::size_t>(std::bit_width(number | 1) + 6) / 7;
  if (!IsShort(key, kTag + number_bytes)) return false;
  char bytes[kBeside + kShortMax];
  char* at = PutShort(bytes, field, key, kTag + number_bytes);
  at = PutTag(at, kInt, ProtoType::kVarint);
  for (; number >= 0x80; number >>= 7) *at++ = static_cast<char>(number | 0x80);
  *at++ = static_cast<char>(number);
  out->append(bytes, at);
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
