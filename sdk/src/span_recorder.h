// For the tests of the middleware: a whole tracing pipeline that keeps finished spans in memory.
#pragma once

#include <opentelemetry/baggage/propagation/baggage_propagator.h>
#include <opentelemetry/context/propagation/composite_propagator.h>
#include <opentelemetry/context/propagation/global_propagator.h>
#include <opentelemetry/exporters/memory/in_memory_span_data.h>
#include <opentelemetry/exporters/memory/in_memory_span_exporter_factory.h>
#include <opentelemetry/sdk/trace/simple_processor_factory.h>
#include <opentelemetry/sdk/trace/span_data.h>
#include <opentelemetry/sdk/trace/tracer_provider_factory.h>
#include <opentelemetry/trace/propagation/http_trace_context.h>
#include <opentelemetry/trace/provider.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace spanhound::sdk {

using SpanData = opentelemetry::sdk::trace::SpanData;

// Global provider and propagator while it lives.
class SpanRecorder {
 public:
  SpanRecorder() {
    namespace trace_sdk = opentelemetry::sdk::trace;
    namespace propagation = opentelemetry::context::propagation;
    auto exporter =
        opentelemetry::exporter::memory::InMemorySpanExporterFactory::Create(data_, 4096);
    std::shared_ptr<opentelemetry::trace::TracerProvider> provider =
        trace_sdk::TracerProviderFactory::Create(
            trace_sdk::SimpleSpanProcessorFactory::Create(std::move(exporter)));
    opentelemetry::trace::Provider::SetTracerProvider(provider);
    std::vector<std::unique_ptr<propagation::TextMapPropagator>> both;
    both.push_back(std::make_unique<opentelemetry::trace::propagation::HttpTraceContext>());
    both.push_back(std::make_unique<opentelemetry::baggage::propagation::BaggagePropagator>());
    propagation::GlobalTextMapPropagator::SetGlobalPropagator(
        opentelemetry::nostd::shared_ptr<propagation::TextMapPropagator>(
            new propagation::CompositePropagator(std::move(both))));
  }

  ~SpanRecorder() {
    namespace propagation = opentelemetry::context::propagation;
    opentelemetry::trace::Provider::SetTracerProvider(
        opentelemetry::nostd::shared_ptr<opentelemetry::trace::TracerProvider>(
            new opentelemetry::trace::NoopTracerProvider()));
    propagation::GlobalTextMapPropagator::SetGlobalPropagator(
        opentelemetry::nostd::shared_ptr<propagation::TextMapPropagator>(
            new propagation::NoOpPropagator()));
  }

  // All spans since the last call, once there are `count` of them (or a minute has passed).
  std::vector<std::unique_ptr<SpanData>> Take(std::size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    std::vector<std::unique_ptr<SpanData>> spans;
    while (true) {
      for (auto& span : data_->GetSpans()) spans.push_back(std::move(span));
      if (spans.size() >= count || std::chrono::steady_clock::now() > deadline) return spans;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

 private:
  std::shared_ptr<opentelemetry::exporter::memory::InMemorySpanData> data_;
};

inline std::string Hex(const opentelemetry::trace::TraceId& id) {
  char text[32];
  id.ToLowerBase16(text);
  return std::string(text, sizeof(text));
}

inline std::string Hex(const opentelemetry::trace::SpanId& id) {
  char text[16];
  id.ToLowerBase16(text);
  return std::string(text, sizeof(text));
}

// A text attribute; "" when absent, "#" when it is no text.
inline std::string TextOf(const SpanData& span, std::string_view key) {
  const auto found = span.GetAttributes().find(std::string(key));
  if (found == span.GetAttributes().end()) return "";
  const auto* text = opentelemetry::nostd::get_if<std::string>(&found->second);
  return text == nullptr ? "#" : *text;
}

// An integer attribute; -1 when absent or no integer.
inline std::int64_t IntOf(const SpanData& span, std::string_view key) {
  const auto found = span.GetAttributes().find(std::string(key));
  if (found == span.GetAttributes().end()) return -1;
  const auto* number = opentelemetry::nostd::get_if<std::int64_t>(&found->second);
  return number == nullptr ? -1 : *number;
}

inline std::string NameOf(const SpanData& span) {
  return {span.GetName().data(), span.GetName().size()};
}

}  // namespace spanhound::sdk
