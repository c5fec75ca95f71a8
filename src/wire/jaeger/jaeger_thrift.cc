// jaeger.thrift: Batch{1 process, 2 spans}, Process{1 serviceName, 2 tags}, Span{...}, Log,
// SpanRef, Tag. JaegerThriftDecoder reads the structs; jaeger_tags.h says what single tags mean.
#include "wire/jaeger/jaeger_thrift.h"

#include <algorithm>
#include <limits>

#include "model/semantic_names.h"
#include "wire/decode_memory.h"
#include "wire/jaeger/jaeger_scopes.h"
#include "wire/jaeger/jaeger_tags.h"
#include "wire/thrift_numbers.h"
#include "wire/thrift_reader.h"

namespace spanhound::wire {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::SpanEvent;
using model::SpanLink;

// The shortest each struct can be, from its required fields.
struct BytesMin {
  uint32_t tag;
  uint32_t log;
  uint32_t reference;
  uint32_t span;
};
constexpr BytesMin kBinaryBytesMin = {15, 20, 41, 81};  // 3 bytes of head for each field
constexpr BytesMin kCompactBytesMin = {5, 5, 9, 17};    // 1 byte, and 1 for most values

constexpr int32_t kChildOf = 0;
constexpr int32_t kSampledFlag = 1;

// The values of a tag, of which its type chooses one; types are those of jaeger.thrift's TagType.
struct TagValues {
  int32_t type = 0;
  std::string_view text;
  double real = 0;
  bool boolean = false;
  int64_t integer = 0;
  std::string_view binary;

  AttributeValue Chosen() const {
    switch (type) {
      case 0: return AttributeValue::String(text);
      case 1: return AttributeValue::Double(real);
      case 2: return AttributeValue::Bool(boolean);
      case 3: return AttributeValue::Int(integer);
      case 4: return AttributeValue::Bytes(binary);
      default: return {};  // a type from the future
    }
  }
};

class JaegerThriftDecoder {
 public:
  // The reader stands at a Batch.
  JaegerThriftDecoder(ThriftReader& reader, const RequestLimits& limits,
                      Decoded<model::SpanBatch>* decoded)
      : reader_(reader),
        bytes_min_(reader.protocol() == ThriftProtocol::kBinary ? kBinaryBytesMin
                                                                : kCompactBytesMin),
        memory_(decoded->batch.memory.arena(), limits),
        decoded_(*decoded),
        scopes_(memory_, decoded->batch.scopes) {}

  Status Run() {
    ThriftReader::Field field;
    decoded_.batch.resources.emplace_back();
    while (reader_.NextField(&field)) {
      if (field.Is(1, ThriftType::kStruct)) {
        Process(&decoded_.batch.resources[0]);
      } else if (field.Is(2, ThriftType::kList)) {
        has_spans_ = true;
        Spans();
      } else {
        reader_.Skip(field);
      }
    }
    return Finish();
  }

 private:
  Status Finish() {
    if (over_limit_) return memory_.exceeded();
    if (!reader_.ok()) {
      return InvalidArgument("byte " + std::to_string(reader_.offset()) + ": " + reader_.error());
    }
    if (!has_spans_) return InvalidArgument("not a Jaeger batch: it has no list of spans");
    if (decoded_.batch.spans.empty()) decoded_.batch.resources.clear();
    return Status::Ok();
  }

  // Room for `count` values, empty if there is none: then the whole batch is given up.
  template <typename T>
  std::span<T> NewArray(size_t count) {
    std::span<T> values;
    if (!memory_.NewArray(count, &values)) over_limit_ = true;
    return values;
  }

  void Process(model::Resource* resource) {
    std::string_view service_name;
    std::span<Attribute> tags;
    ThriftReader::Field field;
    while (reader_.NextField(&field)) {
      if (field.Is(1, ThriftType::kString)) {
        service_name = reader_.String();
      } else if (field.Is(2, ThriftType::kList)) {
        tags = Tags();
      } else {
        reader_.Skip(field);
      }
    }
    std::span<Attribute> attributes = NewArray<Attribute>(tags.size() + 1);
    if (attributes.empty()) return;
    size_t count = 0;
    if (!service_name.empty()) {
      attributes[count++] = {model::kServiceName, AttributeValue::String(service_name)};
    }
    std::copy(tags.begin(), tags.end(), attributes.begin() + static_cast<ptrdiff_t>(count));
    resource->attributes = attributes.first(count + tags.size());
  }

  std::span<Attribute> Tags() {
    std::span<Attribute> tags = NewArray<Attribute>(reader_.StructList(bytes_min_.tag));
    for (Attribute& tag : tags) Tag(&tag);
    return tags;
  }

  void Tag(Attribute* tag) {
    TagValues values;
    ThriftReader::Field field;
    while (reader_.NextField(&field)) {
      if (field.Is(1, ThriftType::kString)) {
        tag->key = reader_.String();
      } else if (field.Is(2, ThriftType::kI32)) {
        values.type = reader_.I32();
      } else if (field.Is(3, ThriftType::kString)) {
        values.text = reader_.String();
      } else if (field.Is(4, ThriftType::kDouble)) {
        values.real = reader_.Double();
      } else if (field.Is(5, ThriftType::kBool)) {
        values.boolean = reader_.Bool(field);
      } else if (field.Is(6, ThriftType::kI64)) {
        values.integer = reader_.I64();
      } else if (field.Is(7, ThriftType::kString)) {
        values.binary = reader_.String();
      } else {
        reader_.Skip(field);
      }
    }
    tag->value = values.Chosen();
  }

  void Spans() {
    const uint32_t count = reader_.StructList(bytes_min_.span);
    if (!memory_.TakeItems(count) || !memory_.Take(count * sizeof(model::Span))) {
      over_limit_ = true;
      return;
    }
    std::vector<model::Span>& spans = decoded_.batch.spans;
    if (spans.empty()) spans.reserve(count);  // a second list is legal, but nobody sends one
    for (uint32_t i = 0; i < count && reader_.ok() && !over_limit_; ++i) Span(i);
  }

  // Fields of a span that only make sense together.
  struct SpanParts {
    int64_t trace_id_low = 0;
    int64_t trace_id_high = 0;
    int64_t duration_micros = 0;
    std::span<Attribute> tags;
    std::span<SpanLink> references;
  };

  void Span(uint32_t index) {
    model::Span span;
    SpanParts parts;
    ThriftReader::Field field;
    while (reader_.NextField(&field)) {
      if (!ScalarField(field, &span, &parts) && !ListField(field, &span, &parts)) {
        reader_.Skip(field);
      }
    }
    PutBigEndian(parts.trace_id_high, 0, &span.trace_id);
    PutBigEndian(parts.trace_id_low, 8, &span.trace_id);
    if (span.trace_id.is_zero() || span.span_id.is_zero()) {
      if (decoded_.rejected_count++ == 0) {
        decoded_.rejected_message = "span " + std::to_string(index) + ": trace or span id is zero";
      }
      return;
    }
    const uint64_t duration = NanosFromMicros(parts.duration_micros);
    const uint64_t room = std::numeric_limits<uint64_t>::max() - span.start_unix_nanos;
    span.end_unix_nanos = span.start_unix_nanos + std::min(duration, room);
    std::string_view scope_name;
    std::string_view scope_version;
    span.attributes = TakeSpanTags(parts.tags, &span, &scope_name, &scope_version);
    span.links = TakeParent(parts.references, &span);
    if (!scopes_.IndexOf(scope_name, scope_version, &span.scope_index)) over_limit_ = true;
    decoded_.batch.spans.push_back(span);
  }

  bool ScalarField(const ThriftReader::Field& field, model::Span* span, SpanParts* parts) {
    if (field.Is(1, ThriftType::kI64)) {
      parts->trace_id_low = reader_.I64();
    } else if (field.Is(2, ThriftType::kI64)) {
      parts->trace_id_high = reader_.I64();
    } else if (field.Is(3, ThriftType::kI64)) {
      PutBigEndian(reader_.I64(), 0, &span->span_id);
    } else if (field.Is(4, ThriftType::kI64)) {
      PutBigEndian(reader_.I64(), 0, &span->parent_span_id);
    } else if (field.Is(5, ThriftType::kString)) {
      span->name = reader_.String();
    } else if (field.Is(7, ThriftType::kI32)) {
      // Only "sampled" means the same in both; Jaeger's "debug" bit is "random" in W3C flags.
      span->flags = static_cast<uint32_t>(reader_.I32() & kSampledFlag);
    } else if (field.Is(8, ThriftType::kI64)) {
      span->start_unix_nanos = NanosFromMicros(reader_.I64());
    } else if (field.Is(9, ThriftType::kI64)) {
      parts->duration_micros = reader_.I64();
    } else {
      return false;
    }
    return true;
  }

  bool ListField(const ThriftReader::Field& field, model::Span* span, SpanParts* parts) {
    if (field.Is(6, ThriftType::kList)) {
      parts->references = NewArray<SpanLink>(reader_.StructList(bytes_min_.reference));
      for (SpanLink& link : parts->references) Reference(&link);
    } else if (field.Is(10, ThriftType::kList)) {
      parts->tags = Tags();
    } else if (field.Is(11, ThriftType::kList)) {
      std::span<SpanEvent> events = NewArray<SpanEvent>(reader_.StructList(bytes_min_.log));
      for (SpanEvent& event : events) Log(&event);
      span->events = events;
    } else {
      return false;
    }
    return true;
  }

  void Log(SpanEvent* event) {
    ThriftReader::Field field;
    while (reader_.NextField(&field)) {
      if (field.Is(1, ThriftType::kI64)) {
        event->time_unix_nanos = NanosFromMicros(reader_.I64());
      } else if (field.Is(2, ThriftType::kList)) {
        event->attributes = TakeEventName(Tags(), &event->name);
      } else {
        reader_.Skip(field);
      }
    }
  }

  void Reference(SpanLink* link) {
    int32_t type = kChildOf;
    ThriftReader::Field field;
    while (reader_.NextField(&field)) {
      if (field.Is(1, ThriftType::kI32)) {
        type = reader_.I32();
      } else if (field.Is(2, ThriftType::kI64)) {
        PutBigEndian(reader_.I64(), 8, &link->trace_id);
      } else if (field.Is(3, ThriftType::kI64)) {
        PutBigEndian(reader_.I64(), 0, &link->trace_id);
      } else if (field.Is(4, ThriftType::kI64)) {
        PutBigEndian(reader_.I64(), 0, &link->span_id);
      } else {
        reader_.Skip(field);
      }
    }
    link->attributes = ReferenceTypeAttribute(type == kChildOf);
  }

  ThriftReader& reader_;
  const BytesMin bytes_min_;
  DecodeMemory memory_;
  Decoded<model::SpanBatch>& decoded_;
  JaegerScopes scopes_;
  bool has_spans_ = false;
  bool over_limit_ = false;
};

}  // namespace

Status ReadJaegerThriftBatch(ThriftReader& reader, const RequestLimits& limits,
                             Decoded<model::SpanBatch>* decoded) {
  return JaegerThriftDecoder(reader, limits, decoded).Run();
}

Result<Decoded<model::SpanBatch>> DecodeJaegerThrift(std::string bytes,
                                                     const RequestLimits& limits) {
  Decoded<model::SpanBatch> decoded;
  ThriftReader reader(decoded.batch.memory.Adopt(std::move(bytes)));
  RETURN_IF_ERROR(ReadJaegerThriftBatch(reader, limits, &decoded));
  return decoded;
}

}  // namespace spanhound::wire
