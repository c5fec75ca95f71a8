// trace.proto, both ways; field numbers are its own.
#include "wire/otlp/otlp.h"
#include "wire/otlp/otlp_encode.h"
#include "wire/otlp/otlp_groups.h"
#include "wire/otlp/otlp_values.h"
#include "wire/proto_reader.h"
#include "wire/proto_writer.h"
#include "wire/span_links.h"

namespace spanhound::wire {
namespace {

using model::Span;
using model::SpanBatch;
using model::SpanEvent;
using model::SpanLink;

// Enums are open in proto3: a number from a newer protocol is read as "unspecified".
model::SpanKind KindFromNumber(uint64_t number) {
  return number <= static_cast<uint64_t>(model::SpanKind::kConsumer)
             ? static_cast<model::SpanKind>(number)
             : model::SpanKind::kUnspecified;
}
model::StatusCode StatusCodeFromNumber(uint64_t number) {
  return number <= static_cast<uint64_t>(model::StatusCode::kError)
             ? static_cast<model::StatusCode>(number)
             : model::StatusCode::kUnset;
}

class SpanDecoder {
 public:
  explicit SpanDecoder(OtlpValues& values) : values_(values) {}

  bool operator()(std::string_view bytes, Span* span, const char** rejection) {
    Fields fields;
    ProtoReader reader(bytes);
    while (reader.Next()) {
      switch (reader.tag()) {
        case BytesTag(1): fields.trace_id = reader.bytes(); break;
        case BytesTag(2): fields.span_id = reader.bytes(); break;
        case BytesTag(3): span->trace_state = reader.bytes(); break;
        case BytesTag(4): fields.parent_span_id = reader.bytes(); break;
        case BytesTag(5): span->name = reader.bytes(); break;
        case VarintTag(6): span->kind = KindFromNumber(reader.value()); break;
        case Fixed64Tag(7): span->start_unix_nanos = reader.value(); break;
        case Fixed64Tag(8): span->end_unix_nanos = reader.value(); break;
        case BytesTag(9): fields.attributes.Note(reader); break;
        case VarintTag(10): span->dropped_attributes_count = Uint32(reader); break;
        case BytesTag(11): fields.events.Note(reader); break;
        case VarintTag(12): span->dropped_events_count = Uint32(reader); break;
        case BytesTag(13): fields.links.Note(reader); break;
        case VarintTag(14): span->dropped_links_count = Uint32(reader); break;
        case BytesTag(15):
          if (!ReadStatus(reader.bytes(), span)) return false;
          break;
        case Fixed32Tag(16): span->flags = Uint32(reader); break;
        default: break;
      }
    }
    if (!values_.Finish(reader)) return false;
    *rejection = SetIds(fields, span);
    return *rejection != nullptr || ReadRepeated(fields, reader.end(), span);
  }

 private:
  // What the first pass only notes.
  struct Fields {
    std::string_view trace_id;
    std::string_view span_id;
    std::string_view parent_span_id;
    RepeatedField attributes;
    RepeatedField events;
    RepeatedField links;
  };

  static uint32_t Uint32(const ProtoReader& reader) {
    return static_cast<uint32_t>(reader.value());
  }

  // Null, or why the span may not be stored.
  static const char* SetIds(const Fields& fields, Span* span) {
    if (!span->trace_id.SetBytes(fields.trace_id)) return "trace id is not 16 bytes long";
    if (span->trace_id.is_zero()) return "trace id is zero";
    if (!span->span_id.SetBytes(fields.span_id)) return "span id is not 8 bytes long";
    if (span->span_id.is_zero()) return "span id is zero";
    if (!fields.parent_span_id.empty() && !span->parent_span_id.SetBytes(fields.parent_span_id)) {
      return "parent span id is not 8 bytes long";
    }
    return nullptr;
  }

  bool ReadStatus(std::string_view bytes, Span* span) {
    ProtoReader reader(bytes);
    while (reader.Next()) {
      if (reader.tag() == BytesTag(2)) {
        span->status_message = reader.bytes();
      } else if (reader.tag() == VarintTag(3)) {
        span->status_code = StatusCodeFromNumber(reader.value());
      }
    }
    return values_.Finish(reader);
  }

  bool ReadRepeated(const Fields& fields, const char* end, Span* span) {
    std::span<SpanEvent> events;
    std::span<SpanLink> links;
    const auto event = [this](std::string_view bytes, SpanEvent* to) { return Event(bytes, to); };
    const auto link = [this](std::string_view bytes, SpanLink* to) { return Link(bytes, to); };
    if (!values_.Attributes(fields.attributes, BytesTag(9), end, &span->attributes) ||
        !values_.Repeated(fields.events, BytesTag(11), end, &events, event) ||
        !values_.Repeated(fields.links, BytesTag(13), end, &links, link)) {
      return false;
    }
    span->events = events;
    SetLinks(links, span);
    return true;
  }

  bool Event(std::string_view bytes, SpanEvent* event) {
    RepeatedField attributes;
    ProtoReader reader(bytes);
    while (reader.Next()) {
      switch (reader.tag()) {
        case Fixed64Tag(1): event->time_unix_nanos = reader.value(); break;
        case BytesTag(2): event->name = reader.bytes(); break;
        case BytesTag(3): attributes.Note(reader); break;
        case VarintTag(4): event->dropped_attributes_count = Uint32(reader); break;
        default: break;
      }
    }
    return values_.Finish(reader) &&
           values_.Attributes(attributes, BytesTag(3), reader.end(), &event->attributes);
  }

  // Ids of a wrong length stay zero.
  bool Link(std::string_view bytes, SpanLink* link) {
    RepeatedField attributes;
    ProtoReader reader(bytes);
    while (reader.Next()) {
      switch (reader.tag()) {
        case BytesTag(1): link->trace_id.SetBytes(reader.bytes()); break;
        case BytesTag(2): link->span_id.SetBytes(reader.bytes()); break;
        case BytesTag(3): link->trace_state = reader.bytes(); break;
        case BytesTag(4): attributes.Note(reader); break;
        case VarintTag(5): link->dropped_attributes_count = Uint32(reader); break;
        case Fixed32Tag(6): link->flags = Uint32(reader); break;
        default: break;
      }
    }
    return values_.Finish(reader) &&
           values_.Attributes(attributes, BytesTag(4), reader.end(), &link->attributes);
  }

  OtlpValues& values_;
};

void WriteEvent(ProtoWriter& writer, const SpanEvent& event) {
  writer.Fixed64(1, event.time_unix_nanos);
  writer.Bytes(2, event.name);
  WriteOtlpAttributes(writer, 3, event.attributes);
  writer.Varint(4, event.dropped_attributes_count);
}

void WriteLink(ProtoWriter& writer, const SpanLink& link) {
  writer.Bytes(1, link.trace_id.view());
  writer.Bytes(2, link.span_id.view());
  writer.Bytes(3, link.trace_state);
  WriteOtlpAttributes(writer, 4, link.attributes);
  writer.Varint(5, link.dropped_attributes_count);
  writer.Fixed32(6, link.flags);
}

void WriteSpan(ProtoWriter& writer, const Span& span) {
  writer.Bytes(1, span.trace_id.view());
  writer.Bytes(2, span.span_id.view());
  writer.Bytes(3, span.trace_state);
  if (!span.parent_span_id.is_zero()) writer.Bytes(4, span.parent_span_id.view());
  writer.Bytes(5, span.name);
  writer.Varint(6, static_cast<uint64_t>(span.kind));
  writer.Fixed64(7, span.start_unix_nanos);
  writer.Fixed64(8, span.end_unix_nanos);
  WriteOtlpAttributes(writer, 9, span.attributes);
  writer.Varint(10, span.dropped_attributes_count);
  for (const SpanEvent& event : span.events) {
    writer.Message(11, [&] { WriteEvent(writer, event); });
  }
  writer.Varint(12, span.dropped_events_count);
  for (const SpanLink& link : span.links) {
    writer.Message(13, [&] { WriteLink(writer, link); });
  }
  writer.Varint(14, span.dropped_links_count);
  if (span.status_code != model::StatusCode::kUnset || !span.status_message.empty()) {
    writer.Message(15, [&] {
      writer.Bytes(2, span.status_message);
      writer.Varint(3, static_cast<uint64_t>(span.status_code));
    });
  }
  writer.Fixed32(16, span.flags);
}

}  // namespace

Result<Decoded<SpanBatch>> DecodeOtlpTraces(std::string bytes, const RequestLimits& limits) {
  Decoded<SpanBatch> decoded;
  SpanBatch& batch = decoded.batch;
  const std::string_view request = batch.memory.Adopt(std::move(bytes));
  RETURN_IF_ERROR(CheckRequestSize(request));
  DecodeMemory memory(batch.memory.arena(), limits);
  OtlpValues values(request, memory, limits);
  OtlpGroups groups(values, decoded, batch.spans, "span", SpanDecoder(values));
  if (!groups.Request(request)) return values.status();
  return decoded;
}

std::string EncodeOtlpTraces(const SpanBatch& batch) {
  return EncodeOtlpTraces(batch, batch.spans);
}

std::string EncodeOtlpTraces(const SpanBatch& batch, std::span<const Span> spans) {
  return EncodeOtlpGroups(batch, spans, WriteSpan);
}

}  // namespace spanhound::wire
