#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <thread>

#include "query/query.h"
#include "query/testing/stored_telemetry.h"
#include "store/scan.h"

namespace spanhound::query {
namespace {

// One endless stream of spans, each of a trace of its own, that stops when it is told to.
class EndlessStream : public store::ScanStream {
 public:
  EndlessStream(store::ScanRequest request, bool repeats, std::atomic<int>* batches)
      : request_(std::move(request)), repeats_(repeats), batches_(batches) {}

  Result<std::optional<store::ColumnBatch>> Next() override {
    ++*batches_;
    if (request_.cancelled->load()) return Status(Code::kCancelled, "the scan was cancelled");
    store::ColumnBatch batch;
    batch.row_count = 1000;
    for (const store::Column& column : request_.columns) batch.columns.push_back(Cells(column));
    return std::optional(std::move(batch));
  }

 private:
  store::ColumnData Cells(const store::Column& column) {
    if (column.field == store::Field::kServiceName) {
      return std::vector<std::string_view>(1000, "endless");
    }
    if (column.field == store::Field::kTime) return std::vector<uint64_t>(1000);
    if (column.field != store::Field::kTraceId) {
      std::vector<model::SpanId> ids(1000);
      for (model::SpanId& id : ids) id = NextId<model::SpanId>();
      return ids;
    }
    std::vector<model::TraceId> ids(1000);
    if (!repeats_) {
      for (model::TraceId& id : ids) id = NextId<model::TraceId>();
    }
    return ids;
  }

  template <typename Id>
  Id NextId() {
    Id id;
    const uint64_t number = ++number_;
    std::memcpy(id.bytes.data() + Id::kSize - 8, &number, 8);
    return id;
  }

  const store::ScanRequest request_;
  const bool repeats_;
  std::atomic<int>* const batches_;
  uint64_t number_ = 0;
};

class EndlessSource : public store::ScanSource {
 public:
  Result<std::unique_ptr<store::ScanStream>> Scan(store::ScanRequest request) override {
    return std::unique_ptr<store::ScanStream>(
        std::make_unique<EndlessStream>(std::move(request), repeats, &batches));
  }
  Result<std::vector<store::GroupCount>> Count(store::CountRequest request) override {
    return Status(Code::kOutOfRange, "more than " + std::to_string(request.groups_max));
  }
  Result<Listing<std::string>> Services(std::string_view) override {
    return Unavailable("the disk is gone");
  }
  Result<Listing<store::OperationEntry>> Operations(std::string_view, std::string_view) override {
    return Unavailable("the disk is gone");
  }
  Result<Listing<store::AttributeKeyEntry>> AttributeKeys(const store::AttributeRequest&) override {
    return Unavailable("the disk is gone");
  }
  Result<Listing<store::AttributeValueEntry>> AttributeValues(
      const store::AttributeRequest&) override {
    return Unavailable("the disk is gone");
  }

  bool repeats = false;  // all spans of one trace
  std::atomic<int> batches = 0;
};

TEST(QueryLimits, LongQueriesEndAtTheDeadline) {
  EndlessSource source;
  source.repeats = true;
  Metrics metrics;
  EngineOptions options;
  options.limits.run_ms_max = 20;
  options.metrics = &metrics;
  Engine engine(source, options);
  const auto traces = engine.FindTraces({.filter = {}, .time = {}, .limit = 2});
  ASSERT_FALSE(traces.ok());
  EXPECT_EQ(traces.status().code(), Code::kDeadlineExceeded);
  EXPECT_NE(metrics.PrometheusText().find("spanhound_query_refused_total{limit=\"time\"} 1"),
            std::string::npos);
}

TEST(QueryLimits, MemoryIsBounded) {
  EndlessSource source;
  Metrics metrics;
  EngineOptions options;
  options.limits.memory_bytes_max = 1 << 20;
  options.metrics = &metrics;
  Engine engine(source, options);
  const auto calls = engine.Dependencies({});
  ASSERT_FALSE(calls.ok());
  EXPECT_EQ(calls.status().code(), Code::kResourceExhausted);
  EXPECT_LT(source.batches, 100);
  EXPECT_NE(metrics.PrometheusText().find("spanhound_query_refused_total{limit=\"memory\"} 1"),
            std::string::npos);
}

TEST(QueryLimits, LargeTracesAreRefusedButSummarised) {
  std::vector<std::string> lines = {"trace 1"};
  for (int i = 0; i < 200; ++i) lines.emplace_back("shop step @0ms +1ms");
  StoredTelemetry telemetry(lines, {}, StoredAs::kHead);
  EngineOptions options;
  options.limits.memory_bytes_max = 64 << 10;
  Engine engine(telemetry.store(), options);
  const auto summaries = engine.FindTraceSummaries({.filter = {}, .time = {}, .limit = 1});
  ASSERT_TRUE(summaries.ok()) << summaries.status().ToString();
  EXPECT_EQ(summaries->traces.at(0).span_count, 200u);
  const auto trace = engine.GetTrace(summaries->traces.at(0).trace_id);
  ASSERT_FALSE(trace.ok());
  EXPECT_EQ(trace.status().code(), Code::kResourceExhausted);
  EXPECT_NE(trace.status().message().find("for summaries"), std::string::npos);
}

// Few bytes in the store, many in the answer, which repeats them.
constexpr uint64_t kSmallMemoryBytes = 2 << 20;

EngineOptions WithSmallMemory() {
  EngineOptions options;
  options.limits.memory_bytes_max = kSmallMemoryBytes;
  return options;
}

TEST(QueryLimits, ResourcesCountWithEveryLogRecordThatNamesThem) {
  const std::string service(20'000, 's');
  std::vector<std::string> lines;
  for (int i = 0; i < 200; ++i) {
    lines.push_back("@" + std::to_string(i) + "ms " + service + " INFO \"sold\"");
  }
  StoredTelemetry telemetry({}, lines, StoredAs::kHead);
  Engine engine(telemetry.store(), WithSmallMemory());
  LogSearch search;
  search.limit = 10;
  EXPECT_TRUE(engine.FindLogs(search).ok());
  search.limit = 200;
  EXPECT_EQ(engine.FindLogs(search).status().code(), Code::kResourceExhausted);
}

TEST(QueryLimits, ResourcesCountWithEveryTraceThatNamesThem) {
  const std::string resource = " resource.large=\"" + std::string(20'000, 'x') + "\"";
  std::vector<std::string> lines;
  for (int i = 1; i <= 200; ++i) {
    lines.push_back("trace " + std::to_string(i));
    lines.push_back("shop buy @0ms +1ms" + resource);
  }
  StoredTelemetry telemetry(lines, {}, StoredAs::kHead);
  Engine engine(telemetry.store(), WithSmallMemory());
  EXPECT_TRUE(engine.FindTraces({.filter = {}, .time = {}, .limit = 10}).ok());
  EXPECT_EQ(engine.FindTraces({.filter = {}, .time = {}, .limit = 200}).status().code(),
            Code::kResourceExhausted);
  EXPECT_TRUE(engine.FindTraceSummaries({.filter = {}, .time = {}, .limit = 200}).ok());
}

TEST(QueryLimits, NamesOfServicesCountWithEveryCall) {
  constexpr int kServices = 40;
  std::vector<std::string> lines = {"trace 1"};
  const auto add_span = [&lines](std::string_view indent, int service) {
    lines.push_back(std::string(indent) + std::string(1000, 's') + std::to_string(service) +
                    " call @0ms +1ms");
  };
  for (int parent = 0; parent < kServices; ++parent) {
    add_span("", parent);
    for (int child = 0; child < kServices; ++child) add_span("  ", child);
  }
  StoredTelemetry telemetry(lines, {}, StoredAs::kHead);
  const auto calls = Engine(telemetry.store()).Dependencies({});
  ASSERT_TRUE(calls.ok()) << calls.status().ToString();
  EXPECT_EQ(calls->size(), size_t{kServices * (kServices - 1)});
  EXPECT_EQ(Engine(telemetry.store(), WithSmallMemory()).Dependencies({}).status().code(),
            Code::kResourceExhausted);
}

TEST(QueryLimits, GroupsAreBounded) {
  EndlessSource source;
  Metrics metrics;
  EngineOptions options;
  options.limits.groups_max = 7;
  options.metrics = &metrics;
  Engine engine(source, options);
  const auto counts = engine.CountSpans({});
  ASSERT_FALSE(counts.ok());
  EXPECT_EQ(counts.status().ToString(), "OUT_OF_RANGE: more than 7");
  EXPECT_NE(metrics.PrometheusText().find("spanhound_query_refused_total{limit=\"groups\"} 1"),
            std::string::npos);
}

TEST(QueryLimits, WhatIsAskedForAtOnceIsBoundedAndCounted) {
  EndlessSource source;
  Metrics metrics;
  EngineOptions options;
  options.metrics = &metrics;
  Engine engine(source, options);
  const QueryLimits& limits = options.limits;
  TraceSearch traces;
  traces.limit = limits.traces_max + 1;
  EXPECT_EQ(engine.FindTraces(traces).status().code(), Code::kInvalidArgument);
  LogSearch logs;
  logs.limit = limits.log_records_max + 1;
  EXPECT_EQ(engine.FindLogs(logs).status().code(), Code::kInvalidArgument);
  AttributeKeySearch keys;
  keys.limit = limits.listing_entries_max + 1;
  EXPECT_EQ(engine.AttributeKeys(keys).status().code(), Code::kInvalidArgument);
  AttributeValueSearch values;
  values.limit = limits.listing_entries_max + 1;
  EXPECT_EQ(engine.AttributeValues(values).status().code(), Code::kInvalidArgument);
  const std::string text = metrics.PrometheusText();
  for (const char* line :
       {"{limit=\"traces\"} 1", "{limit=\"log_records\"} 1", "{limit=\"listing_entries\"} 2"}) {
    EXPECT_NE(text.find("spanhound_query_refused_total" + std::string(line)), std::string::npos)
        << line;
  }
}

TEST(QueryLimits, AnotherThreadCanCancel) {
  EndlessSource source;
  source.repeats = true;
  Engine engine(source);
  Cancellation cancellation;
  std::thread canceller([&] {
    while (source.batches < 10) std::this_thread::yield();
    cancellation.Cancel();
  });
  QueryContext context;
  context.cancellation = &cancellation;
  const auto traces = engine.FindTraces({.filter = {}, .time = {}, .limit = 2}, context);
  canceller.join();
  ASSERT_FALSE(traces.ok());
  EXPECT_EQ(traces.status().code(), Code::kCancelled);
}

TEST(QueryLimits, DeadlinesDoNotOutliveTheirQueries) {
  EndlessSource source;
  EngineOptions options;
  options.limits.run_ms_max = 500;
  Engine engine(source, options);
  Cancellation cancellation;
  QueryContext context;
  context.cancellation = &cancellation;
  // Done long before its deadline, which must then be forgotten.
  EXPECT_TRUE(engine.FindTraces({.filter = {}, .time = {}, .limit = 0}, context).ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(550));
  EXPECT_FALSE(cancellation.flag().load());
}

TEST(QueryLimits, ErrorsOfTheSourceComeThrough) {
  EndlessSource source;
  Engine engine(source);
  EXPECT_EQ(engine.Services().status().code(), Code::kUnavailable);
  EXPECT_EQ(engine.Operations("s").status().code(), Code::kUnavailable);
  EXPECT_EQ(engine.AttributeKeys({}).status().code(), Code::kUnavailable);
  EXPECT_EQ(engine.AttributeValues({}).status().code(), Code::kUnavailable);
}

TEST(QueryLimits, ConditionsNestOnlySoDeep) {
  EndlessSource source;
  Engine engine(source);
  traceql::Expression deep;
  for (int i = 0; i < 100; ++i) deep = traceql::Not(std::move(deep));
  const auto traces = engine.FindTraces({.filter = deep, .time = {}, .limit = 1});
  EXPECT_EQ(traces.status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::query
