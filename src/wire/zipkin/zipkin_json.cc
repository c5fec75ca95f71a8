#include "wire/zipkin/zipkin_json.h"

#include "wire/json_document.h"
#include "wire/zipkin/zipkin_json_values.h"
#include "wire/zipkin/zipkin_v1.h"

namespace spanhound::wire {
namespace {

using Element = ZipkinJsonValues::Element;
using model::Attribute;
using model::AttributeValue;
using model::SpanEvent;
using simdjson::SUCCESS;

constexpr std::string_view kBadId = "an id is not hexadecimal or too long";

// Kinds that are not of the protocol say nothing.
model::SpanKind KindOf(std::string_view name) {
  if (name == "CLIENT") return model::SpanKind::kClient;
  if (name == "SERVER") return model::SpanKind::kServer;
  if (name == "PRODUCER") return model::SpanKind::kProducer;
  if (name == "CONSUMER") return model::SpanKind::kConsumer;
  return model::SpanKind::kUnspecified;
}

// A value of a tag. The protocol has strings only; what else some tracers send keeps its type.
bool TagValue(ZipkinJsonValues& values, Element element, std::string_view key,
              AttributeValue* value) {
  std::string_view text;
  bool boolean;
  int64_t integer;
  double real;
  if (element.get(boolean) == SUCCESS) {
    *value = AttributeValue::Bool(boolean);
  } else if (element.get(integer) == SUCCESS) {
    *value = AttributeValue::Int(integer);
  } else if (element.get(real) == SUCCESS) {
    *value = AttributeValue::Double(real);
  } else if (values.Text(element, key, &text)) {
    *value = AttributeValue::String(text);
  } else {
    return false;
  }
  return true;
}

// The one member name for members of ids, times and text both models have.
template <typename Span>
struct SharedMembers {
  ZipkinJsonValues& values;

  // True when the key was one of them; then `*parsed` says how it went.
  bool Take(std::string_view key, Element value, Span* span, bool* parsed) const {
    if (key == "traceId") {
      *parsed = values.HexId(value, &span->trace_id);
    } else if (key == "id") {
      *parsed = values.HexId(value, &span->id);
    } else if (key == "parentId") {
      *parsed = values.HexId(value, &span->parent_id);
    } else if (key == "name") {
      *parsed = values.Text(value, key, &span->name);
    } else if (key == "timestamp") {
      *parsed = values.Micros(value, key, &span->start_unix_nanos);
    } else if (key == "duration") {
      *parsed = values.Micros(value, key, &span->duration_nanos);
    } else if (key == "debug") {
      *parsed = values.Bool(value, key, &span->is_debug);
    } else {
      return false;
    }
    return true;
  }
};

class V2Decoder {
 public:
  explicit V2Decoder(ZipkinSpans* spans) : spans_(*spans), values_(spans) {}

  bool Span(Element element) {
    ZipkinSpan span;
    const bool parsed = values_.Members(element, "span", [&](std::string_view key, Element value) {
      bool ok = true;
      if (shared_.Take(key, value, &span, &ok)) return ok;
      return Member(key, value, &span);
    });
    if (!parsed) return false;
    if (values_.TakeBadId()) {
      spans_.Reject(kBadId);
    } else {
      spans_.Add(span);
    }
    return spans_.ok();
  }

  Status status() const { return values_.status(); }

 private:
  bool Member(std::string_view key, Element value, ZipkinSpan* span) {
    if (key == "kind") {
      std::string_view name;
      if (value.get(name) != SUCCESS) return values_.Fail(key, "a string is expected");
      span->kind = KindOf(name);
      return true;
    }
    if (key == "localEndpoint") return values_.Endpoint(value, key, &span->local);
    if (key == "remoteEndpoint") return values_.Endpoint(value, key, &span->remote);
    if (key == "annotations") return Annotations(value, span);
    if (key == "tags") return Tags(value, span);
    return true;  // "shared" among them: that two spans have one id is seen without it
  }

  bool Annotations(Element element, ZipkinSpan* span) {
    std::span<SpanEvent> events;
    const auto annotation = [this](Element child, SpanEvent* event) {
      return values_.Members(child, "annotation", [&](std::string_view key, Element value) {
        if (key == "timestamp") return values_.Micros(value, key, &event->time_unix_nanos);
        if (key == "value") return values_.Text(value, key, &event->name);
        return true;
      });
    };
    if (!values_.Repeated(element, "annotations", &events, annotation)) return false;
    span->annotations = events;
    return true;
  }

  bool Tags(Element element, ZipkinSpan* span) {
    size_t count = 0;
    const auto add_one = [&](std::string_view, Element) { return ++count > 0; };
    if (!values_.Members(element, "tags", add_one)) return false;
    span->tags = spans_.NewArray<Attribute>(count);
    if (!spans_.ok()) return false;
    auto tag = span->tags.begin();
    return values_.Members(element, "tags", [&](std::string_view key, Element value) {
      tag->key = spans_.Copy(key);
      return TagValue(values_, value, key, &(tag++)->value);
    });
  }

  ZipkinSpans& spans_;
  ZipkinJsonValues values_;
  SharedMembers<ZipkinSpan> shared_{values_};
};

class V1Decoder {
 public:
  explicit V1Decoder(ZipkinSpans* spans) : spans_(*spans), values_(spans) {}

  bool Span(Element element) {
    ZipkinV1Span span;
    const bool parsed = values_.Members(element, "span", [&](std::string_view key, Element value) {
      bool ok = true;
      if (shared_.Take(key, value, &span, &ok)) return ok;
      if (key == "annotations") return Annotations(value, &span);
      if (key == "binaryAnnotations") return BinaryAnnotations(value, &span);
      return true;
    });
    if (!parsed) return false;
    if (values_.TakeBadId()) {
      spans_.Reject(kBadId);
    } else {
      AddZipkinV1(span, &spans_);
    }
    return spans_.ok();
  }

  Status status() const { return values_.status(); }

 private:
  bool Annotations(Element element, ZipkinV1Span* span) {
    std::span<ZipkinV1Annotation> annotations;
    const auto decode = [this](Element child, ZipkinV1Annotation* annotation) {
      return values_.Members(child, "annotation", [&](std::string_view key, Element value) {
        if (key == "timestamp") return values_.Micros(value, key, &annotation->time_unix_nanos);
        if (key == "value") return values_.Text(value, key, &annotation->value);
        if (key == "endpoint") return values_.Endpoint(value, key, &annotation->host);
        return true;
      });
    };
    if (!values_.Repeated(element, "annotations", &annotations, decode)) return false;
    span->annotations = annotations;
    return true;
  }

  bool BinaryAnnotations(Element element, ZipkinV1Span* span) {
    std::span<ZipkinV1BinaryAnnotation> annotations;
    const auto decode = [this](Element child, ZipkinV1BinaryAnnotation* annotation) {
      return values_.Members(child, "binary annotation", [&](std::string_view key, Element value) {
        if (key == "key") return values_.Text(value, key, &annotation->tag.key);
        if (key == "value") return TagValue(values_, value, key, &annotation->tag.value);
        if (key == "endpoint") return values_.Endpoint(value, key, &annotation->host);
        return true;
      });
    };
    if (!values_.Repeated(element, "binaryAnnotations", &annotations, decode)) return false;
    span->binary_annotations = annotations;
    return true;
  }

  ZipkinSpans& spans_;
  ZipkinJsonValues values_;
  SharedMembers<ZipkinV1Span> shared_{values_};
};

template <typename Decoder>
Result<Decoded<model::SpanBatch>> Decode(std::string json, const RequestLimits& limits) {
  simdjson::dom::parser parser;
  Element root;
  RETURN_IF_ERROR(ParseJson(json, kZipkinJsonDepthMax, &parser, &root));
  simdjson::dom::array list;
  if (root.get(list) != SUCCESS) return InvalidArgument("a list of spans is expected");
  Decoded<model::SpanBatch> decoded;
  ZipkinSpans spans(limits, &decoded);
  Decoder decoder(&spans);
  for (const Element span : list) {
    if (!decoder.Span(span)) return decoder.status();
  }
  return decoded;
}

}  // namespace

Result<Decoded<model::SpanBatch>> DecodeZipkinJson(std::string json, const RequestLimits& limits) {
  return Decode<V2Decoder>(std::move(json), limits);
}

Result<Decoded<model::SpanBatch>> DecodeZipkinV1Json(std::string json,
                                                     const RequestLimits& limits) {
  return Decode<V1Decoder>(std::move(json), limits);
}

}  // namespace spanhound::wire
