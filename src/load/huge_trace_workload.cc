// huge-trace: traces of a million spans, as a batch job leaves them that is one trace. Numbers mean
// pieces of a thousand spans here, so that a trace arrives over many connections at once and the
// generator never holds all of it.

#include <array>

#include "load/span_encoding.h"
#include "load/workload.h"

namespace spanhound::load {
namespace {

constexpr uint64_t kPieces = 1000;  // a trace
constexpr size_t kSpansPerPiece = 1000;
constexpr size_t kServices = 10;
constexpr double kMeanRootMs = 60'000;
constexpr double kMeanMs = 20;
constexpr uint32_t kRareDurationMs = 80;

class HugeTraceWorkload : public Workload {
 public:
  explicit HugeTraceWorkload(WorkloadOptions options) : options_(options) {
    for (size_t i = 0; i < kServices; ++i) {
      AppendStringAttribute(resources_[i], kResourceAttributes, "service.name",
                            "worker-" + std::to_string(i));
    }
  }

  std::string_view Resource(uint32_t number, std::string&) const override {
    return resources_[number];
  }
  size_t SpanCount(uint64_t) const override { return kSpansPerPiece; }
  uint32_t rare_duration_ms() const override { return kRareDurationMs; }

  // The first span of the first piece is the root, the first of every other piece its child, the
  // rest are children of that.
  void AppendTrace(uint64_t trace_number, SpanQueue& queue) const override {
    SeededRandom shared = TraceRandom(options_.seed, trace_number / kPieces);
    SeededRandom random = TraceRandom(~options_.seed, trace_number);
    SpanHead root{.trace_id = NextTraceId(shared),
                  .span_id = NextSpanId(shared),
                  .parent_span_id = {},
                  .name = "nightly import",
                  .start_unix_nanos = NextStartNanos(shared, options_)};
    root.end_unix_nanos = root.start_unix_nanos + NextDurationNanos(shared, kMeanRootMs);
    SpanHead parent = root;
    bool is_first_piece = trace_number % kPieces == 0;
    if (!is_first_piece) parent = ChildOf(root, "import part", random);
    AppendSpan(parent, random, queue);
    for (size_t i = 1; i < kSpansPerPiece; ++i) {
      AppendSpan(ChildOf(parent, "import row", random), random, queue);
    }
  }

 private:
  static SpanHead ChildOf(const SpanHead& parent, std::string_view name, Random& random) {
    SpanHead head = parent;
    head.parent_span_id = parent.span_id;
    head.span_id = NextSpanId(random);
    head.name = name;
    uint64_t room = parent.end_unix_nanos - parent.start_unix_nanos;
    uint64_t delay = random.Below(room + 1);
    head.start_unix_nanos = parent.start_unix_nanos + delay;
    uint64_t duration = std::min(NextDurationNanos(random, kMeanMs), room - delay);
    if (name == "import part") duration = room - delay;
    head.end_unix_nanos = head.start_unix_nanos + duration;
    return head;
  }

  static void AppendSpan(const SpanHead& head, Random& random, SpanQueue& queue) {
    std::string& span = queue.BeginSpan();
    AppendSpanHead(span, head);
    AppendStringAttribute(span, kSpanAttributes, "db.system.name", "postgresql");
    AppendIntAttribute(span, kSpanAttributes, "import.row",
                       static_cast<int64_t>(random.Next() >> 40));
    queue.EndSpan(static_cast<uint32_t>(random.Below(kServices)), head.trace_id);
  }

  const WorkloadOptions options_;
  std::array<std::string, kServices> resources_;
};

}  // namespace

std::unique_ptr<Workload> CreateHugeTraceWorkload(WorkloadOptions options) {
  return std::make_unique<HugeTraceWorkload>(options);
}

}  // namespace spanhound::load
