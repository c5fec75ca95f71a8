#include "wire/zipkin/zipkin_proto.h"

#include <array>

#include "wire/otlp/otlp_values.h"
#include "wire/proto_reader.h"
#include "wire/thrift_numbers.h"
#include "wire/zipkin/zipkin_spans.h"

namespace spanhound::wire {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::SpanEvent;
using model::SpanKind;

constexpr std::array<SpanKind, 5> kKinds = {SpanKind::kUnspecified, SpanKind::kClient,
                                            SpanKind::kServer, SpanKind::kProducer,
                                            SpanKind::kConsumer};

class ZipkinProtoDecoder {
 public:
  ZipkinProtoDecoder(std::string_view request, ZipkinSpans* spans)
      : request_(request), spans_(*spans) {}

  bool Run() {
    ProtoReader reader(request_);
    while (reader.Next()) {
      if (reader.tag() == BytesTag(1) && !Span(reader.bytes())) return false;
    }
    return Finish(reader);
  }

  Status status() const { return status_.ok() ? spans_.status() : status_; }

 private:
  // Ids as they came, and repeated fields noted to be read once their number is known.
  struct Parts {
    std::string_view trace_id;
    std::string_view id;
    std::string_view parent_id;
    RepeatedField annotations;
    RepeatedField tags;
  };

  bool Span(std::string_view bytes) {
    ZipkinSpan span;
    Parts parts;
    ProtoReader reader(bytes);
    while (reader.Next()) {
      if (!Field(reader, &span, &parts)) return false;
    }
    if (!Finish(reader) || !Annotations(parts.annotations, reader.end(), &span) ||
        !Tags(parts.tags, reader.end(), &span)) {
      return false;
    }
    if (const char* why = SetIds(parts, &span)) {
      spans_.Reject(why);
    } else {
      spans_.Add(span);
    }
    return spans_.ok();
  }

  bool Field(const ProtoReader& reader, ZipkinSpan* span, Parts* parts) {
    switch (reader.tag()) {
      case BytesTag(1): parts->trace_id = reader.bytes(); break;
      case BytesTag(2): parts->parent_id = reader.bytes(); break;
      case BytesTag(3): parts->id = reader.bytes(); break;
      case VarintTag(4):
        span->kind =
            reader.value() < kKinds.size() ? kKinds[reader.value()] : SpanKind::kUnspecified;
        break;
      case BytesTag(5): span->name = reader.bytes(); break;
      case Fixed64Tag(6): span->start_unix_nanos = Nanos(reader); break;
      case VarintTag(7): span->duration_nanos = Nanos(reader); break;
      case BytesTag(8): return Endpoint(reader.bytes(), &span->local);
      case BytesTag(9): return Endpoint(reader.bytes(), &span->remote);
      case BytesTag(10): parts->annotations.Note(reader); break;
      case BytesTag(11): parts->tags.Note(reader); break;
      case VarintTag(12): span->is_debug = reader.value() != 0; break;
      default: break;  // 13 "shared" among them: that two spans have one id is seen without it
    }
    return true;
  }

  static uint64_t Nanos(const ProtoReader& reader) {
    return NanosFromMicros(static_cast<int64_t>(reader.value()));
  }

  // Null, or why the span may not be stored.
  static const char* SetIds(const Parts& parts, ZipkinSpan* span) {
    if (parts.trace_id.size() == 8) {  // a 64-bit trace id
      std::memcpy(span->trace_id.bytes.data() + 8, parts.trace_id.data(), 8);
    } else if (!span->trace_id.SetBytes(parts.trace_id)) {
      return "trace_id has not 8 or 16 bytes";
    }
    if (!span->id.SetBytes(parts.id)) return "id has not 8 bytes";
    if (!parts.parent_id.empty() && !span->parent_id.SetBytes(parts.parent_id)) {
      return "parent_id has not 8 bytes";
    }
    return nullptr;
  }

  bool Endpoint(std::string_view bytes, ZipkinEndpoint* endpoint) {
    ProtoReader reader(bytes);
    std::string_view ipv6;
    while (reader.Next()) {
      switch (reader.tag()) {
        case BytesTag(1): endpoint->service_name = reader.bytes(); break;
        case BytesTag(2): endpoint->ip = spans_.IpText(reader.bytes()); break;
        case BytesTag(3): ipv6 = reader.bytes(); break;
        case VarintTag(4):
          endpoint->port = static_cast<uint16_t>(reader.value() <= UINT16_MAX ? reader.value() : 0);
          break;
        default: break;
      }
    }
    if (endpoint->ip.empty()) endpoint->ip = spans_.IpText(ipv6);
    return Finish(reader);
  }

  // `decode(bytes, T*)` for every element of a field noted before.
  template <typename T, typename Decode>
  bool Repeated(const RepeatedField& field, uint32_t tag, const char* end, std::span<T>* values,
                Decode decode) {
    if (field.count == 0) return true;
    *values = spans_.NewArray<T>(field.count);
    if (!spans_.ok()) return false;
    ProtoReader reader({field.first, static_cast<size_t>(end - field.first)});
    for (size_t i = 0; i < field.count;) {
      reader.Next();  // the first pass has been here without an error
      if (reader.tag() == tag && !decode(reader.bytes(), &(*values)[i++])) return false;
    }
    return true;
  }

  bool Annotations(const RepeatedField& field, const char* end, ZipkinSpan* span) {
    std::span<SpanEvent> events;
    const auto annotation = [this](std::string_view bytes, SpanEvent* event) {
      ProtoReader reader(bytes);
      while (reader.Next()) {
        if (reader.tag() == Fixed64Tag(1)) event->time_unix_nanos = Nanos(reader);
        if (reader.tag() == BytesTag(2)) event->name = reader.bytes();
      }
      return Finish(reader);
    };
    if (!Repeated(field, BytesTag(10), end, &events, annotation)) return false;
    span->annotations = events;
    return true;
  }

  bool Tags(const RepeatedField& field, const char* end, ZipkinSpan* span) {
    return Repeated(field, BytesTag(11), end, &span->tags,
                    [this](std::string_view bytes, Attribute* tag) {
                      ProtoReader reader(bytes);
                      std::string_view value;
                      while (reader.Next()) {
                        if (reader.tag() == BytesTag(1)) tag->key = reader.bytes();
                        if (reader.tag() == BytesTag(2)) value = reader.bytes();
                      }
                      tag->value = AttributeValue::String(value);
                      return Finish(reader);
                    });
  }

  bool Finish(const ProtoReader& reader) {
    if (reader.error() == nullptr) return true;
    if (status_.ok()) {
      status_ = InvalidArgument("byte " + std::to_string(reader.field_begin() - request_.data()) +
                                ": " + reader.error());
    }
    return false;
  }

  std::string_view request_;
  ZipkinSpans& spans_;
  Status status_;
};

}  // namespace

Result<Decoded<model::SpanBatch>> DecodeZipkinProto(std::string bytes,
                                                    const RequestLimits& limits) {
  RETURN_IF_ERROR(CheckRequestSize(bytes));
  Decoded<model::SpanBatch> decoded;
  const std::string_view request = decoded.batch.memory.Adopt(std::move(bytes));
  ZipkinSpans spans(limits, &decoded);
  ZipkinProtoDecoder decoder(request, &spans);
  if (!decoder.Run()) return decoder.status();
  return decoded;
}

}  // namespace spanhound::wire
