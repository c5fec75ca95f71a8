// many-services: every trace is one span of a service of its own, a million services in all. What
// counts services, and each place that keeps one entry a service, meets its limit here.

#include "load/span_encoding.h"
#include "load/workload.h"

namespace spanhound::load {
namespace {

constexpr uint64_t kServices = 1'000'000;
constexpr uint64_t kVersions = 20;
constexpr double kMeanMs = 20;
constexpr uint32_t kRareDurationMs = 80;

class ManyServicesWorkload : public Workload {
 public:
  explicit ManyServicesWorkload(WorkloadOptions options) : options_(options) {}

  std::string_view Resource(uint32_t number, std::string& scratch) const override {
    scratch.clear();
    AppendStringAttribute(scratch, kResourceAttributes, "service.name",
                          "service-" + std::to_string(number));
    AppendStringAttribute(scratch, kResourceAttributes, "service.version",
                          "1.0." + std::to_string(number % kVersions));
    return scratch;
  }
  size_t SpanCount(uint64_t) const override { return 1; }
  uint32_t rare_duration_ms() const override { return kRareDurationMs; }

  void AppendTrace(uint64_t trace_number, SpanQueue& queue) const override {
    SeededRandom random = TraceRandom(options_.seed, trace_number);
    SpanHead head{.trace_id = NextTraceId(random),
                  .span_id = NextSpanId(random),
                  .parent_span_id = {},
                  .name = "GET /",
                  .kind = model::SpanKind::kServer,
                  .start_unix_nanos = NextStartNanos(random, options_)};
    head.end_unix_nanos = head.start_unix_nanos + NextDurationNanos(random, kMeanMs);
    std::string& span = queue.BeginSpan();
    AppendSpanHead(span, head);
    AppendStringAttribute(span, kSpanAttributes, "http.request.method", "GET");
    AppendIntAttribute(span, kSpanAttributes, "http.response.status_code", 200);
    queue.EndSpan(static_cast<uint32_t>(trace_number % kServices), head.trace_id);
  }

 private:
  const WorkloadOptions options_;
};

}  // namespace

std::unique_ptr<Workload> CreateManyServicesWorkload(WorkloadOptions options) {
  return std::make_unique<ManyServicesWorkload>(options);
}

}  // namespace spanhound::load
