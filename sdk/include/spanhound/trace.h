// Spans, context and baggage in few words, on top of the opentelemetry API:
//
//   sdk::Span span("handle", {{"user", "ada"}});  // a child of the current span, and now current
//   span.AddEvent("cache miss", {{"key", 7}});
//   if (!Work()) span.Fail("no work done");       // ends where the scope does
//
// Everything may be mixed with the plain API: spans started there are seen here and the other way
// round. Without Setup (or with OTEL_SDK_DISABLED) all of it does nothing, cheaply.
//
// Threads: a Span or ContextScope stays on the thread that made it (destroy in reverse order, as
// C++ scopes do). SpanRef and Context are handles to shared state: copy them to other threads
// freely. Texts and attributes given to a call are copied in it.
// Failure: nothing here throws or fails; what a span cannot hold is left out and counted in it.
#pragma once

#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/trace/span.h>
#include <opentelemetry/trace/span_context.h>
#include <opentelemetry/trace/tracer.h>

#include <exception>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spanhound/attribute.h"

namespace spanhound::sdk {

using Context = opentelemetry::context::Context;
using SpanContext = opentelemetry::trace::SpanContext;
using SpanKind = opentelemetry::trace::SpanKind;
using StatusCode = opentelemetry::trace::StatusCode;

// The tracer of the service; with a name, one whose spans carry that scope name.
opentelemetry::nostd::shared_ptr<opentelemetry::trace::Tracer> GetTracer(
    std::string_view scope_name = {});

// Operations on a span, whoever owns it. Dropping a SpanRef does not end the span, unless it was
// the last handle to it.
class SpanRef {
 public:
  using OtelSpan = opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span>;
  explicit SpanRef(OtelSpan span) : span_(std::move(span)) {}

  void Set(const Attribute& attribute);
  void Set(const Attributes& attributes);
  void AddEvent(std::string_view name, const Attributes& attributes = {});
  void SetStatus(StatusCode code, std::string_view description = {});
  void UpdateName(std::string_view name);

  // Adds an `exception` event (exception.type, exception.message). The status stays as it is.
  void RecordError(const std::exception& error);
  void RecordError(std::string_view message, std::string_view type = "error");

  // RecordError and status Error: what one wants when the operation failed.
  void Fail(const std::exception& error);
  void Fail(std::string_view message, std::string_view type = "error");

  void End();

  SpanContext context() const { return span_->GetContext(); }
  bool IsRecording() const { return span_->IsRecording(); }
  std::string trace_id() const;  // lower-case hex; all zeros when there is no span
  std::string span_id() const;
  const OtelSpan& otel() const { return span_; }

 private:
  OtelSpan span_;
};

struct SpanOptions {
  SpanKind kind = SpanKind::kInternal;
  std::optional<Context> parent = {};   // default: the current context
  bool root = false;                    // start a new trace, whatever is current
  std::vector<SpanContext> links = {};  // spans this one is caused by or otherwise belongs to
  std::string_view scope_name = {};     // default: the service's own
};

// Starts a span that does not become current: for work that ends on another thread. End() it.
SpanRef StartSpan(std::string_view name, const Attributes& attributes = {},
                  const SpanOptions& options = {});

// The span of the current context; one that ignores everything when there is none.
SpanRef CurrentSpan();

// Makes a context, or a span in the current context, current on this thread while it lives.
class [[nodiscard]] ContextScope {
 public:
  explicit ContextScope(const Context& context);
  explicit ContextScope(const SpanRef& span);

 private:
  opentelemetry::nostd::unique_ptr<opentelemetry::context::Token> token_;
};

// A span that is current from construction to the end of its scope, and ends there.
class [[nodiscard]] Span : public SpanRef {
 public:
  explicit Span(std::string_view name, const Attributes& attributes = {},
                const SpanOptions& options = {});
  ~Span() { End(); }
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

 private:
  ContextScope scope_;
};

inline Context CurrentContext() { return opentelemetry::context::RuntimeContext::GetCurrent(); }

// By hand: what a request carries to another process, as header names and values. Extract finds
// names in any case, and gives `base` back when there is no context in them: at the door of a
// server nothing is current, so that this is a new trace. Both use the propagators chosen by Setup.
// Carriers for the headers of HTTP libraries and gRPC: propagation.h.
using Carrier = std::map<std::string, std::string>;
void Inject(Carrier& carrier, const Context& context = CurrentContext());
Context Extract(const Carrier& carrier, const Context& base = CurrentContext());

// Baggage: name-value pairs that travel with the context to every service downstream. Names are
// tokens, values printable ASCII (the packaged API leaves out others).
ContextScope SetBaggage(std::string_view key, std::string_view value);  // while the scope lives
Context WithBaggage(const Context& context, std::string_view key, std::string_view value);
std::string GetBaggage(std::string_view key, const Context& context = CurrentContext());  // or ""

}  // namespace spanhound::sdk
