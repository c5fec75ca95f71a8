// jaeger-bench: 10 spans a trace, 10 services, 11 string attributes a span drawn from 97 keys with
// 1,000 values each, all different. Hard to compress and hard to index; the shape of Jaeger's own
// benchmark.

#include <array>
#include <bitset>

#include "load/span_encoding.h"
#include "load/workload.h"

namespace spanhound::load {
namespace {

constexpr size_t kSpansPerTrace = 10;
constexpr size_t kServices = 10;
constexpr size_t kOperations = 10;  // a service
constexpr size_t kAttributes = 11;
constexpr size_t kKeys = 97;
constexpr size_t kValues = 1000;
constexpr size_t kValueBytes = 16;
constexpr double kMeanRootMs = 200;
constexpr uint32_t kRareDurationMs = 800;  // about one trace in fifty
constexpr uint64_t kDictionarySeed = 97'000;

std::string TwoDigits(size_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

class JaegerBenchWorkload : public Workload {
 public:
  explicit JaegerBenchWorkload(WorkloadOptions options) : options_(options) {
    for (size_t i = 0; i < kServices; ++i) {
      std::string& resource = resources_.emplace_back();
      AppendStringAttribute(resource, kResourceAttributes, "service.name", ServiceName(i));
      AppendStringAttribute(resource, kResourceAttributes, "telemetry.sdk.language", "cpp");
      AppendStringAttribute(resource, kResourceAttributes, "telemetry.sdk.name", "opentelemetry");
    }
    for (size_t i = 0; i < kOperations; ++i) operations_.push_back("operation-" + TwoDigits(i));
    for (size_t key = 0; key < kKeys; ++key) {
      AppendStringAttribute(attribute_heads_[key], kSpanAttributes, "attr_" + TwoDigits(key),
                            std::string(kValueBytes, ' '));
      attribute_heads_[key].resize(attribute_heads_[key].size() - kValueBytes);
    }
  }

  std::string_view Resource(uint32_t number, std::string&) const override {
    return resources_[number];
  }
  uint32_t rare_duration_ms() const override { return kRareDurationMs; }
  size_t SpanCount(uint64_t) const override { return kSpansPerTrace; }

  void AppendTrace(uint64_t trace_number, SpanQueue& queue) const override {
    SeededRandom random = TraceRandom(options_.seed, trace_number);
    model::TraceId trace_id = NextTraceId(random);
    std::array<SpanHead, kSpansPerTrace> heads;
    for (size_t i = 0; i < kSpansPerTrace; ++i) {
      uint64_t service = random.Below(kServices);
      heads[i] = MakeHead(random, trace_id, heads.data(), i);
      std::string& span = queue.BeginSpan();
      AppendSpanHead(span, heads[i]);
      AppendAttributes(random, span);
      queue.EndSpan(static_cast<uint32_t>(service), trace_id);
    }
  }

 private:
  static std::string ServiceName(size_t index) { return "service-" + TwoDigits(index); }
  // All of one length. Worked out each time: a table of all of them would miss the cache every
  // time, and push the server's data out of it.
  static void AppendValue(std::string& out, size_t key, size_t value) {
    SeededRandom random(kDictionarySeed + key * kValues + value);
    uint64_t bits = random.Next();
    std::array<char, kValueBytes> text{'v', 'a', 'l', 'u', 'e', '-'};
    for (size_t i = 6; i < kValueBytes; ++i, bits >>= 4) text[i] = "0123456789abcdef"[bits & 15];
    out.append(text.data(), text.size());
  }

  // Span `index` of a trace; the ones before it are in `heads`. Children lie within their parent.
  SpanHead MakeHead(Random& random, const model::TraceId& trace_id, const SpanHead* heads,
                    size_t index) const {
    SpanHead head;
    head.trace_id = trace_id;
    head.span_id = NextSpanId(random);
    head.name = operations_[random.Below(kOperations)];
    if (index == 0) {
      head.kind = model::SpanKind::kServer;
      head.start_unix_nanos = NextStartNanos(random, options_);
      head.end_unix_nanos = head.start_unix_nanos + NextDurationNanos(random, kMeanRootMs);
      return head;
    }
    const SpanHead& parent = heads[random.Below(index)];
    head.parent_span_id = parent.span_id;
    head.kind = random.Below(2) == 0 ? model::SpanKind::kInternal : model::SpanKind::kClient;
    uint64_t room = parent.end_unix_nanos - parent.start_unix_nanos;
    uint64_t delay = random.Below(room / 2 + 1);
    head.start_unix_nanos = parent.start_unix_nanos + delay;
    head.end_unix_nanos = head.start_unix_nanos + random.Below(room - delay + 1);
    return head;
  }

  void AppendAttributes(Random& random, std::string& span) const {
    std::bitset<kKeys> used;
    for (size_t i = 0; i < kAttributes; ++i) {
      size_t key = random.Below(kKeys);
      while (used[key]) key = random.Below(kKeys);
      used[key] = true;
      span.append(attribute_heads_[key]);
      AppendValue(span, key, random.Below(kValues));
    }
  }

  const WorkloadOptions options_;
  std::vector<std::string> resources_;
  std::vector<std::string> operations_;
  std::array<std::string, kKeys> attribute_heads_;  // encoded up to the value
};

}  // namespace

std::unique_ptr<Workload> CreateJaegerBenchWorkload(WorkloadOptions options) {
  return std::make_unique<JaegerBenchWorkload>(options);
}

}  // namespace spanhound::load
