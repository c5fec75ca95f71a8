#include "attribute_writer.h"

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

// Most attributes are short texts. What they take is known before, one byte for every length, and
// so they are put together aside and appended at once.
bool AppendShortText(std::string* out, unsigned field, std::string_view key,
                     std::string_view text) {
  constexpr std::size_t kBesideMessage = 2, kBesideTexts = 6, kMessageMax = 0x7F;
  const std::size_t size = key.size() + text.size() + kBesideTexts;
  if (size > kMessageMax || !IsAscii(key) || !IsAscii(text)) return false;
  constexpr auto tag = [](unsigned number) { return static_cast<char>(number << 3 | 2); };
  char bytes[kMessageMax + kBesideMessage];
  char* at = bytes;
  const auto add = [&](char each_tag, std::size_t length) {
    *at++ = each_tag;
    *at++ = static_cast<char>(length);
  };
  const auto add_text = [&](std::string_view each) {
    std::memcpy(at, each.data(), each.size());
    at += each.size();
  };
  add(tag(field), size);
  add(tag(kKey), key.size());
  add_text(key);
  add(tag(kValue), text.size() + 2);
  add(tag(kText), text.size());
  add_text(text);
  out->append(bytes, size + kBesideMessage);
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
  if (const auto* const text = absl::get_if<nostd::string_view>(&value)) {
    if (AppendShortText(out, field, key, ToStd(*text).substr(0, characters_max))) return;
  }
  const ProtoMessage attribute(out, field);
  AppendTextField(out, kKey, key);
  AppendValueField(out, kValue, value, characters_max);
}

}  // namespace spanhound::sdk
