#include "span_buffer.h"

#include <opentelemetry/trace/trace_state.h>

#include "attribute_writer.h"
#include "proto_writer.h"
#include "remote_parent.h"

namespace spanhound::sdk {
namespace {

namespace common = opentelemetry::common;
namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

// Field numbers of opentelemetry.proto.trace.v1.
enum SpanField : unsigned {
  kTraceId = 1,
  kSpanId = 2,
  kTraceState = 3,
  kParentSpanId = 4,
  kName = 5,
  kKind = 6,
  kStartTime = 7,
  kEndTime = 8,
  kAttributes = 9,
  kDroppedAttributes = 10,
  kEvents = 11,
  kDroppedEvents = 12,
  kLinks = 13,
  kDroppedLinks = 14,
  kStatus = 15,
  kFlags = 16
};
enum EventField : unsigned {
  kEventTime = 1,
  kEventName = 2,
  kEventAttributes = 3,
  kEventDropped = 4
};
enum LinkField : unsigned {
  kLinkTraceId = 1,
  kLinkSpanId = 2,
  kLinkTraceState = 3,
  kLinkAttributes = 4,
  kLinkDropped = 5,
  kLinkFlags = 6
};
enum StatusField : unsigned { kMessage = 2, kCode = 3 };

// Behind the eight W3C flags: whether it is known that the (parent's) context is remote, and is it.
constexpr std::uint32_t kHasIsRemote = 0x100, kIsRemote = 0x200;
constexpr std::size_t kStartBytesMax = 64;  // ids, flags, kind and start take 54

template <typename Id>
std::string_view BytesOf(const Id& id) {
  return {reinterpret_cast<const char*>(id.Id().data()), id.Id().size()};
}

std::uint32_t Flags(const trace::SpanContext& context, bool remote) {
  return context.trace_flags().flags() | kHasIsRemote | (remote ? kIsRemote : 0);
}

void AppendTraceState(ByteBuffer* out, unsigned field, const trace::SpanContext& context) {
  const auto& state = context.trace_state();
  if (state != nullptr && !state->Empty()) AppendTextField(out, field, state->ToHeader());
}

}  // namespace

SpanBuffer::SpanBuffer(const SpanLimits& limits, const Start& start) : limits_(limits) {
  char* at = bytes_.Room(kStartBytesMax);
  at = PutBytesField(at, kTraceId, BytesOf(start.context.trace_id()));
  at = PutBytesField(at, kSpanId, BytesOf(start.context.span_id()));
  if (start.parent.IsValid()) at = PutBytesField(at, kParentSpanId, BytesOf(start.parent));
  at = PutFixedField(at, kFlags, Flags(start.context, start.parent_is_remote));
  at = PutVarintField(at, kKind, static_cast<unsigned>(start.kind) + 1);
  bytes_.EndAt(PutFixedField(at, kStartTime, start.time_ns));
  AppendTraceState(&bytes_, kTraceState, start.context);
  AppendName(start.name);
}

void SpanBuffer::AppendName(std::string_view name) {
  name_.begin = static_cast<std::uint32_t>(bytes_.size());
  AppendTextField(&bytes_, kName, name.substr(0, kSpanTextBytesMax));
  name_.end = static_cast<std::uint32_t>(bytes_.size());
}

void SpanBuffer::SetName(std::string_view name) {
  Cut(name_);
  AppendName(name);
}

void SpanBuffer::SetAttribute(std::string_view key, const common::AttributeValue& value) {
  if (key.empty()) return;
  std::size_t index = 0;
  for (; index < attributes_.size(); ++index) {
    const Attribute& each = attributes_[index];
    if (each.key_bytes == key.size() && bytes_.view().substr(each.key_at, each.key_bytes) == key) {
      break;
    }
  }
  if (index == attributes_.size() && index >= limits_.attributes) {
    ++dropped_attributes_;
    return;
  }
  const std::size_t begin = bytes_.size();
  const std::string_view kept =
      AppendAttribute(&bytes_, kAttributes, key, value, limits_.value_characters);
  if (bytes_.size() > kSpanBytesMax) {
    bytes_.Truncate(begin);
    ++dropped_attributes_;
    return;
  }
  attributes_.push_back(
      {{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(bytes_.size())},
       static_cast<std::uint32_t>(kept.data() - bytes_.data()),
       static_cast<std::uint32_t>(kept.size())});
  if (index + 1 == attributes_.size()) return;
  const Place before = attributes_[index];
  attributes_.erase(index);
  Cut(before);
}

void SpanBuffer::Cut(Place gone) {
  const std::uint32_t size = gone.end - gone.begin;
  bytes_.Erase(gone.begin, size);
  const auto move_up = [&](Place& place) {
    const bool behind = place.begin > gone.begin;
    if (behind) place = {place.begin - size, place.end - size};
    return behind;
  };
  move_up(name_);
  for (Attribute& each : attributes_) {
    if (move_up(each)) each.key_at -= size;
  }
}

void SpanBuffer::AppendAttributes(const common::KeyValueIterable& attributes, unsigned field,
                                  std::size_t max, unsigned dropped_field) {
  std::size_t count = 0;
  std::uint64_t dropped = 0;
  attributes.ForEachKeyValue([&](nostd::string_view key, const common::AttributeValue& value) {
    if (count++ < max && !key.empty()) {
      AppendAttribute(&bytes_, field, ToStd(key), value, limits_.value_characters);
    } else {
      ++dropped;
    }
    return true;
  });
  if (dropped > 0) AppendVarintField(&bytes_, dropped_field, dropped);
}

void SpanBuffer::AddEvent(std::string_view name, std::int64_t time_ns,
                          const common::KeyValueIterable* attributes) {
  const std::size_t begin = bytes_.size();
  if (events_ < limits_.events) {
    const ProtoMessage event(&bytes_, kEvents);
    AppendFixedField(&bytes_, kEventTime, time_ns);
    AppendTextField(&bytes_, kEventName, name);
    if (attributes != nullptr) {
      AppendAttributes(*attributes, kEventAttributes, limits_.event_attributes, kEventDropped);
    }
  }
  if (bytes_.size() == begin || bytes_.size() > kSpanBytesMax) {
    bytes_.Truncate(begin);
    ++dropped_events_;
  } else {
    ++events_;
  }
}

void SpanBuffer::AddLink(const trace::SpanContext& target,
                         const common::KeyValueIterable& attributes) {
  const std::size_t begin = bytes_.size();
  if (links_ < limits_.links) {
    const ProtoMessage link(&bytes_, kLinks);
    AppendBytesField(&bytes_, kLinkTraceId, BytesOf(target.trace_id()));
    AppendBytesField(&bytes_, kLinkSpanId, BytesOf(target.span_id()));
    AppendTraceState(&bytes_, kLinkTraceState, target);
    AppendAttributes(attributes, kLinkAttributes, limits_.link_attributes, kLinkDropped);
    AppendFixedField(&bytes_, kLinkFlags, Flags(target, target.IsRemote()));
  }
  if (bytes_.size() == begin || bytes_.size() > kSpanBytesMax) {
    bytes_.Truncate(begin);
    ++dropped_links_;
  } else {
    ++links_;
  }
}

void SpanBuffer::SetStatus(trace::StatusCode code, std::string_view description) {
  if (status_ == trace::StatusCode::kOk || code == trace::StatusCode::kUnset) return;
  status_ = code;
  description_ = code == trace::StatusCode::kError ? description.substr(0, kSpanTextBytesMax)
                                                   : std::string_view();
}

std::string_view SpanBuffer::Finish(std::int64_t end_ns) {
  AppendFixedField(&bytes_, kEndTime, end_ns);
  if (status_ != trace::StatusCode::kUnset) {
    const ProtoMessage status(&bytes_, kStatus);
    if (!description_.empty()) AppendTextField(&bytes_, kMessage, description_);
    AppendVarintField(&bytes_, kCode, static_cast<unsigned>(status_));
  }
  if (dropped_attributes_ > 0) AppendVarintField(&bytes_, kDroppedAttributes, dropped_attributes_);
  if (dropped_events_ > 0) AppendVarintField(&bytes_, kDroppedEvents, dropped_events_);
  if (dropped_links_ > 0) AppendVarintField(&bytes_, kDroppedLinks, dropped_links_);
  return bytes_.view();
}

}  // namespace spanhound::sdk
