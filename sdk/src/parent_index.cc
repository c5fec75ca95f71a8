#include "parent_index.h"

#include <opentelemetry/sdk/trace/recordable.h>
#include <opentelemetry/trace/span_context.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <unordered_map>

namespace spanhound::sdk {
namespace {

namespace common = opentelemetry::common;
namespace sdk_trace = opentelemetry::sdk::trace;
namespace trace = opentelemetry::trace;

std::uint64_t Key(const trace::SpanId& id) {
  std::uint64_t key = 0;
  std::memcpy(&key, id.Id().data(), sizeof(key));
  return key;
}

// One map for the process, in shards so that threads starting spans do not wait for each other.
class LiveSpans {
 public:
  bool Insert(std::uint64_t span, const trace::SpanId& parent) {
    Shard& shard = Of(span);
    const std::lock_guard lock(shard.mutex);
    if (shard.parents.size() >= kLiveSpansMax / kShards) return false;
    return shard.parents.try_emplace(span, parent).second;
  }
  void Erase(std::uint64_t span) {
    Shard& shard = Of(span);
    const std::lock_guard lock(shard.mutex);
    shard.parents.erase(span);
  }
  std::optional<trace::SpanId> Find(std::uint64_t span) {
    Shard& shard = Of(span);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.parents.find(span);
    if (found == shard.parents.end()) return std::nullopt;
    return found->second;
  }
  std::size_t Count() {
    std::size_t count = 0;
    for (Shard& shard : shards_) {
      const std::lock_guard lock(shard.mutex);
      count += shard.parents.size();
    }
    return count;
  }

 private:
  static constexpr std::size_t kShards = 64;
  struct alignas(64) Shard {
    std::mutex mutex;
    std::unordered_map<std::uint64_t, trace::SpanId> parents;
  };
  Shard& Of(std::uint64_t span) { return shards_[span % kShards]; }  // ids are random

  std::array<Shard, kShards> shards_;
};

LiveSpans& Live() {
  static LiveSpans& live = *new LiveSpans();  // spans may end while statics go away
  return live;
}

// Takes the identity, ignores everything else.
class ParentRecordable : public sdk_trace::Recordable {
 public:
  ~ParentRecordable() override {
    if (inserted_) Live().Erase(span_);
  }
  void SetIdentity(const trace::SpanContext& context, trace::SpanId parent) noexcept override {
    span_ = Key(context.span_id());
    inserted_ = Live().Insert(span_, parent);
  }
  void SetAttribute(opentelemetry::nostd::string_view,
                    const common::AttributeValue&) noexcept override {}
  void AddEvent(opentelemetry::nostd::string_view, common::SystemTimestamp,
                const common::KeyValueIterable&) noexcept override {}
  void AddLink(const trace::SpanContext&, const common::KeyValueIterable&) noexcept override {}
  void SetStatus(trace::StatusCode, opentelemetry::nostd::string_view) noexcept override {}
  void SetName(opentelemetry::nostd::string_view) noexcept override {}
  void SetSpanKind(trace::SpanKind) noexcept override {}
  void SetResource(const opentelemetry::sdk::resource::Resource&) noexcept override {}
  void SetStartTime(common::SystemTimestamp) noexcept override {}
  void SetDuration(std::chrono::nanoseconds) noexcept override {}
  void SetInstrumentationScope(const sdk_trace::InstrumentationScope&) noexcept override {}

 private:
  std::uint64_t span_ = 0;
  bool inserted_ = false;
};

class ParentIndexProcessor : public sdk_trace::SpanProcessor {
 public:
  std::unique_ptr<sdk_trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<ParentRecordable>();
  }
  void OnStart(sdk_trace::Recordable&, const trace::SpanContext&) noexcept override {}
  void OnEnd(std::unique_ptr<sdk_trace::Recordable>&& span) noexcept override { span.reset(); }
  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }
};

}  // namespace

std::optional<trace::SpanId> FindParent(const trace::SpanId& span) {
  return Live().Find(Key(span));
}

std::size_t CountLiveSpans() { return Live().Count(); }

std::unique_ptr<sdk_trace::SpanProcessor> MakeParentIndexProcessor() {
  return std::make_unique<ParentIndexProcessor>();
}

}  // namespace spanhound::sdk
