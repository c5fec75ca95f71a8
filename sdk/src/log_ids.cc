#include "spanhound/log_ids.h"

#include "context_entry.h"
#include "current_context.h"
#include "recording_span.h"

namespace spanhound::sdk {

namespace trace = opentelemetry::trace;

void LogIds::Fill(const trace::SpanContext& context, const trace::Span& span) {
  trace_id = context.trace_id();
  span_id = context.span_id();
  flags = context.trace_flags();
  trace_id.ToLowerBase16(trace_hex_);
  span_id.ToLowerBase16(span_hex_);
  has_span_ = true;
  const RecordingSpan* const ours = RecordingSpan::From(span);
  if (ours == nullptr || !ours->IsRecording()) {
    parent_size_ = 0;
  } else if (ours->parent().IsValid()) {
    ours->parent().ToLowerBase16(parent_hex_);
    parent_size_ = parent_hex_.size();
  } else {
    parent_hex_[0] = '0';
    parent_size_ = 1;
  }
}

// The hex of the span this thread logged with last is kept: most lines come from the same span as
// the line before.
const LogIds& CurrentLogIds() {
  static const LogIds none;
  thread_local LogIds last;
  const auto current = ContextOfThisThread();
  const trace::Span* const span = SpanIn(current);
  if (span == nullptr) return none;
  const trace::SpanContext context = span->GetContext();
  if (!context.IsValid()) return none;
  if (!last.has_span_ || context.span_id() != last.span_id || context.trace_id() != last.trace_id) {
    last.Fill(context, *span);
  }
  return last;
}

}  // namespace spanhound::sdk
