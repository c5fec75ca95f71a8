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

// Nearly all attributes are ASCII texts and numbers of a few bytes. They are written in one go: in
// a KeyValue of less than 128 bytes every tag and every length takes one. Returns the key, or
// nothing when there is another kind of attribute to write; `out` is as before then.
class ShortWriter {
 public:
  ShortWriter(ByteBuffer* out, unsigned field, std::string_view key, std::size_t characters_max)
      : out_(*out), field_(field), key_(key), characters_max_(characters_max) {}

  std::string_view operator()(nostd::string_view text) const {
    const std::string_view kept = ToStd(text).substr(0, characters_max_);
    char* const at = PutUpToValue(kHead + kept.size());
    if (at == nullptr || !CopyAscii(PutHead(at, kText, kept.size()), kept)) return {};
    return KeyOnceEndedAt(at + kHead + kept.size());
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
  static constexpr std::size_t kHead = 2;  // a tag and a length
  static constexpr std::size_t kShortMax = 0x7F;

  static char* PutHead(char* at, unsigned field, std::size_t bytes) {
    *at++ = static_cast<char>(field << 3 | static_cast<unsigned>(ProtoType::kBytes));
    *at++ = static_cast<char>(bytes);
    return at;
  }

  std::string_view Number(ValueField field, std::uint64_t number) const {
    char* const at = PutUpToValue(1 + VarintBytes(number));
    return at == nullptr ? std::string_view() : KeyOnceEndedAt(PutVarintField(at, field, number));
  }

  // Where the content of the AnyValue is to be written; null: not short, or the key not ASCII.
  char* PutUpToValue(std::size_t value_bytes) const {
    const std::size_t bytes = kHead + key_.size() + kHead + value_bytes;
    if (bytes > kShortMax) return nullptr;
    char* const key = PutHead(PutHead(out_.Room(kHead + bytes), field_, bytes), kKey, key_.size());
    return CopyAscii(key, key_) ? PutHead(key + key_.size(), kValue, value_bytes) : nullptr;
  }

  std::string_view KeyOnceEndedAt(char* end) const {
    const char* const key = out_.Room(0) + kHead + kHead;
    out_.EndAt(end);
    return {key, key_.size()};
  }

  ByteBuffer& out_;
  const unsigned field_;  // below 16
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
  const std::string_view written =
      nostd::visit(ShortWriter(out, field, key, characters_max), value);
  if (written.data() != nullptr) return written;
  const std::size_t begin = out->size();
  {
    const ProtoMessage attribute(out, field);
    AppendTextField(out, kKey, key);
    AppendValueField(out, kValue, value, characters_max);
  }
  return KeyOf(out->view().substr(begin));
}

}  // namespace spanhound::sdk
