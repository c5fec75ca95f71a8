// many-keys: ten attributes a span, each time the next ten of a million keys: what somebody sends
// who puts ids into attribute keys. A column, a filter entry or a name kept for every key meets its
// limit here.

#include "load/span_encoding.h"
#include "load/workload.h"

namespace spanhound::load {
namespace {

constexpr uint64_t kKeys = 1'000'000;
constexpr uint64_t kKeysPerSpan = 10;
constexpr uint64_t kValues = 100;
constexpr double kMeanMs = 20;
constexpr uint32_t kRareDurationMs = 80;

class ManyKeysWorkload : public Workload {
 public:
  explicit ManyKeysWorkload(WorkloadOptions options) : options_(options) {
    AppendStringAttribute(resource_, kResourceAttributes, "service.name", "importer");
  }

  std::string_view Resource(uint32_t, std::string&) const override { return resource_; }
  size_t SpanCount(uint64_t) const override { return 1; }
  uint32_t rare_duration_ms() const override { return kRareDurationMs; }

  void AppendTrace(uint64_t trace_number, SpanQueue& queue) const override {
    SeededRandom random = TraceRandom(options_.seed, trace_number);
    SpanHead head{.trace_id = NextTraceId(random),
                  .span_id = NextSpanId(random),
                  .parent_span_id = {},
                  .name = "import",
                  .start_unix_nanos = NextStartNanos(random, options_)};
    head.end_unix_nanos = head.start_unix_nanos + NextDurationNanos(random, kMeanMs);
    std::string& span = queue.BeginSpan();
    AppendSpanHead(span, head);
    for (uint64_t i = 0; i < kKeysPerSpan; ++i) {
      uint64_t key = (trace_number * kKeysPerSpan + i) % kKeys;
      AppendStringAttribute(span, kSpanAttributes, "row." + std::to_string(key),
                            "state-" + std::to_string(random.Below(kValues)));
    }
    queue.EndSpan(0, head.trace_id);
  }

 private:
  const WorkloadOptions options_;
  std::string resource_;
};

}  // namespace

std::unique_ptr<Workload> CreateManyKeysWorkload(WorkloadOptions options) {
  return std::make_unique<ManyKeysWorkload>(options);
}

}  // namespace spanhound::load
