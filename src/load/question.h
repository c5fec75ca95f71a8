// The questions of a query run: which kinds there are, what they are about, and how one is asked
// over HTTP. Pure functions and values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "load/search.h"
#include "load/workload.h"
#include "model/ids.h"

namespace spanhound::load {

inline constexpr size_t kTracesPerAnswer = 20;

// One span of those that were sent, and what can be asked about it.
struct KnownSpan {
  model::TraceId trace_id;
  size_t spans_of_trace = 0;
  std::string service;
  std::string operation;
  std::string key;  // of a rare attribute
  std::string value;
};

// Which spans a kind of question is about.
enum class Want { kAny, kSlow, kError, kRareValue };

// A random one of that kind. Nothing when the trace has none.
std::optional<KnownSpan> DrawSpanOf(const Workload& workload, uint64_t trace_number, Want want,
                                    Random& random);
// Of a random trace below `trace_count`. Nothing when the workload seems to have none.
std::optional<KnownSpan> DrawSpan(const Workload& workload, uint64_t trace_count, Want want,
                                  Random& random);

struct SearchKind {
  std::string name;
  Want want = Want::kAny;
  Search (*make)(const KnownSpan& span, const Workload& workload) = nullptr;
};
// "service", "service + operation", ...
const std::vector<SearchKind>& SearchKinds();

// Microseconds since 1970, both ends included.
struct TimeWindow {
  int64_t start_micros = 0;
  int64_t end_micros = 0;
};
// `path` is that of Jaeger's search API or of the summaries.
std::string SearchTarget(std::string_view path, const Search& search, const TimeWindow& window);

}  // namespace spanhound::load
