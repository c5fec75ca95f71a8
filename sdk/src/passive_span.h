// A span that records nothing and only has ids to pass on: of a caller, or of a trace that is not
// sampled. As opentelemetry's DefaultSpan, without the copies its making takes.
//
// Threads: any. Failure: none.
#pragma once

#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/span.h>
#include <opentelemetry/trace/span_context.h>

#include <memory>
#include <utility>

namespace spanhound::sdk {

// What a SpanContext is made of. Moving one of those copies it.
struct SpanIdentity {
  opentelemetry::trace::TraceId trace_id;
  opentelemetry::trace::SpanId span_id;
  opentelemetry::trace::TraceFlags flags;
  opentelemetry::nostd::shared_ptr<opentelemetry::trace::TraceState> state;
  bool remote = false;

  opentelemetry::trace::SpanContext TakeContext() {
    return {trace_id, span_id, flags, remote, std::move(state)};
  }
};

class PassiveSpan final : public opentelemetry::trace::Span {
 public:
  explicit PassiveSpan(SpanIdentity&& identity) : context_(identity.TakeContext()) {}
  explicit PassiveSpan(const opentelemetry::trace::SpanContext& context) : context_(context) {}

  opentelemetry::trace::SpanContext GetContext() const noexcept override { return context_; }
  bool IsRecording() const noexcept override { return false; }

  void SetAttribute(opentelemetry::nostd::string_view,
                    const opentelemetry::common::AttributeValue&) noexcept override {}
  void AddEvent(opentelemetry::nostd::string_view) noexcept override {}
  void AddEvent(opentelemetry::nostd::string_view,
                opentelemetry::common::SystemTimestamp) noexcept override {}
  void AddEvent(opentelemetry::nostd::string_view,
                const opentelemetry::common::KeyValueIterable&) noexcept override {}
  void AddEvent(opentelemetry::nostd::string_view, opentelemetry::common::SystemTimestamp,
                const opentelemetry::common::KeyValueIterable&) noexcept override {}
  void SetStatus(opentelemetry::trace::StatusCode,
                 opentelemetry::nostd::string_view) noexcept override {}
  void UpdateName(opentelemetry::nostd::string_view) noexcept override {}
  void End(const opentelemetry::trace::EndSpanOptions&) noexcept override {}

 private:
  const opentelemetry::trace::SpanContext context_;
};

// From a SpanIdentity or a SpanContext.
template <typename From>
opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span> MakePassiveSpan(From&& from) {
  return std::shared_ptr<opentelemetry::trace::Span>(
      std::make_shared<PassiveSpan>(std::forward<From>(from)));
}

}  // namespace spanhound::sdk
