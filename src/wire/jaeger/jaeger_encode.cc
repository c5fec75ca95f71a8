// jaeger.thrift and model.proto, written; field numbers are their own.
#include "wire/jaeger/jaeger_encode.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "model/semantic_names.h"
#include "wire/jaeger/jaeger_key_value.h"
#include "wire/proto_time.h"
#include "wire/proto_writer.h"
#include "wire/thrift_writer.h"

namespace spanhound::wire {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::Span;
using model::SpanEvent;
using model::SpanLink;
using model::ValueType;

constexpr std::string_view kReferenceTypeKey = "opentracing.ref_type";
// What a message needs besides its spans and its process.
constexpr size_t kEnvelopeBytesMax = 64;

int64_t Signed(uint64_t value) { return static_cast<int64_t>(value); }

int64_t BigEndian(std::string_view raw) {
  uint64_t value = 0;
  for (const char byte : raw) value = value << 8 | static_cast<uint8_t>(byte);
  return Signed(value);
}

// Tags in the order in which the model's fields are looked for.
std::vector<Attribute> TagsOf(const Span& span, const model::Scope& scope) {
  std::vector<Attribute> tags;
  const auto add = [&tags](std::string_view key, std::string_view text) {
    if (!text.empty()) tags.push_back({key, AttributeValue::String(text)});
  };
  add(model::kScopeNameTag, scope.name);
  add(model::kScopeVersionTag, scope.version);
  tags.insert(tags.end(), span.attributes.begin(), span.attributes.end());
  add(model::kSpanKindTag, model::SpanKindName(span.kind));
  if (span.status_code == model::StatusCode::kOk) add(model::kStatusCodeTag, "OK");
  if (span.status_code == model::StatusCode::kError) {
    add(model::kStatusCodeTag, "ERROR");
    tags.push_back({model::kErrorTag, AttributeValue::Bool(true)});
  }
  add(model::kStatusDescriptionTag, span.status_message);
  add(model::kTraceStateTag, span.trace_state);
  return tags;
}

std::vector<Attribute> FieldsOf(const SpanEvent& event) {
  std::vector<Attribute> fields;
  if (!event.name.empty()) {
    fields.push_back({model::kEventField, AttributeValue::String(event.name)});
  }
  fields.insert(fields.end(), event.attributes.begin(), event.attributes.end());
  return fields;
}

struct Reference {
  model::TraceId trace_id;
  model::SpanId span_id;
  bool is_child_of;
};

std::vector<Reference> ReferencesOf(const Span& span) {
  std::vector<Reference> references;
  if (!span.parent_span_id.is_zero()) {
    references.push_back({span.trace_id, span.parent_span_id, true});
  }
  for (const SpanLink& link : span.links) {
    const AttributeValue* type = model::FindAttribute(link.attributes, kReferenceTypeKey);
    const bool is_child_of = type != nullptr && model::ToText(*type) == "child_of";
    references.push_back({link.trace_id, link.span_id, is_child_of});
  }
  return references;
}

std::span<const Attribute> WithoutService(const model::Resource& resource) {
  const bool is_first =
      !resource.attributes.empty() && resource.attributes[0].key == model::kServiceName;
  return resource.attributes.subspan(is_first ? 1 : 0);
}

class ThriftEncoder {
 public:
  explicit ThriftEncoder(JaegerEncoding encoding)
      : encoding_(encoding),
        protocol_(encoding == JaegerEncoding::kCompactCall ? ThriftProtocol::kCompact
                                                           : ThriftProtocol::kBinary) {}

  std::string Process(const model::Resource& resource) const {
    return ThriftWriter(protocol_)
        .String(1, resource.service_name())
        .List(2, static_cast<uint32_t>(WithoutService(resource).size()),
              Tags(WithoutService(resource)))
        .Stop()
        .bytes();
  }

  std::string SpanBytes(const Span& span, const model::Scope& scope) const {
    const std::vector<Reference> references = ReferencesOf(span);
    const std::vector<Attribute> tags = TagsOf(span, scope);
    ThriftWriter writer(protocol_);
    writer.I64(1, BigEndian(span.trace_id.view().substr(8)))
        .I64(2, BigEndian(span.trace_id.view().substr(0, 8)))
        .I64(3, BigEndian(span.span_id.view()))
        .I64(4, BigEndian(span.parent_span_id.view()))
        .String(5, span.name);
    if (!references.empty()) {
      writer.List(6, static_cast<uint32_t>(references.size()), References(references));
    }
    writer.I32(7, static_cast<int32_t>(span.flags & 1))
        .I64(8, Signed(span.start_unix_nanos / 1000))
        .I64(9, Signed(span.duration_nanos() / 1000))
        .List(10, static_cast<uint32_t>(tags.size()), Tags(tags));
    if (!span.events.empty()) {
      writer.List(11, static_cast<uint32_t>(span.events.size()), Logs(span.events));
    }
    return writer.Stop().bytes();
  }

  std::string Message(std::string_view process, std::string_view spans, size_t count) const {
    const std::string batch = ThriftWriter(protocol_)
                                  .Struct(1, process)
                                  .List(2, static_cast<uint32_t>(count), spans)
                                  .Stop()
                                  .bytes();
    if (encoding_ == JaegerEncoding::kThriftBatch) return batch;
    return ThriftWriter(protocol_).OnewayCall("emitBatch").Struct(1, batch).Stop().bytes();
  }

 private:
  std::string Tags(std::span<const Attribute> tags) const {
    std::string bytes;
    for (const Attribute& tag : tags) bytes += Tag(tag);
    return bytes;
  }

  std::string Tag(const Attribute& tag) const {
    ThriftWriter writer(protocol_);
    writer.String(1, tag.key);
    switch (tag.value.type) {
      case ValueType::kDouble: writer.I32(2, 1).Double(4, tag.value.real); break;
      case ValueType::kBool: writer.I32(2, 2).Bool(5, tag.value.boolean); break;
      case ValueType::kInt: writer.I32(2, 3).I64(6, tag.value.integer); break;
      case ValueType::kBytes: writer.I32(2, 4).String(7, tag.value.text()); break;
      default: writer.I32(2, 0).String(3, model::ToText(tag.value));
    }
    return writer.Stop().bytes();
  }

  std::string Logs(std::span<const SpanEvent> events) const {
    std::string bytes;
    for (const SpanEvent& event : events) {
      const std::vector<Attribute> fields = FieldsOf(event);
      bytes += ThriftWriter(protocol_)
                   .I64(1, Signed(event.time_unix_nanos / 1000))
                   .List(2, static_cast<uint32_t>(fields.size()), Tags(fields))
                   .Stop()
                   .bytes();
    }
    return bytes;
  }

  std::string References(std::span<const Reference> references) const {
    std::string bytes;
    for (const Reference& reference : references) {
      bytes += ThriftWriter(protocol_)
                   .I32(1, reference.is_child_of ? 0 : 1)
                   .I64(2, BigEndian(reference.trace_id.view().substr(8)))
                   .I64(3, BigEndian(reference.trace_id.view().substr(0, 8)))
                   .I64(4, BigEndian(reference.span_id.view()))
                   .Stop()
                   .bytes();
    }
    return bytes;
  }

  const JaegerEncoding encoding_;
  const ThriftProtocol protocol_;
};

class ProtoEncoder {
 public:
  std::string Process(const model::Resource& resource) const {
    std::string bytes;
    ProtoWriter writer(bytes);
    writer.Bytes(1, resource.service_name());
    for (const Attribute& tag : WithoutService(resource)) WriteJaegerKeyValue(writer, 2, tag);
    return bytes;
  }

  // As an element of Batch.spans.
  std::string SpanBytes(const Span& span, const model::Scope& scope) const {
    std::string bytes;
    ProtoWriter writer(bytes);
    writer.Message(1, [&] { Fields(writer, span, scope); });
    return bytes;
  }

  std::string Message(std::string_view process, std::string_view spans, size_t) const {
    std::string batch(spans);
    ProtoWriter(batch).Bytes(2, process);
    std::string request;
    ProtoWriter(request).Bytes(1, batch);
    return request;
  }

 private:
  static void Fields(ProtoWriter& writer, const Span& span, const model::Scope& scope) {
    writer.Bytes(1, span.trace_id.view());
    writer.Bytes(2, span.span_id.view());
    writer.Bytes(3, span.name);
    for (const Reference& reference : ReferencesOf(span)) {
      writer.Message(4, [&] {
        writer.Bytes(1, reference.trace_id.view());
        writer.Bytes(2, reference.span_id.view());
        writer.Varint(3, reference.is_child_of ? 0 : 1);
      });
    }
    writer.Varint(5, span.flags & 1);
    WriteProtoTime(writer, 6, span.start_unix_nanos);
    WriteProtoTime(writer, 7, span.duration_nanos());
    for (const Attribute& tag : TagsOf(span, scope)) WriteJaegerKeyValue(writer, 8, tag);
    for (const SpanEvent& event : span.events) {
      writer.Message(9, [&] {
        WriteProtoTime(writer, 1, event.time_unix_nanos);
        for (const Attribute& tag : FieldsOf(event)) WriteJaegerKeyValue(writer, 2, tag);
      });
    }
  }
};

// Spans of one resource into messages of at most `bytes_max`.
template <typename Encoder>
void EncodeResource(const Encoder& encoder, const model::SpanBatch& batch,
                    std::span<const Span* const> spans, size_t bytes_max,
                    std::vector<JaegerMessage>* messages) {
  const std::string process = encoder.Process(batch.resource_of(*spans[0]));
  std::string bytes;
  size_t count = 0;
  const auto finish = [&] {
    if (count > 0) messages->push_back({encoder.Message(process, bytes, count), count});
    bytes.clear();
    count = 0;
  };
  for (const Span* span : spans) {
    const std::string encoded = encoder.SpanBytes(*span, batch.scope_of(*span));
    if (bytes.size() + encoded.size() + process.size() + kEnvelopeBytesMax > bytes_max) finish();
    bytes += encoded;
    ++count;
  }
  finish();
}

template <typename Encoder>
std::vector<JaegerMessage> EncodeAll(const Encoder& encoder, const model::SpanBatch& batch,
                                     size_t bytes_max) {
  std::vector<std::vector<const Span*>> by_resource(batch.resources.size());
  for (const Span& span : batch.spans) by_resource[span.resource_index].push_back(&span);
  std::vector<JaegerMessage> messages;
  for (const auto& spans : by_resource) {
    if (!spans.empty()) EncodeResource(encoder, batch, spans, bytes_max, &messages);
  }
  return messages;
}

}  // namespace

std::vector<JaegerMessage> EncodeJaeger(const model::SpanBatch& batch, JaegerEncoding encoding,
                                        size_t bytes_max) {
  if (encoding == JaegerEncoding::kPostSpans) return EncodeAll(ProtoEncoder(), batch, bytes_max);
  return EncodeAll(ThriftEncoder(encoding), batch, bytes_max);
}

}  // namespace spanhound::wire
