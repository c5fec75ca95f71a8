// jaeger-bench: 10 spans a trace, 10 services, 11 string attributes a span drawn from 97 keys with
// 1,000 values each, all different. Hard to compress and hard to index; the shape of Jaeger's own
// benchmark.

#include <array>
#include <bitset>

#include "base/hex.h"
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
      for (size_t value = 0; value < kValues; ++value) {
        AppendStringAttribute(attributes_, kSpanAttributes, KeyText(key), ValueText(key, value));
      }
    }
    attribute_bytes_ = attributes_.size() / (kKeys * kValues);
  }

  const std::vector<std::string>& resources() const override { return resources_; }
  uint32_t rare_duration_ms() const override { return kRareDurationMs; }
  size_t SpanCount(uint64_t) const override { return kSpansPerTrace; }

  void AppendTrace(uint64_t trace_number, SpanQueue& queue) const override {
    Made made;
    SeededRandom random = TraceRandom(options_.seed, trace_number);
    model::TraceId trace_id = NextTraceId(random);
    std::array<SpanHead, kSpansPerTrace> heads;
    std::string span;
    for (size_t i = 0; i < kSpansPerTrace; ++i) {
      heads[i] = MakeHead(random, trace_id, heads.data(), i, &made);
      span.clear();
      AppendSpanHead(span, heads[i]);
      AppendAttributes(random, span, &made);
      queue.Add(static_cast<uint32_t>(made.service), trace_id, span);
    }
  }

  TraceSample Sample(uint64_t trace_number) const override {
    Made made;
    SeededRandom random = TraceRandom(options_.seed, trace_number);
    model::TraceId trace_id = NextTraceId(random);
    SpanHead root = MakeHead(random, trace_id, nullptr, 0, &made);
    std::string span;
    AppendAttributes(random, span, &made);
    return {trace_id,
            ServiceName(made.service),
            std::string(root.name),
            KeyText(made.key),
            ValueText(made.key, made.value),
            root.end_unix_nanos - root.start_unix_nanos};
  }

 private:
  // What was drawn for the latest span, and the last of its attributes.
  struct Made {
    size_t service = 0, key = 0, value = 0;
  };

  static std::string ServiceName(size_t index) { return "service-" + TwoDigits(index); }
  static std::string KeyText(size_t key) { return "attr_" + TwoDigits(key); }
  // All of one length, so that attributes_ can be indexed.
  static std::string ValueText(size_t key, size_t value) {
    SeededRandom random(kDictionarySeed + key * kValues + value);
    return "value-" + NextSpanId(random).ToHex().substr(0, 10);
  }

  // Span `index` of a trace; the ones before it are in `heads`. Children lie within their parent.
  SpanHead MakeHead(Random& random, const model::TraceId& trace_id, const SpanHead* heads,
                    size_t index, Made* made) const {
    SpanHead head;
    head.trace_id = trace_id;
    head.span_id = NextSpanId(random);
    made->service = random.Below(kServices);
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

  void AppendAttributes(Random& random, std::string& span, Made* made) const {
    std::bitset<kKeys> used;
    for (size_t i = 0; i < kAttributes; ++i) {
      size_t key = random.Below(kKeys);
      while (used[key]) key = random.Below(kKeys);
      used[key] = true;
      size_t value = random.Below(kValues);
      span.append(attributes_, (key * kValues + value) * attribute_bytes_, attribute_bytes_);
      made->key = key;
      made->value = value;
    }
  }

  const WorkloadOptions options_;
  std::vector<std::string> resources_;
  std::vector<std::string> operations_;
  std::string attributes_;  // all pairs of key and value, encoded
  size_t attribute_bytes_ = 0;
};

}  // namespace

std::unique_ptr<Workload> CreateJaegerBenchWorkload(WorkloadOptions options) {
  return std::make_unique<JaegerBenchWorkload>(options);
}

}  // namespace spanhound::load
