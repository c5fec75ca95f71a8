// OtlpJsonValues: from elements of a parsed JSON document to values of the model, with the rules of
// OTLP's JSON form, and the messages traces and logs share. Every function takes the place it reads
// at, and on failure notes it with the reason: "resourceSpans[0].scopeSpans[1].spans[7].kind: ...".
// Text is copied into the arena: the document dies before the batch. Internal to wire, as simdjson
// is. One thread; false means failed, see status().
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "model/attribute.h"
#include "model/resource.h"
#include "wire/decode_memory.h"
#include "wire/decoded.h"

namespace spanhound::wire {

// A step of a path into the document; the steps live on the stack of the decoder.
struct JsonPlace {
  const JsonPlace* parent = nullptr;
  std::string_view key = {};  // of a member, else
  size_t element_index = 0;   // of an array

  std::string ToString() const;
};

// `key` in lowerCamelCase if it is snake_case, which the Collector accepts too. Views into `buffer`
// or `key`; a key too long for the buffer is no key we know and comes back as it is.
std::string_view CamelCaseKey(std::string_view key, char (&buffer)[64]);

class OtlpJsonValues {
 public:
  using Element = simdjson::dom::element;

  OtlpJsonValues(DecodeMemory& memory, const RequestLimits& limits)
      : memory_(memory), depth_max_(limits.value_depth_max) {}

  // Scalars. 64-bit integers may be strings, as proto3 JSON writes them.
  bool Text(Element element, const JsonPlace& place, std::string_view* text);
  bool TextInDocument(Element element, const JsonPlace& place, std::string_view* text);
  bool Bool(Element element, const JsonPlace& place, bool* value);
  bool Int64(Element element, const JsonPlace& place, int64_t* value);
  bool Uint64(Element element, const JsonPlace& place, uint64_t* value);
  bool Uint32(Element element, const JsonPlace& place, uint32_t* value);
  bool Double(Element element, const JsonPlace& place, double* value);
  bool Bytes(Element element, const JsonPlace& place, std::string_view* bytes);
  // A number, or a name of `names`, whose index is the number.
  bool Enum(Element element, const JsonPlace& place, std::span<const std::string_view> names,
            int64_t* number);
  bool AnyValue(Element element, const JsonPlace& place, model::AttributeValue* value) {
    return AnyValue(element, place, 0, value);
  }
  bool Attributes(Element element, const JsonPlace& place,
                  std::span<const model::Attribute>* attributes) {
    return Attributes(element, place, 0, attributes);
  }
  bool Resource(Element element, const JsonPlace& place, model::Resource* resource);
  bool Scope(Element element, const JsonPlace& place, model::Scope* scope);

  // `visit(key, value, place)` for every member that is not null; the key in lowerCamelCase.
  template <typename Visit>
  bool Members(Element element, const JsonPlace& place, Visit visit) {
    simdjson::dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return Fail(place, "an object is expected");
    for (const auto [key, value] : object) {
      if (value.is_null()) continue;
      char buffer[64];
      const JsonPlace member{&place, CamelCaseKey(key, buffer)};
      if (!visit(member.key, value, member)) return false;
    }
    return true;
  }

  // `visit(element, place)` for every element of an array.
  template <typename Visit>
  bool Elements(Element element, const JsonPlace& place, Visit visit) {
    simdjson::dom::array array;
    if (element.get(array) != simdjson::SUCCESS) return Fail(place, "an array is expected");
    JsonPlace child{&place};
    for (const Element value : array) {
      if (!visit(value, child)) return false;
      ++child.element_index;
    }
    return true;
  }

  // An array of messages into the arena: `decode(element, place, T*)` fills each.
  template <typename T, typename Decode>
  bool Repeated(Element element, const JsonPlace& place, std::span<T>* values, Decode decode) {
    size_t count = 0;
    const auto add_one = [&](Element, const JsonPlace&) { return ++count > 0; };
    if (!Elements(element, place, add_one)) return false;
    if (!memory_.NewArray(count, values)) return FailLimit();
    return Elements(element, place, [&](Element value, const JsonPlace& at) {
      return decode(value, at, &(*values)[at.element_index]);
    });
  }

  bool TakeMemory(size_t bytes) { return memory_.Take(bytes) || FailLimit(); }
  bool TakeItems(size_t count) { return memory_.TakeItems(count) || FailLimit(); }
  bool Fail(const JsonPlace& place, std::string_view why);
  Status status() const { return status_; }

 private:
  bool AnyValue(Element element, const JsonPlace& place, int depth, model::AttributeValue* value);
  bool Member(std::string_view key, Element element, const JsonPlace& place, int depth,
              model::AttributeValue* value);
  bool Array(Element element, const JsonPlace& place, int depth, model::AttributeValue* value);
  bool KeyValueList(Element element, const JsonPlace& place, int depth,
                    model::AttributeValue* value);
  bool Attributes(Element element, const JsonPlace& place, int depth,
                  std::span<const model::Attribute>* attributes);
  bool FailLimit();

  DecodeMemory& memory_;
  int depth_max_;
  Status status_;
};

}  // namespace spanhound::wire
