// The door to everything stored: questions in, traces and logs out. Reads only through
// store::ScanSource. An Engine may be used from any thread; every call runs on its caller's thread
// until it is done, cancelled or past a limit. The source must outlive the engine.
//
// Errors: INVALID_ARGUMENT for a question that makes no sense, NOT_FOUND for an unknown trace,
// RESOURCE_EXHAUSTED past QueryLimits::memory_bytes_max, DEADLINE_EXCEEDED past
// QueryLimits::run_ms_max, CANCELLED, and what the source reports (DATA_LOSS).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/listing.h"
#include "base/metrics.h"
#include "base/status.h"
#include "model/ids.h"
#include "model/log_batch.h"
#include "model/span_batch.h"
#include "query/traceql/ast.h"

namespace spanhound::store {
class ScanSource;
}

namespace spanhound::query {

class DeadlineWatch;

// What one question may cost. Refusals are counted in spanhound_query_refused_total{limit}.
struct QueryLimits {
  uint32_t run_ms_max = 30'000;              // people and proxies give up about then
  uint64_t memory_bytes_max = 512ull << 20;  // of the answer, its text, and what leads to it
  uint32_t traces_max = 10'000;              // asked for at once
  uint32_t log_records_max = 100'000;        // asked for at once
  uint32_t groups_max = 10'000;              // of a count; nobody reads more
  uint32_t listing_entries_max = 10'000;     // attribute keys or values asked for at once
};

struct EngineOptions {
  QueryLimits limits;
  const Clock* clock = &SystemClock();
  Metrics* metrics = nullptr;  // null: nothing is counted
};

// Half open, nanoseconds since 1970.
struct TimeRange {
  uint64_t min_unix_nanos = 0;
  uint64_t max_unix_nanos = UINT64_MAX;
};

// Stops a running query from another thread. One per query; not reusable once cancelled.
class Cancellation {
 public:
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  const std::atomic<bool>& flag() const { return cancelled_; }

 private:
  std::atomic<bool> cancelled_{false};
};

// Who asks.
struct QueryContext {
  std::string tenant = std::string(model::kDefaultTenant);
  Cancellation* cancellation = nullptr;  // may be null
};

// All stored spans of one trace, by start time, a parent before its children where they start
// together. Exact copies of a span (OTLP retries) are dropped; equal ids with different content
// (Zipkin's shared spans) are kept. Views point into `memory` and, as ever, into `batch`.
struct Trace {
  model::TraceId trace_id;
  model::SpanBatch batch;
  std::vector<std::shared_ptr<const void>> memory;
};

struct TraceSummary {
  struct Service {
    std::string name;
    uint64_t span_count = 0;
    uint64_t error_count = 0;
  };
  model::TraceId trace_id;
  std::string root_service_name;  // of the earliest span without a stored parent
  std::string root_name;
  uint64_t start_unix_nanos = 0;  // of the earliest span
  uint64_t duration_nanos = 0;    // to the latest end
  uint64_t span_count = 0;
  uint64_t error_count = 0;
  std::vector<Service> services;  // by name
};

// Traces with at least one span that starts in `time` and satisfies `filter`.
struct TraceSearch {
  traceql::Expression filter;
  TimeRange time;
  uint32_t limit = 20;
  std::string after = {};  // next_page of the page before; empty: the first one
};

struct TraceSummaries {
  std::vector<TraceSummary> traces;
  std::string next_page;  // empty: nothing more
};

// Spans that start in `time` and satisfy `filter`, by the value of a field; nothing: all together.
struct SpanCountSearch {
  traceql::Expression filter;
  TimeRange time;
  std::optional<traceql::Field> group_by;
};

struct SpanCount {
  std::string value;  // as text; "" if all are counted together
  uint64_t span_count = 0;
};

struct LogSearch {
  std::optional<model::TraceId> trace_id;
  std::optional<model::SpanId> span_id;
  std::string service_name;         // empty: any
  std::string text;                 // in the body or, if that is no text, in its JSON text
  uint8_t min_severity_number = 0;  // records without a severity have 0
  TimeRange time;
  bool newest_first = true;
  uint32_t limit = 1000;
  std::string after;  // Logs::next_page of the page before; empty: the first one
};

// Records in the order asked for.
struct Logs {
  model::LogBatch batch;
  std::vector<std::shared_ptr<const void>> memory;
  std::string next_page;  // empty: nothing more
};

// Where attributes are. Logs have resources and scopes as well; those of spans are meant.
enum class AttributePlace { kSpan, kResource, kScope, kEvent, kLink, kLog };

struct AttributeKeySearch {
  std::optional<AttributePlace> place;  // nothing: all
  std::string prefix;                   // of the keys
  uint32_t limit = 1000;
};

// A key with values of two types is there twice.
struct AttributeKey {
  std::string key;
  AttributePlace place = AttributePlace::kSpan;
  model::ValueType type = model::ValueType::kEmpty;
  uint64_t count = 0;  // an attribute of a resource or scope counts with every span
};

struct AttributeValueSearch {
  AttributePlace place = AttributePlace::kSpan;
  std::string key;
  std::string prefix;  // of the texts of the values
  uint32_t limit = 100;
};

struct AttributeValueCount {
  std::string text;  // model::ToText
  model::ValueType type = model::ValueType::kEmpty;
  uint64_t count = 0;
};

struct Operation {
  std::string name;
  model::SpanKind kind = model::SpanKind::kUnspecified;
  uint64_t span_count = 0;
};

// `parent` called `child` so many times: spans of child whose parent span is of parent.
struct Dependency {
  std::string parent;
  std::string child;
  uint64_t call_count = 0;
};

class Engine {
 public:
  explicit Engine(store::ScanSource& source, EngineOptions options = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // The `limit` traces whose newest matching spans are newest, in that order. So the order of two
  // answers agrees, and a smaller limit gives a prefix of a larger one.
  Result<std::vector<Trace>> FindTraces(const TraceSearch& search,
                                        const QueryContext& context = {});
  // The same traces without their spans: for lists. Every page is of what is stored when it is
  // asked for; a trace that gets newer matching spans meanwhile moves to the front, and no trace is
  // on two pages.
  Result<TraceSummaries> FindTraceSummaries(const TraceSearch& search,
                                            const QueryContext& context = {});

  Result<Trace> GetTrace(model::TraceId trace_id, const QueryContext& context = {});
  // Those that exist, in the order asked for; at most QueryLimits::traces_max ids.
  Result<std::vector<Trace>> GetTraces(std::span<const model::TraceId> trace_ids,
                                       const QueryContext& context = {});
  Result<std::vector<TraceSummary>> SummarizeTraces(std::span<const model::TraceId> trace_ids,
                                                    const QueryContext& context = {});

  Result<Logs> FindLogs(const LogSearch& search, const QueryContext& context = {});

  // The largest first, then by value. Copies of a span that retries left count as well; spans
  // without the attribute to group by do not. OUT_OF_RANGE past QueryLimits::groups_max.
  Result<std::vector<SpanCount>> CountSpans(const SpanCountSearch& search,
                                            const QueryContext& context = {});

  // The listings are not complete where the store has more than it will count for one answer.
  // Sorted by name.
  Result<Listing<std::string>> Services(const QueryContext& context = {});
  // Sorted by name, then kind.
  Result<Listing<Operation>> Operations(std::string_view service_name,
                                        const QueryContext& context = {});
  // The most frequent first, then by key, place and type.
  Result<Listing<AttributeKey>> AttributeKeys(const AttributeKeySearch& search,
                                              const QueryContext& context = {});
  // The most frequent first, then by text and type.
  Result<Listing<AttributeValueCount>> AttributeValues(const AttributeValueSearch& search,
                                                       const QueryContext& context = {});
  // Of the spans that start in `time`, sorted by parent, then child.
  Result<std::vector<Dependency>> Dependencies(TimeRange time, const QueryContext& context = {});

  const Clock& clock() const { return *options_.clock; }
  const QueryLimits& limits() const { return options_.limits; }

 private:
  template <typename Answer, typename Run>
  Result<Answer> RunQuery(const QueryContext& context, Run run);

  store::ScanSource& source_;
  const EngineOptions options_;
  std::unique_ptr<DeadlineWatch> deadlines_;
  Counter* refused_memory_ = nullptr;  // null without metrics
  Counter* refused_time_ = nullptr;
  Counter* refused_groups_ = nullptr;
  Counter* refused_traces_ = nullptr;
  Counter* refused_log_records_ = nullptr;
  Counter* refused_listings_ = nullptr;
  Counter* cancelled_ = nullptr;
};

}  // namespace spanhound::query
