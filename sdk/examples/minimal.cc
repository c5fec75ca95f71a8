// A traced program in ten lines. OTEL_TRACES_EXPORTER=console prints the span.
#include <spanhound/log.h>
#include <spanhound/setup.h>
#include <spanhound/trace.h>

int main() {
  auto telemetry = spanhound::sdk::Setup("minimal", "1.0");
  spanhound::sdk::Span span("hello-span", {{"hello", "world"}});
  SPANHOUND_INFO("hello from trace {}", span.trace_id());
}
