#include "load/workload.h"

#include <cmath>
#include <cstring>

namespace spanhound::load {

namespace {

struct NamedWorkload {
  std::string name;
  std::unique_ptr<Workload> (*create)(WorkloadOptions options);
};

const std::vector<NamedWorkload>& Workloads() {
  static const std::vector<NamedWorkload> workloads = {
      {"shop", CreateShopWorkload},
      {"jaeger-bench", CreateJaegerBenchWorkload},
      {"many-services", CreateManyServicesWorkload},
      {"many-keys", CreateManyKeysWorkload},
      {"huge-trace", CreateHugeTraceWorkload},
  };
  return workloads;
}

}  // namespace

Result<std::unique_ptr<Workload>> Workload::Create(std::string_view name, WorkloadOptions options) {
  for (const NamedWorkload& workload : Workloads()) {
    if (name == workload.name) return workload.create(options);
  }
  return InvalidArgument("unknown workload " + std::string(name));
}

const std::vector<std::string>& WorkloadNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const NamedWorkload& workload : Workloads()) out.push_back(workload.name);
    return out;
  }();
  return names;
}

SeededRandom TraceRandom(uint64_t seed, uint64_t trace_number) {
  // Two rounds, so that neighbouring numbers and seeds share nothing.
  return SeededRandom(SeededRandom(SeededRandom(seed).Next() ^ trace_number).Next());
}

model::TraceId NextTraceId(Random& random) {
  model::TraceId id;
  for (size_t i = 0; i < 2; ++i) {
    uint64_t half = random.Next() | 1;  // never all zero
    std::memcpy(id.bytes.data() + 8 * i, &half, 8);
  }
  return id;
}

model::SpanId NextSpanId(Random& random) {
  model::SpanId id;
  uint64_t bits = random.Next() | 1;
  std::memcpy(id.bytes.data(), &bits, 8);
  return id;
}

uint64_t NextDurationNanos(Random& random, double mean_ms) {
  return 1000 + static_cast<uint64_t>(-std::log(1.0 - random.Unit()) * mean_ms * 1e6);
}

uint64_t NextStartNanos(Random& random, const WorkloadOptions& options) {
  return options.base_unix_nanos -
         static_cast<uint64_t>(random.Unit() * options.time_spread_seconds * 1e9);
}

}  // namespace spanhound::load
