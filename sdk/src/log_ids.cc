#include "log_ids.h"

#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/trace/span.h>
#include <opentelemetry/trace/span_metadata.h>

#include "recording_span.h"

namespace spanhound::sdk {
namespace {

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

template <typename Id>
std::string Hex(const Id& id) {
  char hex[2 * Id::kSize];
  id.ToLowerBase16(hex);
  return std::string(hex, sizeof(hex));
}

std::string ParentHex(const trace::Span& span) {
  const RecordingSpan* const ours = RecordingSpan::From(span);
  if (ours == nullptr || !ours->IsRecording()) return "";
  return ours->parent().IsValid() ? Hex(ours->parent()) : "0";
}

}  // namespace

LogIds CurrentLogIds() {
  LogIds ids;
  // Not trace::GetSpan: that allocates a span when there is none.
  const auto value = opentelemetry::context::RuntimeContext::GetValue(trace::kSpanKey);
  const auto* const span = absl::get_if<nostd::shared_ptr<trace::Span>>(&value);
  if (span == nullptr || *span == nullptr) return ids;
  const trace::SpanContext context = (*span)->GetContext();
  if (!context.IsValid()) return ids;
  ids.trace_id = context.trace_id();
  ids.span_id = context.span_id();
  ids.flags = context.trace_flags();
  ids.trace_id_hex = Hex(ids.trace_id);
  ids.span_id_hex = Hex(ids.span_id);
  ids.pspan_id_hex = ParentHex(**span);
  return ids;
}

}  // namespace spanhound::sdk
