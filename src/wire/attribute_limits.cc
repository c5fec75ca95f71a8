#include "wire/attribute_limits.h"

#include <algorithm>
#include <span>
#include <string_view>

namespace spanhound::wire {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::ValueType;

// Up to the last character that fits whole; bytes that are no UTF-8 are cut where they are.
std::string_view CutText(std::string_view text, size_t bytes_max) {
  const auto continues = [&](size_t at) { return (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80; };
  size_t end = bytes_max;
  while (end > 0 && bytes_max - end < 4 && continues(end)) --end;
  return text.substr(0, continues(end) ? bytes_max : end);
}

class AttributeLimiter {
 public:
  AttributeLimiter(const RequestLimits& limits, Arena& arena) : limits_(limits), arena_(arena) {}

  // `owner` has attributes and a dropped_attributes_count. The walk over what is within the limits,
  // nearly always everything, writes nothing.
  template <typename Owner>
  void Limit(Owner* owner) {
    std::span<const Attribute>& attributes = owner->attributes;
    if (attributes.size() > limits_.attributes_max) {
      const size_t dropped = attributes.size() - limits_.attributes_max;
      attributes = attributes.first(limits_.attributes_max);
      owner->dropped_attributes_count += static_cast<uint32_t>(dropped);
      losses_.dropped_count += dropped;
    }
    if (std::ranges::any_of(attributes, [this](const Attribute& a) { return IsTooLong(a.value); }))
      attributes = Cut(attributes);
  }

  AttributeLosses losses() const { return losses_; }

 private:
  bool IsTooLong(const AttributeValue& value) const {
    const auto is_too_long = [this](const AttributeValue& child) { return IsTooLong(child); };
    switch (value.type) {
      case ValueType::kString:
      case ValueType::kBytes: return value.size > limits_.attribute_value_bytes_max;
      case ValueType::kArray: return std::ranges::any_of(value.array(), is_too_long);
      case ValueType::kKeyValueList:
        return std::ranges::any_of(value.key_values(), is_too_long, &Attribute::value);
      default: return false;
    }
  }

  std::span<const Attribute> Cut(std::span<const Attribute> attributes) {
    const std::span<Attribute> copy = arena_.AllocateArray<Attribute>(attributes.size());
    std::ranges::transform(attributes, copy.begin(), [this](const Attribute& attribute) {
      return Attribute{attribute.key, Cut(attribute.value)};
    });
    return copy;
  }

  AttributeValue Cut(const AttributeValue& value) {
    if (!IsTooLong(value)) return value;
    if (value.type == ValueType::kKeyValueList) {
      return AttributeValue::KeyValueList(Cut(value.key_values()));
    }
    if (value.type == ValueType::kArray) {
      const auto elements = arena_.AllocateArray<AttributeValue>(value.size);
      std::ranges::transform(value.array(), elements.begin(),
                             [this](const AttributeValue& child) { return Cut(child); });
      return AttributeValue::Array(elements);
    }
    ++losses_.cut_values_count;
    const size_t bytes_max = limits_.attribute_value_bytes_max;
    return value.type == ValueType::kString
               ? AttributeValue::String(CutText(value.text(), bytes_max))
               : AttributeValue::Bytes(value.text().substr(0, bytes_max));
  }

  const RequestLimits& limits_;
  Arena& arena_;
  AttributeLosses losses_;
};

template <typename Batch>
void LimitShared(AttributeLimiter& limiter, Batch* batch) {
  for (model::Resource& resource : batch->resources) limiter.Limit(&resource);
  for (model::Scope& scope : batch->scopes) limiter.Limit(&scope);
}

// Events and links of a span are read-only views, so that those over a limit are made anew.
template <typename Part>
std::span<const Part> LimitParts(AttributeLimiter& limiter, Arena& arena,
                                 std::span<const Part> parts) {
  std::span<Part> copy;
  for (size_t i = 0; i < parts.size(); ++i) {
    Part part = parts[i];
    limiter.Limit(&part);
    const bool is_changed = part.attributes.data() != parts[i].attributes.data() ||
                            part.attributes.size() != parts[i].attributes.size();
    if (is_changed && copy.empty()) {
      copy = arena.AllocateArray<Part>(parts.size());
      std::ranges::copy(parts, copy.begin());
    }
    if (is_changed) copy[i] = part;
  }
  return copy.empty() ? parts : std::span<const Part>(copy);
}

}  // namespace

AttributeLosses LimitAttributes(const RequestLimits& limits, model::SpanBatch* batch) {
  Arena& arena = batch->memory.arena();
  AttributeLimiter limiter(limits, arena);
  LimitShared(limiter, batch);
  for (model::Span& span : batch->spans) {
    limiter.Limit(&span);
    if (!span.events.empty()) span.events = LimitParts(limiter, arena, span.events);
    if (!span.links.empty()) span.links = LimitParts(limiter, arena, span.links);
  }
  return limiter.losses();
}

AttributeLosses LimitAttributes(const RequestLimits& limits, model::LogBatch* batch) {
  AttributeLimiter limiter(limits, batch->memory.arena());
  LimitShared(limiter, batch);
  for (model::LogRecord& record : batch->records) limiter.Limit(&record);
  return limiter.losses();
}

}  // namespace spanhound::wire
