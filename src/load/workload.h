// Workload: traces by number. Trace n is a pure function of the seed and n, so that runs repeat,
// any thread may make any trace, and a query run knows what a load run has sent without having
// kept it. Const after making; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/status.h"
#include "load/span_queue.h"
#include "model/ids.h"

namespace spanhound::load {

struct WorkloadOptions {
  uint64_t seed = 1;
  uint64_t base_unix_nanos = 0;     // traces start before it ...
  double time_spread_seconds = 60;  // ... by up to so much
};

class Workload : public ResourceTable {
 public:
  // One of WorkloadNames(); INVALID_ARGUMENT for any other name.
  static Result<std::unique_ptr<Workload>> Create(std::string_view name, WorkloadOptions options);

  virtual void AppendTrace(uint64_t trace_number, SpanQueue& queue) const = 0;
  virtual size_t SpanCount(uint64_t trace_number) const = 0;
  // The attribute a question for few spans is about; "": any will do.
  virtual std::string_view rare_key() const { return ""; }
  // Longer than nearly every span, shorter than some.
  virtual uint32_t rare_duration_ms() const = 0;
};

const std::vector<std::string>& WorkloadNames();

// The numbers trace `trace_number` is made of. Its first two are the trace id.
SeededRandom TraceRandom(uint64_t seed, uint64_t trace_number);
model::TraceId NextTraceId(Random& random);
model::SpanId NextSpanId(Random& random);
// Exponential with that mean: many short, few long.
uint64_t NextDurationNanos(Random& random, double mean_ms);
uint64_t NextStartNanos(Random& random, const WorkloadOptions& options);

std::unique_ptr<Workload> CreateJaegerBenchWorkload(WorkloadOptions options);
std::unique_ptr<Workload> CreateShopWorkload(WorkloadOptions options);
// The cases that a memory budget has to survive.
std::unique_ptr<Workload> CreateManyServicesWorkload(WorkloadOptions options);
std::unique_ptr<Workload> CreateManyKeysWorkload(WorkloadOptions options);
std::unique_ptr<Workload> CreateHugeTraceWorkload(WorkloadOptions options);

}  // namespace spanhound::load
