// Adaptive sampling: probabilities that give each operation of each service about as many sampled
// traces as asked for, worked out from the traces that are stored. A root span that was sampled
// with probability p says so in its tags (sampler.type, sampler.param) and stands for 1/p traces;
// their sum over the last minutes is the traffic, and target / traffic is the new probability. So
// nothing has to be counted at the doors, and nothing is forgotten by a restart. Clients' lower
// bound (sampler.type "lowerbound") keeps rare operations known: one that is seen only through it
// gets twice the probability it has.
#pragma once

#include <cstdint>

#include "base/metrics.h"
#include "base/status.h"
#include "store/store.h"
#include "wire/jaeger/sampling.h"

namespace spanhound::ingest {

// The defaults are Jaeger's.
struct AdaptiveSamplingOptions {
  double target_per_second = 1;        // sampled traces of one operation
  double initial_probability = 0.001;  // of what was not seen yet
  double probability_min = 1e-5;
  double lower_bound_per_second = 1.0 / 60;  // what clients sample whatever the probability is
  uint32_t window_seconds = 600;             // the traffic of so long ago counts
};

// Past this, further operations keep the initial probability: each is a line in every answer.
inline constexpr size_t kAdaptiveOperationsMax = 10'000;

// Of a tenant nothing was read of yet: the initial probability for every operation.
wire::SamplingStrategies InitialStrategies(const AdaptiveSamplingOptions& options);

// Reads the tenant's root spans up to `now_unix_nanos`. `left_out` counts those of operations past
// kAdaptiveOperationsMax. An error of the scan is an error.
Result<wire::SamplingStrategies> AdaptiveStrategies(store::ScanSource& source,
                                                    std::string_view tenant,
                                                    uint64_t now_unix_nanos,
                                                    const AdaptiveSamplingOptions& options,
                                                    Counter& left_out);

}  // namespace spanhound::ingest
