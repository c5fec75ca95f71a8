// Every span operation of docs/user/instrument.md, compiled and run. Each function is one row of
// the table there, in its order. The program checks what it can see of the outcome and exits 1 if
// that is not what the page promises.
#include <opentelemetry/trace/provider.h>
#include <spanhound/log.h>
#include <spanhound/setup.h>
#include <spanhound/trace.h>

#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace sdk = spanhound::sdk;

namespace {

int failures = 0;

void Expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not as documented: %s\n", what);
  ++failures;
}

void CreateSpan() {
  sdk::Span span("hello-span");
  // Work tracked by hello-span. It ends at the end of the scope.
  Expect(span.IsRecording(), "a new span records");
}

void GetCurrentSpan() {
  sdk::Span handler("handler");
  sdk::SpanRef span = sdk::CurrentSpan();
  span.Set({"seen.by", "a function that was given no span"});
  Expect(span.span_id() == handler.span_id(), "the innermost Span is current");
}

std::string ChildFunction() {
  sdk::Span child("child");
  return child.trace_id();
}

void NestSpans() {
  sdk::Span parent("parent");
  Expect(ChildFunction() == parent.trace_id(), "a nested span is in the trace of its parent");
}

void SetAttributes() {
  sdk::Span span("attributesAtCreation", {{"hello", "world"}});
  span.Set({{"isTrue", true}, {"stringAttr", "hi!"}, {"answer", 42}, {"ratio", 0.5}});
}

const sdk::AttributeKey<std::string> kMyKey("myCoolAttribute");

void SetPresetKey() {
  sdk::Span span("preset-key");
  span.Set(kMyKey("a value"));
}

void AddEvents() {
  static std::mutex mutex;
  sdk::Span span("events");
  span.AddEvent("Acquiring lock");
  const std::lock_guard lock(mutex);
  span.AddEvent("Got lock, doing work...");
  span.AddEvent("Cancelled wait due to external signal", {{"pid", 4328}, {"signal", "SIGHUP"}});
}

void OperationThatFails() { throw std::runtime_error("operationThatCouldFail failed"); }

void SetStatus() {
  sdk::Span span("status");
  span.SetStatus(sdk::StatusCode::kError, "operationThatCouldFail failed");
}

void RecordErrors() {
  sdk::Span span("errors");
  try {
    OperationThatFails();
  } catch (const std::exception& error) {
    span.RecordError(error);  // the event alone
    span.Fail(error);         // the event and the status
  }
  span.Fail("no exception here, just a text", "TimeoutError");
}

void LinkSpans() {
  sdk::SpanContext cause = sdk::CurrentSpan().context();
  sdk::Span span("batch", {}, {.root = true, .links = {cause}});
}

void InjectAndExtract() {
  sdk::Carrier headers;
  std::string trace_id;
  {
    sdk::Span client("call", {}, {.kind = sdk::SpanKind::kClient});
    sdk::Inject(headers);  // now holds traceparent, and baggage when there is any
    trace_id = client.trace_id();
  }
  sdk::Context caller = sdk::Extract(headers);
  sdk::Span server("serve", {}, {.kind = sdk::SpanKind::kServer, .parent = caller});
  Expect(headers.contains("traceparent"), "Inject writes traceparent");
  Expect(server.trace_id() == trace_id, "Extract continues the trace of Inject");
}

void UseBaggage() {
  sdk::Carrier headers;
  {
    sdk::ContextScope bag = sdk::SetBaggage("username", "donuts");
    sdk::Inject(headers);
    Expect(sdk::GetBaggage("username") == "donuts", "baggage is there while the scope lives");
  }
  Expect(sdk::GetBaggage("username").empty(), "baggage is gone after the scope");
  sdk::ContextScope caller(sdk::Extract(headers));  // in the other service
  Expect(sdk::GetBaggage("username") == "donuts", "baggage travels in headers");
}

void HandOverToThread() {
  sdk::Span span("parallel");
  std::thread worker([context = sdk::CurrentContext()] {
    sdk::ContextScope scope(context);
    sdk::Span part("part");
    SPANHOUND_INFO("on another thread, in the same trace");
  });
  worker.join();
}

void EndOnAnotherThread() {
  sdk::SpanRef span = sdk::StartSpan("asynchronous");
  std::thread worker([span]() mutable { span.End(); });
  worker.join();
  Expect(!span.IsRecording(), "End works on any thread");
}

void UsePlainApi() {
  sdk::Span outer("outer");
  auto tracer = opentelemetry::trace::Provider::GetTracerProvider()->GetTracer("my-library");
  auto inner = tracer->StartSpan("inner");  // child of outer
  Expect(inner->GetContext().trace_id() == outer.context().trace_id(), "the plain API fits in");
  inner->End();
}

}  // namespace

int main() {
  auto telemetry = sdk::Setup("operations", "1.0", {.resource = {{"environment", "dev"}}});
  for (const auto operation : {CreateSpan, GetCurrentSpan, NestSpans, SetAttributes, SetPresetKey,
                               AddEvents, SetStatus, RecordErrors, LinkSpans, InjectAndExtract,
                               UseBaggage, HandOverToThread, EndOnAnotherThread, UsePlainApi}) {
    operation();
  }
  const sdk::Status lost = telemetry.Shutdown();
  Expect(lost.ok(), lost.message().c_str());
  return failures == 0 ? 0 : 1;
}
