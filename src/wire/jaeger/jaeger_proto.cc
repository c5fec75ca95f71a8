// model.proto and collector.proto of jaeger.api_v2; field numbers are their own. jaeger_tags.h says
// what single tags mean.
#include "wire/jaeger/jaeger_proto.h"

#include <algorithm>
#include <limits>

#include "base/hash_map.h"
#include "model/semantic_names.h"
#include "wire/jaeger/jaeger_scopes.h"
#include "wire/jaeger/jaeger_tags.h"
#include "wire/otlp/otlp_values.h"
#include "wire/proto_reader.h"
#include "wire/proto_time.h"
#include "wire/short_bytes_field.h"

namespace spanhound::wire {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::SpanEvent;
using model::SpanLink;

constexpr uint64_t kChildOf = 0;
constexpr uint32_t kSampledFlag = 1;

// The values of a tag, of which its type chooses one; types are those of model.proto's ValueType.
struct TagValues {
  uint64_t type = 0;
  std::string_view text;
  bool boolean = false;
  int64_t integer = 0;
  double real = 0;
  std::string_view binary;

  AttributeValue Chosen() const {
    switch (type) {
      case 0: return AttributeValue::String(text);
      case 1: return AttributeValue::Bool(boolean);
      case 2: return AttributeValue::Int(integer);
      case 3: return AttributeValue::Double(real);
      case 4: return AttributeValue::Bytes(binary);
      default: return {};  // a type from the future
    }
  }
};

// What nearly every tag is: a key and a string, in this order, each once and short.
bool ReadShortText(std::string_view bytes, Attribute* tag) {
  std::string_view key, text;
  if (!TakeShortBytesField(&bytes, 1, &key) || !TakeShortBytesField(&bytes, 3, &text) ||
      !bytes.empty()) {
    return false;
  }
  tag->key = key;
  tag->value = AttributeValue::String(text);
  return true;
}

// Half of a trace id is one of 64 bits, as old clients have.
bool SetTraceId(std::string_view raw, model::TraceId* id) {
  if (raw.size() != 8) return id->SetBytes(raw);
  std::copy(raw.begin(), raw.end(), id->bytes.begin() + 8);
  return true;
}

class JaegerProtoDecoder {
 public:
  JaegerProtoDecoder(std::string_view request, const RequestLimits& limits,
                     Decoded<model::SpanBatch>* decoded)
      : memory_(decoded->batch.memory.arena(), limits),
        values_(request, memory_, limits),
        decoded_(*decoded),
        scopes_(memory_, decoded->batch.scopes) {}

  bool Request(std::string_view bytes) {
    ProtoReader reader(bytes);
    while (reader.Next()) {
      if (reader.tag() == BytesTag(1) && !Batch(reader.bytes())) return false;
    }
    return values_.Finish(reader);
  }

  Status status() const { return values_.status(); }

 private:
  bool Batch(std::string_view bytes) {
    RepeatedField spans;
    ProtoReader reader(bytes);
    while (reader.Next()) {
      switch (reader.tag()) {
        case BytesTag(1): spans.Note(reader); break;
        case BytesTag(2): batch_process_ = reader.bytes(); break;
        default: break;
      }
    }
    if (!values_.Finish(reader)) return false;
    if (spans.count == 0) return true;
    if (!values_.TakeItems(spans.count) || !values_.TakeMemory(spans.count * sizeof(model::Span))) {
      return false;
    }
    decoded_.batch.spans.reserve(decoded_.batch.spans.size() + spans.count);
    ProtoReader again({spans.first, static_cast<size_t>(reader.end() - spans.first)});
    for (size_t i = 0; i < spans.count;) {
      again.Next();  // the first pass has been here without an error
      if (again.tag() != BytesTag(1)) continue;
      if (!Span(again.bytes(), i++)) return false;
    }
    return true;
  }

  // What a first pass over a span only notes.
  struct SpanFields {
    std::string_view trace_id;
    std::string_view span_id;
    std::string_view process;
    RepeatedField references;
    RepeatedField tags;
    RepeatedField logs;
    uint64_t duration_nanos = 0;
  };

  bool Span(std::string_view bytes, size_t index) {
    model::Span span;
    SpanFields fields;
    fields.process = batch_process_;
    ProtoReader reader(bytes);
    while (reader.Next()) {
      switch (reader.tag()) {
        case BytesTag(1): fields.trace_id = reader.bytes(); break;
        case BytesTag(2): fields.span_id = reader.bytes(); break;
        case BytesTag(3): span.name = reader.bytes(); break;
        case BytesTag(4): fields.references.Note(reader); break;
        // Only "sampled" means the same in both; Jaeger's "debug" bit is "random" in W3C flags.
        case VarintTag(5): span.flags = static_cast<uint32_t>(reader.value()) & kSampledFlag; break;
        case BytesTag(6):
          if (!Nanos(reader.bytes(), &span.start_unix_nanos)) return false;
          break;
        case BytesTag(7):
          if (!Nanos(reader.bytes(), &fields.duration_nanos)) return false;
          break;
        case BytesTag(8): fields.tags.Note(reader); break;
        case BytesTag(9): fields.logs.Note(reader); break;
        case BytesTag(10): fields.process = reader.bytes(); break;
        default: break;
      }
    }
    if (!values_.Finish(reader)) return false;
    if (const char* why = SetIds(fields, &span)) return Reject(index, why);
    if (!ReadRepeated(fields, reader.end(), &span)) return false;
    const uint64_t room = std::numeric_limits<uint64_t>::max() - span.start_unix_nanos;
    span.end_unix_nanos = span.start_unix_nanos + std::min(fields.duration_nanos, room);
    if (!ResourceIndex(fields.process, &span.resource_index)) return false;
    decoded_.batch.spans.push_back(span);
    return true;
  }

  bool Reject(size_t index, const char* why) {
    if (decoded_.rejected_count++ == 0) {
      decoded_.rejected_message = "span " + std::to_string(index) + ": " + why;
    }
    return true;
  }

  // Null, or why the span may not be stored.
  static const char* SetIds(const SpanFields& fields, model::Span* span) {
    if (!SetTraceId(fields.trace_id, &span->trace_id)) return "trace id is not 16 bytes long";
    if (span->trace_id.is_zero()) return "trace id is zero";
    if (!span->span_id.SetBytes(fields.span_id)) return "span id is not 8 bytes long";
    return span->span_id.is_zero() ? "span id is zero" : nullptr;
  }

  bool ReadRepeated(const SpanFields& fields, const char* end, model::Span* span) {
    std::span<Attribute> tags;
    std::span<SpanEvent> events;
    std::span<SpanLink> references;
    const auto log = [this](std::string_view bytes, SpanEvent* to) { return Log(bytes, to); };
    const auto reference = [this](std::string_view bytes, SpanLink* to) {
      return Reference(bytes, to);
    };
    if (!Tags(fields.tags, BytesTag(8), end, &tags) ||
        !values_.Repeated(fields.logs, BytesTag(9), end, &events, log) ||
        !values_.Repeated(fields.references, BytesTag(4), end, &references, reference)) {
      return false;
    }
    std::string_view scope_name;
    std::string_view scope_version;
    span->attributes = TakeSpanTags(tags, span, &scope_name, &scope_version);
    span->events = events;
    span->links = TakeParent(references, span);
    return scopes_.IndexOf(scope_name, scope_version, &span->scope_index) || values_.FailLimit();
  }

  bool Nanos(std::string_view bytes, uint64_t* nanos) {
    ProtoReader reader(bytes);
    *nanos = ReadProtoTime(reader).ToNanos();
    return values_.Finish(reader);
  }

  bool Tags(const RepeatedField& field, uint32_t tag, const char* end, std::span<Attribute>* tags) {
    const auto decode = [this](std::string_view bytes, Attribute* to) { return Tag(bytes, to); };
    return values_.Repeated(field, tag, end, tags, decode);
  }

  bool Tag(std::string_view bytes, Attribute* tag) {
    if (ReadShortText(bytes, tag)) return true;
    TagValues values;
    ProtoReader reader(bytes);
    while (reader.Next()) {
      switch (reader.tag()) {
        case BytesTag(1): tag->key = reader.bytes(); break;
        case VarintTag(2): values.type = reader.value(); break;
        case BytesTag(3): values.text = reader.bytes(); break;
        case VarintTag(4): values.boolean = reader.value() != 0; break;
        case VarintTag(5): values.integer = static_cast<int64_t>(reader.value()); break;
        case Fixed64Tag(6): values.real = reader.double_value(); break;
        case BytesTag(7): values.binary = reader.bytes(); break;
        default: break;
      }
    }
    tag->value = values.Chosen();
    return values_.Finish(reader);
  }

  bool Log(std::string_view bytes, SpanEvent* event) {
    RepeatedField fields;
    ProtoReader reader(bytes);
    while (reader.Next()) {
      if (reader.tag() == BytesTag(1) && !Nanos(reader.bytes(), &event->time_unix_nanos)) {
        return false;
      }
      if (reader.tag() == BytesTag(2)) fields.Note(reader);
    }
    std::span<Attribute> attributes;
    if (!values_.Finish(reader) || !Tags(fields, BytesTag(2), reader.end(), &attributes)) {
      return false;
    }
    event->attributes = TakeEventName(attributes, &event->name);
    return true;
  }

  // Ids of a wrong length stay zero.
  bool Reference(std::string_view bytes, SpanLink* link) {
    uint64_t type = kChildOf;
    ProtoReader reader(bytes);
    while (reader.Next()) {
      switch (reader.tag()) {
        case BytesTag(1): SetTraceId(reader.bytes(), &link->trace_id); break;
        case BytesTag(2): link->span_id.SetBytes(reader.bytes()); break;
        case VarintTag(3): type = reader.value(); break;
        default: break;
      }
    }
    link->attributes = ReferenceTypeAttribute(type == kChildOf);
    return values_.Finish(reader);
  }

  // Some clients repeat the process in every span: equal bytes are one resource. Most have one for
  // the batch, and hashing it for each span would cost as much as decoding the span.
  bool ResourceIndex(std::string_view process, uint32_t* index) {
    const bool is_same = process == last_process_ && !decoded_.batch.resources.empty();
    if (!is_same && !FindResource(process)) return false;
    *index = last_resource_index_;
    return true;
  }

  bool FindResource(std::string_view process) {
    std::vector<model::Resource>& resources = decoded_.batch.resources;
    const auto [entry, is_new] =
        resource_indexes_.try_emplace(process, static_cast<uint32_t>(resources.size()));
    last_process_ = process;
    last_resource_index_ = entry->second;
    if (!is_new) return true;
    return values_.TakeMemory(sizeof(model::Resource) + sizeof *entry) &&
           Process(process, &resources.emplace_back());
  }

  // { 1 service_name, 2 tags }
  bool Process(std::string_view bytes, model::Resource* resource) {
    RepeatedField tags;
    std::string_view service_name;
    ProtoReader reader(bytes);
    while (reader.Next()) {
      if (reader.tag() == BytesTag(1)) service_name = reader.bytes();
      if (reader.tag() == BytesTag(2)) tags.Note(reader);
    }
    std::span<Attribute> attributes;
    if (!values_.Finish(reader) || !Tags(tags, BytesTag(2), reader.end(), &attributes))
      return false;
    resource->attributes = attributes;
    if (service_name.empty()) return true;
    std::span<Attribute> with_name;
    if (!values_.NewArray(attributes.size() + 1, &with_name)) return false;
    with_name[0] = {model::kServiceName, AttributeValue::String(service_name)};
    std::copy(attributes.begin(), attributes.end(), with_name.begin() + 1);
    resource->attributes = with_name;
    return true;
  }

  DecodeMemory memory_;
  OtlpValues values_;  // its errors and repeated fields; the values themselves are Jaeger's
  Decoded<model::SpanBatch>& decoded_;
  JaegerScopes scopes_;
  std::string_view batch_process_;
  HashMap<std::string_view, uint32_t> resource_indexes_;
  std::string_view last_process_;  // of the span before
  uint32_t last_resource_index_ = 0;
};

}  // namespace

Result<Decoded<model::SpanBatch>> DecodeJaegerProto(std::string bytes,
                                                    const RequestLimits& limits) {
  Decoded<model::SpanBatch> decoded;
  const std::string_view request = decoded.batch.memory.Adopt(std::move(bytes));
  RETURN_IF_ERROR(CheckRequestSize(request));
  JaegerProtoDecoder decoder(request, limits, &decoded);
  if (!decoder.Request(request)) return decoder.status();
  return decoded;
}

}  // namespace spanhound::wire
