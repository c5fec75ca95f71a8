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
// every length, and so they are put together aside and appended at once.
class ShortAttribute {
 public:
  static constexpr std::size_t kBesideText = 2;  // of a value: tag and length

  // False when it would be too long for lengths of one byte.
  bool Begin(unsigned field, std::string_view key, std::size_t value_bytes) {
    const std::size_t size = key.size() + kBesideTexts + value_bytes;
    if (key.size() > kMessageMax || value_bytes > kMessageMax || size > kMessageMax) return false;
    AddTag(field, ProtoType::kBytes);
    AddByte(size);
    AddText(kKey, key);
    AddTag(kValue, ProtoType::kBytes);
    AddByte(value_bytes);
    return true;
  }
  void AddText(unsigned field, std::string_view text) {
    AddTag(field, ProtoType::kBytes);
    AddByte(text.size());
    std::memcpy(bytes_ + size_, text.data(), text.size());
    size_ += text.size();
  }
  void AddNumber(unsigned field, std::uint64_t number) {
    AddTag(field, ProtoType::kVarint);
    for (; number >= 0x80; number >>= 7) AddByte(number | 0x80);
    AddByte(number);
  }

  std::string_view bytes() const { return {bytes_, size_}; }

 private:
  // Tag and length: of the message, which is not in its size, of the key and of the value.
  static constexpr std::size_t kBesideMessage = 2, kBesideTexts = 4, kMessageMax = 0x7F;

  void AddTag(unsigned field, ProtoType type) { AddByte(field << 3 | static_cast<unsigned>(type)); }
  void AddByte(std::size_t byte) { bytes_[size_++] = static_cast<char>(byte); }

  char bytes_[kMessageMax + kBesideMessage];
  std::size_t size_ = 0;
};

bool AppendShort(std::string* out, unsigned field, std::string_view key, std::string_view text) {
  ShortAttribute attribute;
  if (!attribute.Begin(field, key, text.size() + ShortAttribute::kBesideText)) return false;
  attribute.AddText(kText, text);
  if (!IsAscii(attribute.bytes())) return false;  // key and text; tags and lengths always are
  out->append(attribute.bytes());
  return true;
}

bool AppendShort(std::string* out, unsigned field, std::string_view key, std::uint64_t number) {
  const auto bytes = static_cast<std::size_t>(std::bit_width(number | 1) + 6) / 7;
  ShortAttribute attribute;
  if (!attribute.Begin(field, key, bytes + 1) || !IsAscii(attribute.bytes())) return false;
  attribute.AddNumber(kInt, number);
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
