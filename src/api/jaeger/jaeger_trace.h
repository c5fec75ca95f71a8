// JaegerTrace: a trace as Jaeger's model has it, by the published mapping from OpenTelemetry,
// whichever encoding it leaves in. One thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/hash_map.h"
#include "query/query.h"

namespace spanhound::api {

struct JaegerTraceOptions {
  // As stored: without separating shared ids, sorting process tags and log fields, dotting
  // addresses and warning about missing parents.
  bool raw = false;
};

struct JaegerReference {
  model::TraceId trace_id;
  model::SpanId span_id;
  bool is_child_of = false;
};

class JaegerTrace {
 public:
  using Tags = std::span<const model::Attribute>;

  // `trace` outlives this.
  JaegerTrace(const query::Trace& trace, JaegerTraceOptions options);
  JaegerTrace(const JaegerTrace&) = delete;
  JaegerTrace& operator=(const JaegerTrace&) = delete;

  const model::TraceId& trace_id() const { return trace_.trace_id; }
  const model::SpanBatch& batch() const { return trace_.batch; }
  // In the order of the trace; those that shared an id have one of their own unless raw.
  std::span<const model::Span> spans() const { return spans_; }

  // The upper bits are OpenTelemetry's own; W3C's are eight.
  static uint32_t FlagsOf(const model::Span& span) { return span.flags & 0xff; }
  // The parent first. Good until the next such question.
  std::span<const JaegerReference> ReferencesOf(const model::Span& span);
  // Of the scope first, then the attributes, then what Jaeger has no field for. These tags and the
  // following are good until the next question for any.
  Tags TagsOf(const model::Span& span);
  // A log: the event's name is a field of it.
  Tags FieldsOf(const model::SpanEvent& event);
  // Without the service's name, which has a field.
  Tags ProcessTagsOf(const model::Resource& resource);
  // "" if there is nothing to warn about.
  std::string WarningOf(const model::Span& span) const;

 private:
  void CollectSpanIds();
  void Add(const model::Attribute& attribute);
  void AddText(std::string_view key, std::string_view text);
  void AddField(const model::Span& span, std::string_view key, std::string_view text);
  void AddCount(std::string_view key, uint32_t count);
  void AddStatus(const model::Span& span);

  const query::Trace& trace_;
  const JaegerTraceOptions options_;
  std::span<const model::Span> spans_;
  std::vector<model::Span> separated_;  // the spans with ids separated, if some were shared
  HashSet<model::SpanId, model::IdHash> span_ids_;
  std::vector<JaegerReference> references_;  // what was answered last
  std::vector<model::Attribute> tags_;
  Arena texts_;  // of values that are shown otherwise than they are stored
};

}  // namespace spanhound::api
