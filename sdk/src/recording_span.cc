#include "recording_span.h"

#include <algorithm>
#include <mutex>
#include <string_view>
#include <typeinfo>
#include <utility>

#include "remote_parent.h"

namespace spanhound::sdk {

namespace common = opentelemetry::common;
namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

namespace {

common::SystemTimestamp Now() { return std::chrono::system_clock::now(); }

}  // namespace

RecordingSpan::RecordingSpan(std::shared_ptr<const SpanPipeline> pipeline, const Scope* scope,
                             SpanIdentity&& identity, const Start& start)
    : pipeline_(std::move(pipeline)),
      scope_(scope),
      context_(identity.TakeContext()),
      parent_(start.parent),
      start_ns_(start.time_ns),
      steady_start_(start.steady),
      buffer_(pipeline_->limits, {context_, start.parent, start.parent_is_remote, start.kind,
                                  start.name, start.time_ns}) {}

// Most spans have ended, and those ask no clock.
RecordingSpan::~RecordingSpan() {
  if (IsRecording()) End({});
}

const RecordingSpan* RecordingSpan::From(const trace::Span& span) {
  const bool ours = typeid(span) == typeid(RecordingSpan);
  return ours ? static_cast<const RecordingSpan*>(&span) : nullptr;
}

template <typename Change>
void RecordingSpan::IfRecording(Change change) {
  const std::lock_guard lock(lock_);
  if (!ended_) change(buffer_);
}

void RecordingSpan::SetAttribute(nostd::string_view key,
                                 const common::AttributeValue& value) noexcept {
  IfRecording([&](SpanBuffer& buffer) { buffer.SetAttribute(ToStd(key), value); });
}

void RecordingSpan::AddEvent(nostd::string_view name) noexcept { AddEvent(name, Now()); }

void RecordingSpan::AddEvent(nostd::string_view name, common::SystemTimestamp time) noexcept {
  IfRecording([&](SpanBuffer& buffer) {
    buffer.AddEvent(ToStd(name), time.time_since_epoch().count(), nullptr);
  });
}

void RecordingSpan::AddEvent(nostd::string_view name,
                             const common::KeyValueIterable& attributes) noexcept {
  AddEvent(name, Now(), attributes);
}

void RecordingSpan::AddEvent(nostd::string_view name, common::SystemTimestamp time,
                             const common::KeyValueIterable& attributes) noexcept {
  IfRecording([&](SpanBuffer& buffer) {
    buffer.AddEvent(ToStd(name), time.time_since_epoch().count(), &attributes);
  });
}

void RecordingSpan::SetStatus(trace::StatusCode code, nostd::string_view description) noexcept {
  IfRecording([&](SpanBuffer& buffer) { buffer.SetStatus(code, ToStd(description)); });
}

void RecordingSpan::UpdateName(nostd::string_view name) noexcept {
  IfRecording([&](SpanBuffer& buffer) { buffer.SetName(ToStd(name)); });
}

// The wall clock of the start and the steady clock's difference: a clock that is set meanwhile
// makes no negative spans.
void RecordingSpan::End(const trace::EndSpanOptions& options) noexcept {
  const auto told = options.end_steady_time.time_since_epoch();
  const auto end = told.count() != 0 ? told : SteadyClock::now().time_since_epoch();
  std::string_view bytes;
  {
    const std::lock_guard lock(lock_);
    if (ended_) return;
    ended_ = true;
    const auto duration = std::chrono::nanoseconds(end - steady_start_.time_since_epoch()).count();
    bytes = buffer_.Finish(start_ns_ + std::max<std::int64_t>(duration, 0));
  }
  if (context_.IsSampled()) pipeline_->sink->Add({scope_, bytes});
}

bool RecordingSpan::IsRecording() const noexcept { return !ended_.load(std::memory_order_relaxed); }

}  // namespace spanhound::sdk
