// The ids a log line carries, for loggers of any kind: those of the calling thread's current span.
//
//   const LogIds& ids = CurrentLogIds();
//   my_logger << text << " trace_id=" << ids.trace_id_hex() << " span_id=" << ids.span_id_hex();
//
// Ask where the line is logged: a thread that writes lines later has no current span.
//
// Threads: any. Failure: none.
#pragma once

#include <opentelemetry/trace/span.h>
#include <opentelemetry/trace/span_context.h>
#include <opentelemetry/trace/span_id.h>
#include <opentelemetry/trace/trace_flags.h>
#include <opentelemetry/trace/trace_id.h>

#include <array>
#include <cstddef>
#include <string_view>

namespace spanhound::sdk {

class LogIds {
 public:
  opentelemetry::trace::TraceId trace_id;
  opentelemetry::trace::SpanId span_id;
  opentelemetry::trace::TraceFlags flags;

  bool has_span() const { return has_span_; }

  // Lower-case hex; without a span "".
  std::string_view trace_id_hex() const { return {trace_hex_.data(), has_span_ ? 32u : 0u}; }
  std::string_view span_id_hex() const { return {span_hex_.data(), has_span_ ? 16u : 0u}; }
  // The parent's span id: "0" for a root span, "" when it is not known (a span of another SDK, or
  // not sampled, or ended before its first line).
  std::string_view pspan_id_hex() const { return {parent_hex_.data(), parent_size_}; }

 private:
  friend const LogIds& CurrentLogIds();
  void Fill(const opentelemetry::trace::SpanContext& context,
            const opentelemetry::trace::Span& span);

  std::array<char, 32> trace_hex_ = {};
  std::array<char, 16> span_hex_ = {};
  std::array<char, 16> parent_hex_ = {};
  std::size_t parent_size_ = 0;
  bool has_span_ = false;
};

// Valid until the thread asks again.
const LogIds& CurrentLogIds();

}  // namespace spanhound::sdk
