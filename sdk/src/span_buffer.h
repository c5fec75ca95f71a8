// One span as it grows, in OTLP's wire format: attributes, events and links are encoded when they
// are set, and nothing is kept in another form. No allocation for usual spans.
//
// Limits are the specification's (SpanLimits), and kSpanBytesMax: what exceeds them is left out and
// counted in the span's dropped_*_count fields.
//
// Threads: one at a time. Failure: none.
#pragma once

#include <opentelemetry/common/attribute_value.h>
#include <opentelemetry/common/key_value_iterable.h>
#include <opentelemetry/trace/span_context.h>
#include <opentelemetry/trace/span_metadata.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "byte_buffer.h"
#include "small_list.h"
#include "span_limits.h"

namespace spanhound::sdk {

// A span of this size still fits into a gRPC message of the usual 4 MiB; few reach a hundredth.
inline constexpr std::size_t kSpanBytesMax = 1u << 20;
// Of a name or a status description; the rest is cut.
inline constexpr std::size_t kSpanTextBytesMax = 64u << 10;

class SpanBuffer {
 public:
  struct Start {
    const opentelemetry::trace::SpanContext& context;
    opentelemetry::trace::SpanId parent;
    bool parent_is_remote;
    opentelemetry::trace::SpanKind kind;
    std::string_view name;
    std::int64_t time_ns;
  };
  SpanBuffer(const SpanLimits& limits, const Start& start);

  // The last value set for a key counts.
  void SetAttribute(std::string_view key, const opentelemetry::common::AttributeValue& value);
  void AddEvent(std::string_view name, std::int64_t time_ns,
                const opentelemetry::common::KeyValueIterable* attributes);
  void AddLink(const opentelemetry::trace::SpanContext& target,
               const opentelemetry::common::KeyValueIterable& attributes);
  // Ok is final and Unset changes nothing, as the specification wants.
  void SetStatus(opentelemetry::trace::StatusCode code, std::string_view description);
  void SetName(std::string_view name);

  // The content of the Span message, as long as the buffer lives. Nothing may be set afterwards.
  std::string_view Finish(std::int64_t end_ns);

 private:
  struct Place {  // in bytes_
    std::uint32_t begin, end;
  };
  struct Attribute : Place {
    std::uint32_t key_at, key_bytes;
  };
  static constexpr std::size_t kFirstAttributes = 16;
  // Hold the span of a request; a larger span would be beyond what malloc keeps for each thread.
  static constexpr std::size_t kFirstBytes = 448;

  void AppendName(std::string_view name);
  void Cut(Place gone);  // what comes behind moves up
  void AppendAttributes(const opentelemetry::common::KeyValueIterable& attributes, unsigned field,
                        std::size_t max, unsigned dropped_field);

  const SpanLimits& limits_;
  std::array<char, kFirstBytes> first_bytes_;  // unset
  ByteBuffer bytes_{first_bytes_};
  Place name_ = {};
  std::string description_;
  SmallList<Attribute, kFirstAttributes> attributes_;
  opentelemetry::trace::StatusCode status_ = opentelemetry::trace::StatusCode::kUnset;
  std::size_t events_ = 0;
  std::size_t links_ = 0;
  std::uint32_t dropped_attributes_ = 0;
  std::uint32_t dropped_events_ = 0;
  std::uint32_t dropped_links_ = 0;
};

}  // namespace spanhound::sdk
