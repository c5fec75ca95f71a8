// `spanhound load --describe`: what a workload really holds, counted from the requests that a run
// would send. Blocks for as long as making them takes.
#pragma once

#include <cstdint>
#include <string>

#include "base/status.h"
#include "load/load.h"

namespace spanhound::load {

struct Range {
  uint64_t min = UINT64_MAX;
  uint64_t max = 0;
  uint64_t sum = 0;
  uint64_t count = 0;

  void Add(uint64_t value);
  double mean() const { return count > 0 ? static_cast<double>(sum) / double(count) : 0; }
};

struct WorkloadFacts {
  uint64_t spans = 0;
  uint64_t traces = 0;
  uint64_t wire_bytes = 0;
  Range spans_per_trace;  // of whole traces: those at the end of a run are cut
  uint64_t services = 0;
  uint64_t span_names = 0;
  uint64_t resources = 0;
  Range attributes_per_span;
  Range attributes_per_resource;
  uint64_t attribute_keys = 0;  // of spans
  uint64_t string_attribute_count = 0;
  Range values_per_key;  // distinct strings
  uint64_t traces_with_error = 0;
  uint64_t exception_events = 0;
  Range stack_bytes;                // of their exception.stacktrace
  double start_spread_seconds = 0;  // from the first root to the last
};

Result<WorkloadFacts> DescribeWorkload(const LoadOptions& options);

std::string WorkloadFactsText(const WorkloadFacts& facts);

}  // namespace spanhound::load
