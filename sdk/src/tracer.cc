#include "tracer.h"

#include <opentelemetry/trace/context.h>
#include <opentelemetry/trace/span_context_kv_iterable.h>

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>

#include "context_entry.h"
#include "current_context.h"
#include "fork_hooks.h"
#include "passive_span.h"
#include "random_ids.h"
#include "remote_parent.h"
#include "spanhound/attribute.h"
#include "trace_states.h"
#include "wall_clock.h"

namespace spanhound::sdk {
namespace {

namespace common = opentelemetry::common;
namespace nostd = opentelemetry::nostd;
namespace sdk_trace = opentelemetry::sdk::trace;
namespace trace = opentelemetry::trace;
using OtelSpan = nostd::shared_ptr<trace::Span>;

// Outlives the provider: every tracer and span has a hand on it.
struct Shared : SpanPipeline {
  std::unique_ptr<sdk_trace::Sampler> sampler;
  std::atomic<bool> stopped{false};
  WallClock wall_clock{[] {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::int64_t>(std::chrono::nanoseconds(now).count());
  }};
};

// `span` is as it was told, or empty.
struct Parent {
  trace::SpanContext span;
  SamplingWish wish;
};

// Without the trace state others have, and so without a share in its count.
trace::SpanContext NoParent() {
  return {trace::TraceId(), trace::SpanId(), trace::TraceFlags(), false,
          nostd::shared_ptr<trace::TraceState>()};
}

Parent ParentIn(const Context& context) {
  const trace::Span* const span = SpanIn(context);
  if (span == nullptr) return {NoParent(), WishIn(context)};
  return {span->GetContext(), WishIn(context)};
}

// A span given is the parent; so is the span of a context given, unless it is marked as root. Else
// the current one.
Parent FindParent(const trace::StartSpanOptions& options) {
  if (const auto* const span = absl::get_if<trace::SpanContext>(&options.parent)) {
    if (span->IsValid()) return {*span, SamplingWish::kNone};
  } else if (const auto* const context = absl::get_if<Context>(&options.parent)) {
    Parent found = ParentIn(*context);
    const bool told = found.span.IsValid() || found.wish != SamplingWish::kNone;
    if (told || trace::IsRootSpan(*context)) return found;
  }
  return ParentIn(ContextOfThisThread());
}

// What the sampler wants, or else what the parent has.
nostd::shared_ptr<trace::TraceState> StateOf(nostd::shared_ptr<trace::TraceState> wanted,
                                             const trace::SpanContext& parent) {
  auto state = wanted != nullptr ? std::move(wanted) : parent.trace_state();
  return state == nullptr || state->Empty() ? EmptyTraceState() : state;
}

class TracerImpl final : public trace::Tracer {
 public:
  TracerImpl(std::shared_ptr<Shared> shared, const Scope* scope)
      : shared_(std::move(shared)), scope_(scope) {}

  OtelSpan StartSpan(nostd::string_view name, const common::KeyValueIterable& attributes,
                     const trace::SpanContextKeyValueIterable& links,
                     const trace::StartSpanOptions& options) noexcept override;

  void ForceFlushWithMicroseconds(std::uint64_t timeout) noexcept override {
    shared_->sink->Flush(timeout);
  }
  void CloseWithMicroseconds(std::uint64_t timeout) noexcept override {
    shared_->sink->Flush(timeout);
  }

 private:
  sdk_trace::SamplingResult Sample(const trace::SpanContext& parent, SamplingWish wish,
                                   const trace::TraceId& trace_id, nostd::string_view name,
                                   const common::KeyValueIterable& attributes,
                                   const trace::SpanContextKeyValueIterable& links,
                                   trace::SpanKind kind) const;

  const std::shared_ptr<Shared> shared_;
  const Scope* const scope_;
};

sdk_trace::SamplingResult TracerImpl::Sample(const trace::SpanContext& parent, SamplingWish wish,
                                             const trace::TraceId& trace_id,
                                             nostd::string_view name,
                                             const common::KeyValueIterable& attributes,
                                             const trace::SpanContextKeyValueIterable& links,
                                             trace::SpanKind kind) const {
  const bool told =
      wish == SamplingWish::kDebug ||
      (!parent.IsValid() && (wish == SamplingWish::kKeep || wish == SamplingWish::kDrop));
  if (told) {
    const bool keep = wish != SamplingWish::kDrop;
    return {keep ? sdk_trace::Decision::RECORD_AND_SAMPLE : sdk_trace::Decision::DROP, nullptr,
            parent.trace_state()};
  }
  // Nobody has decided yet: samplers are to see a root.
  if (wish == SamplingWish::kDecide) {
    auto result = shared_->sampler->ShouldSample(trace::SpanContext::GetInvalid(), trace_id, name,
                                                 kind, attributes, links);
    result.trace_state = parent.trace_state();
    return result;
  }
  return shared_->sampler->ShouldSample(parent, trace_id, name, kind, attributes, links);
}

OtelSpan TracerImpl::StartSpan(nostd::string_view name, const common::KeyValueIterable& attributes,
                               const trace::SpanContextKeyValueIterable& links,
                               const trace::StartSpanOptions& options) noexcept {
  static const trace::SpanContext& nobody =
      *new trace::SpanContext(trace::SpanContext::GetInvalid());
  const Parent found = FindParent(options);
  const bool root = !found.span.IsValid();
  const trace::SpanContext& parent = root ? nobody : found.span;
  SpanIdentity identity{root ? RandomTraceId() : parent.trace_id(), RandomSpanId(), {}, {}};
  auto sampled =
      shared_->stopped.load(std::memory_order_relaxed)
          ? sdk_trace::SamplingResult{sdk_trace::Decision::DROP, nullptr, {}}
          : Sample(parent, found.wish, identity.trace_id, name, attributes, links, options.kind);
  const auto random = root ? trace::TraceFlags::kIsRandom
                           : parent.trace_flags().flags() & trace::TraceFlags::kIsRandom;
  const int flags = random | (sampled.IsSampled() ? trace::TraceFlags::kIsSampled : 0);
  identity.flags = trace::TraceFlags(static_cast<std::uint8_t>(flags));
  identity.state = StateOf(std::move(sampled.trace_state), parent);
  if (!sampled.IsRecording()) return MakePassiveSpan(std::move(identity));
  const auto told_system = options.start_system_time.time_since_epoch();
  const auto told_steady = options.start_steady_time.time_since_epoch();
  const auto steady = told_steady.count() != 0 ? RecordingSpan::SteadyClock::time_point(told_steady)
                                               : RecordingSpan::SteadyClock::now();
  const std::int64_t start_ns = told_system.count() != 0
                                    ? std::chrono::nanoseconds(told_system).count()
                                    : shared_->wall_clock.At(steady);
  auto span = std::make_shared<RecordingSpan>(
      shared_, scope_, std::move(identity),
      RecordingSpan::Start{root ? trace::SpanId() : parent.span_id(), parent.IsRemote(),
                           options.kind, ToStd(name), start_ns, steady});
  SpanBuffer& buffer = span->buffer();
  attributes.ForEachKeyValue([&](nostd::string_view key, const common::AttributeValue& value) {
    buffer.SetAttribute(ToStd(key), value);
    return true;
  });
  if (sampled.attributes != nullptr) {
    for (const auto& [key, value] : *sampled.attributes) buffer.SetAttribute(key, value);
  }
  links.ForEachKeyValue([&](trace::SpanContext target, const common::KeyValueIterable& about) {
    buffer.AddLink(target, about);
    return true;
  });
  return std::shared_ptr<trace::Span>(std::move(span));
}

class Provider final : public StoppableTracerProvider {
 public:
  explicit Provider(TracerSettings settings) {
    shared_->limits = settings.limits;
    shared_->sink = std::move(settings.sink);
    shared_->sampler = std::move(settings.sampler);
    fork_.emplace(ForkCallbacks{.before = [this] { mutex_.lock(); },
                                .in_parent = [this] { mutex_.unlock(); },
                                .in_child = [this] { mutex_.unlock(); }});
  }

  nostd::shared_ptr<trace::Tracer> GetTracer(nostd::string_view name, nostd::string_view version,
                                             nostd::string_view schema_url) noexcept override {
    const auto key = std::make_tuple(ToStd(name), ToStd(version), ToStd(schema_url));
    for (const auto& each : first_) {
      const auto* const known = each.load(std::memory_order_acquire);
      if (known == nullptr) break;
      if (known->first == key) return known->second;
    }
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = tracers_.find(key); found != tracers_.end()) return found->second;
    }
    // Not under the lock, which fork() may take before or after that of the scopes.
    const Scope* const scope =
        InternScope({std::string(name), std::string(version), std::string(schema_url)});
    std::shared_ptr<trace::Tracer> made = std::make_shared<TracerImpl>(shared_, scope);
    const std::lock_guard lock(mutex_);
    if (tracers_.size() >= kScopesMax) return made;
    const auto [added, is_new] = tracers_.emplace(key, made);
    const std::size_t count = tracers_.size();
    if (is_new && count <= kFirst) first_[count - 1].store(&*added, std::memory_order_release);
    return added->second;
  }

  void Stop() override { shared_->stopped = true; }

 private:
  using Key = std::tuple<std::string, std::string, std::string>;
  using Tracers = std::map<Key, std::shared_ptr<trace::Tracer>, std::less<>>;
  static constexpr std::size_t kFirst = 16;  // middleware asks for every request

  const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  std::mutex mutex_;
  Tracers tracers_;  // none is ever removed
  std::array<std::atomic<const Tracers::value_type*>, kFirst> first_ =
      {};  // found without the lock
  std::optional<ForkRegistration> fork_;
};

}  // namespace

std::shared_ptr<StoppableTracerProvider> MakeTracerProvider(TracerSettings settings) {
  return std::make_shared<Provider>(std::move(settings));
}

}  // namespace spanhound::sdk
