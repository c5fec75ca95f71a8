// ZipkinJsonValues: what the JSON forms of Zipkin's two models have in common. Text is copied into
// the batch, because the document dies before it. null means absent everywhere. Internal to wire.
// One thread; false means failed, see status().
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/status.h"
#include "wire/zipkin/zipkin_spans.h"

namespace spanhound::wire {

// [span {annotations [annotation {endpoint {}}]}] nests five deep; what we do not know may nest on.
inline constexpr size_t kZipkinJsonDepthMax = 32;

class ZipkinJsonValues {
 public:
  using Element = simdjson::dom::element;

  explicit ZipkinJsonValues(ZipkinSpans* spans) : spans_(*spans) {}

  // `visit(key, value)` for every member that is not null.
  template <typename Visit>
  bool Members(Element element, std::string_view what, Visit visit) {
    simdjson::dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return Fail(what, "an object is expected");
    for (const auto [key, value] : object) {
      if (!value.is_null() && !visit(key, value)) return false;
    }
    return true;
  }

  // An array of objects: `decode(element, T*)` fills each.
  template <typename T, typename Decode>
  bool Repeated(Element element, std::string_view what, std::span<T>* values, Decode decode) {
    simdjson::dom::array array;
    if (element.get(array) != simdjson::SUCCESS) return Fail(what, "an array is expected");
    // Not array.size(), which stops counting at 2^24.
    size_t count = 0;
    for ([[maybe_unused]] const Element child : array) ++count;
    *values = spans_.NewArray<T>(count);
    if (!spans_.ok()) return false;
    auto to = values->begin();
    for (const Element child : array) {
      if (!decode(child, &*to++)) return false;
    }
    return true;
  }

  // The id of a span may be shorter than it could be: old tracers leave the leading zeros out.
  template <typename Id>
  bool HexId(Element element, Id* id) {
    std::string_view digits;
    if (element.get(digits) != simdjson::SUCCESS || !SetPaddedHex(digits, id)) {
      has_bad_id_ = true;
    }
    return true;
  }
  bool Text(Element element, std::string_view what, std::string_view* text);
  // Microseconds since 1970, or of a duration.
  bool Micros(Element element, std::string_view what, uint64_t* nanos);
  bool Bool(Element element, std::string_view what, bool* value);
  bool Endpoint(Element element, std::string_view what, ZipkinEndpoint* endpoint);

  bool Fail(std::string_view what, std::string_view why);
  // Whether an id since the last call was no hexadecimal number of its length.
  bool TakeBadId() { return std::exchange(has_bad_id_, false); }
  Status status() const { return status_.ok() ? spans_.status() : status_; }

 private:
  template <typename Id>
  static bool SetPaddedHex(std::string_view digits, Id* id) {
    char padded[2 * Id::kSize];
    if (digits.empty() || digits.size() > sizeof padded) return false;
    const size_t zeros = sizeof padded - digits.size();
    std::memset(padded, '0', zeros);
    std::memcpy(padded + zeros, digits.data(), digits.size());
    return id->SetHex({padded, sizeof padded});
  }

  ZipkinSpans& spans_;
  Status status_;
  bool has_bad_id_ = false;
};

}  // namespace spanhound::wire
