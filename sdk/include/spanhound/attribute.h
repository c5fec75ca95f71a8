// Key and value of a span, event or log attribute: typed, without an allocation.
//
// An Attribute is a view: text and arrays must live until the call it is given to returns (they are
// copied there). So build attributes in the call and do not keep them. A null `const char*` is an
// empty text; whole numbers are int64, as in OTLP, and larger ones wrap.
#pragma once

#include <opentelemetry/common/attribute_value.h>
#include <opentelemetry/common/key_value_iterable.h>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#if !defined(HAVE_ABSEIL) || OPENTELEMETRY_ABI_VERSION_NO != 1 || defined(OPENTELEMETRY_STL_VERSION)
#error \
    "Link the CMake targets spanhound:: or opentelemetry-cpp:: (they carry the flags of the ABI)."
#endif

namespace spanhound::sdk {

inline opentelemetry::nostd::string_view ToOtel(std::string_view text) {
  return {text.data(), text.size()};
}

struct Attribute {
  using Value = opentelemetry::common::AttributeValue;

  template <typename T>
  Attribute(std::string_view key, const T& value) : key(key), value(ToValue(value)) {}

  std::string_view key;
  Value value;

 private:
  static Value ToValue(std::string_view text) { return ToOtel(text); }
  static Value ToValue(const char* text) { return ToOtel(text == nullptr ? "" : text); }
  static Value ToValue(std::same_as<bool> auto value) { return value; }
  static Value ToValue(std::floating_point auto value) { return static_cast<double>(value); }
  template <std::integral T>
  requires(!std::same_as<T, bool>) static Value ToValue(T value) {
    return static_cast<std::int64_t>(value);
  }
  template <typename T>
  requires(std::is_same_v<T, std::int64_t> || std::is_same_v<T, double>) static Value
      ToValue(const std::vector<T>& values) {
    return opentelemetry::nostd::span<const T>(values.data(), values.size());
  }
};

// A preset key: the name is written once and the type of its values is checked.
//
//   const AttributeKey<std::string> kCoolKey("myCoolAttribute");
//   span.Set(kCoolKey("a value"));
template <typename T>
class AttributeKey {
 public:
  using Argument = std::conditional_t<std::is_same_v<T, std::string>, std::string_view, T>;

  constexpr explicit AttributeKey(std::string_view name) : name_(name) {}
  constexpr std::string_view name() const { return name_; }
  Attribute operator()(Argument value) const { return Attribute(name_, value); }

 private:
  std::string_view name_;
};

// Attributes as an argument: {{"hello", "world"}, {"answer", 42}}, a vector or a span.
class Attributes : public opentelemetry::common::KeyValueIterable {
 public:
  Attributes() = default;
  Attributes(std::initializer_list<Attribute> list) : begin_(std::data(list)), size_(list.size()) {}
  Attributes(const std::vector<Attribute>& list) : Attributes(std::span(list)) {}
  Attributes(std::span<const Attribute> list) : begin_(list.data()), size_(list.size()) {}

  bool ForEachKeyValue(
      opentelemetry::nostd::function_ref<bool(opentelemetry::nostd::string_view, Attribute::Value)>
          callback) const noexcept override {
    for (const Attribute* each = begin_; each != begin_ + size_; ++each) {
      if (!callback(ToOtel(each->key), each->value)) return false;
    }
    return true;
  }
  std::size_t size() const noexcept override { return size_; }

 private:
  const Attribute* begin_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace spanhound::sdk
