#include "wire/zipkin/zipkin_v1.h"

#include <algorithm>
#include <array>

namespace spanhound::wire {
namespace {

using model::SpanKind;

struct Side {
  SpanKind kind;
  std::string_view start;    // the annotation it starts with
  std::string_view end;      // ""; what tells its end
  std::string_view address;  // the binary annotation with the address of the other side
};
constexpr std::array<Side, 4> kSides = {{{SpanKind::kClient, "cs", "cr", "sa"},
                                         {SpanKind::kServer, "sr", "ss", "ca"},
                                         {SpanKind::kProducer, "ms", "", "ma"},
                                         {SpanKind::kConsumer, "mr", "", "ma"}}};
constexpr Side kNoSide = {SpanKind::kUnspecified, "", "", "sa"};
constexpr std::string_view kLocalComponent = "lc";
constexpr std::string_view kComponentTag = "component";  // what OpenTracing calls it

bool IsCore(const ZipkinV1Annotation& annotation) {
  return std::ranges::any_of(kSides, [&](const Side& side) {
    return annotation.value == side.start || (!side.end.empty() && annotation.value == side.end);
  });
}

bool IsAddress(const ZipkinV1BinaryAnnotation& annotation) {
  const std::string_view key = annotation.tag.key;
  return annotation.tag.value.type == model::ValueType::kBool &&
         (key == "sa" || key == "ca" || key == "ma");
}

bool IsKnown(const ZipkinEndpoint& endpoint) {
  return !endpoint.service_name.empty() || !endpoint.ip.empty();
}

class V1Converter {
 public:
  V1Converter(const ZipkinV1Span& span, ZipkinSpans* spans) : span_(span), spans_(*spans) {}

  void Run() {
    for (const Side& side : kSides) {
      if (Find(side.start) != nullptr || Find(side.end) != nullptr) Begin(side);
    }
    if (part_count_ == 0) Begin(kNoSide);
    for (size_t i = 0; i < part_count_; ++i) {
      SetTimes(i);
      TakeAnnotations(i);
      TakeTags(i);
      if (!spans_.ok()) return;
      spans_.Add(parts_[i]);
    }
  }

 private:
  const ZipkinV1Annotation* Find(std::string_view value) const {
    if (value.empty()) return nullptr;
    const auto found = std::ranges::find(span_.annotations, value, &ZipkinV1Annotation::value);
    return found == span_.annotations.end() ? nullptr : &*found;
  }

  void Begin(const Side& side) {
    sides_[part_count_] = &side;
    ZipkinSpan& part = parts_[part_count_++];
    part.trace_id = span_.trace_id;
    part.id = span_.id;
    part.parent_id = span_.parent_id;
    part.kind = side.kind;
    part.is_debug = span_.is_debug;
    part.name = span_.name;
    for (std::string_view value : {side.start, side.end}) {
      const ZipkinV1Annotation* core = Find(value);
      if (core != nullptr && !IsKnown(part.local)) part.local = core->host;
    }
    if (side.kind == SpanKind::kUnspecified) part.local = AnyHost();
  }

  ZipkinEndpoint AnyHost() const {
    for (const ZipkinV1Annotation& annotation : span_.annotations) {
      if (IsKnown(annotation.host)) return annotation.host;
    }
    for (const ZipkinV1BinaryAnnotation& annotation : span_.binary_annotations) {
      if (!IsAddress(annotation) && IsKnown(annotation.host)) return annotation.host;
    }
    return {};
  }

  // The times of the span are those of the side that began it; the others have their annotations.
  void SetTimes(size_t index) {
    ZipkinSpan& part = parts_[index];
    if (index == 0 && span_.start_unix_nanos != 0) {
      part.start_unix_nanos = span_.start_unix_nanos;
      part.duration_nanos = span_.duration_nanos;
      return;
    }
    const ZipkinV1Annotation* start = Find(sides_[index]->start);
    const ZipkinV1Annotation* end = Find(sides_[index]->end);
    if (start == nullptr) start = end;
    if (start == nullptr) start = Earliest();
    if (start == nullptr) return;
    part.start_unix_nanos = start->time_unix_nanos;
    if (end != nullptr && end->time_unix_nanos > start->time_unix_nanos) {
      part.duration_nanos = end->time_unix_nanos - start->time_unix_nanos;
    } else if (part_count_ == 1) {
      part.duration_nanos = span_.duration_nanos;
    }
  }

  const ZipkinV1Annotation* Earliest() const {
    const auto first =
        std::ranges::min_element(span_.annotations, {}, &ZipkinV1Annotation::time_unix_nanos);
    return first == span_.annotations.end() ? nullptr : &*first;
  }

  // Which part something told by `host` is of: the one of its service, else the first.
  bool BelongsTo(size_t index, const ZipkinEndpoint& host) const {
    for (size_t i = 0; i < part_count_; ++i) {
      if (parts_[i].local.service_name == host.service_name) return i == index;
    }
    return index == 0;
  }

  void TakeAnnotations(size_t index) {
    const auto is_event = [&](const ZipkinV1Annotation& annotation) {
      return !IsCore(annotation) && BelongsTo(index, annotation.host);
    };
    const auto count = std::ranges::count_if(span_.annotations, is_event);
    const std::span<model::SpanEvent> events =
        spans_.NewArray<model::SpanEvent>(static_cast<size_t>(count));
    auto event = events.begin();
    for (const ZipkinV1Annotation& annotation : span_.annotations) {
      if (event == events.end()) break;
      if (!is_event(annotation)) continue;
      event->time_unix_nanos = annotation.time_unix_nanos;
      event->name = annotation.value;
      ++event;
    }
    parts_[index].annotations = events;
  }

  void TakeTags(size_t index) {
    ZipkinSpan& part = parts_[index];
    const std::span<model::Attribute> tags =
        spans_.NewArray<model::Attribute>(span_.binary_annotations.size());
    if (tags.empty() && !spans_.ok()) return;
    size_t count = 0;
    for (const ZipkinV1BinaryAnnotation& annotation : span_.binary_annotations) {
      if (IsAddress(annotation)) {
        if (annotation.tag.key == sides_[index]->address) part.remote = annotation.host;
      } else if (BelongsTo(index, annotation.host) && !IsEmptyComponent(annotation)) {
        tags[count] = annotation.tag;
        if (tags[count].key == kLocalComponent) tags[count].key = kComponentTag;
        ++count;
      }
    }
    part.tags = tags.first(count);
  }

  // Nothing but the carrier of the host of a local span.
  static bool IsEmptyComponent(const ZipkinV1BinaryAnnotation& annotation) {
    const model::AttributeValue& value = annotation.tag.value;
    return annotation.tag.key == kLocalComponent && value.type == model::ValueType::kString &&
           value.text().empty();
  }

  const ZipkinV1Span& span_;
  ZipkinSpans& spans_;
  std::array<ZipkinSpan, kSides.size()> parts_;
  std::array<const Side*, kSides.size()> sides_{};
  size_t part_count_ = 0;
};

}  // namespace

void AddZipkinV1(const ZipkinV1Span& span, ZipkinSpans* spans) { V1Converter(span, spans).Run(); }

}  // namespace spanhound::wire
