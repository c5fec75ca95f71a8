// The span of the kit's tracer: an opentelemetry Span over a SpanBuffer.
//
// Threads: any, as the API promises. Failure: none.
#pragma once

#include <opentelemetry/common/spin_lock_mutex.h>
#include <opentelemetry/common/timestamp.h>
#include <opentelemetry/trace/span.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string_view>

#include "encoded_record.h"
#include "passive_span.h"
#include "span_buffer.h"

namespace spanhound::sdk {

// What all spans of a provider share.
struct SpanPipeline {
  SpanLimits limits;
  std::shared_ptr<RecordSink> sink;
};

class RecordingSpan final : public opentelemetry::trace::Span {
 public:
  using SteadyClock = std::chrono::steady_clock;

  struct Start {
    opentelemetry::trace::SpanId parent;
    bool parent_is_remote;
    opentelemetry::trace::SpanKind kind;
    std::string_view name;
    std::int64_t time_ns;
    SteadyClock::time_point steady;
  };
  RecordingSpan(std::shared_ptr<const SpanPipeline> pipeline, const Scope* scope,
                SpanIdentity&& identity, const Start& start);
  ~RecordingSpan() override;

  // The kit's span behind the API's, or null.
  static const RecordingSpan* From(const opentelemetry::trace::Span& span);

  const opentelemetry::trace::SpanId& parent() const { return parent_; }

  // Of the start only, before anyone else knows the span.
  SpanBuffer& buffer() { return buffer_; }

  void SetAttribute(opentelemetry::nostd::string_view key,
                    const opentelemetry::common::AttributeValue& value) noexcept override;
  void AddEvent(opentelemetry::nostd::string_view name) noexcept override;
  void AddEvent(opentelemetry::nostd::string_view name,
                opentelemetry::common::SystemTimestamp time) noexcept override;
  void AddEvent(opentelemetry::nostd::string_view name, opentelemetry::common::SystemTimestamp time,
                const opentelemetry::common::KeyValueIterable& attributes) noexcept override;
  void AddEvent(opentelemetry::nostd::string_view name,
                const opentelemetry::common::KeyValueIterable& attributes) noexcept override;
  void SetStatus(opentelemetry::trace::StatusCode code,
                 opentelemetry::nostd::string_view description) noexcept override;
  void UpdateName(opentelemetry::nostd::string_view name) noexcept override;
  void End(const opentelemetry::trace::EndSpanOptions& options) noexcept override;
  opentelemetry::trace::SpanContext GetContext() const noexcept override { return context_; }
  bool IsRecording() const noexcept override;

 private:
  // Calls change(buffer) unless the span has ended.
  template <typename Change>
  void IfRecording(Change change);

  const std::shared_ptr<const SpanPipeline> pipeline_;
  const Scope* const scope_;
  const opentelemetry::trace::SpanContext context_;
  const opentelemetry::trace::SpanId parent_;
  const std::int64_t start_ns_;
  const SteadyClock::time_point steady_start_;
  opentelemetry::common::SpinLockMutex lock_;  // held for less than a microsecond
  SpanBuffer buffer_;
  std::atomic<bool> ended_{false};  // changes under lock_ only
};

}  // namespace spanhound::sdk
