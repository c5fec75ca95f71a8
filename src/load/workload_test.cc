#include "load/workload.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "load/request_source.h"
#include "wire/otlp/otlp.h"

namespace spanhound::load {
namespace {

constexpr uint64_t kBase = 1'700'000'000'000'000'000;

std::unique_ptr<Workload> Make(const std::string& name, uint64_t seed = 1) {
  return Workload::Create(name, {seed, kBase, 60}).value();
}

model::SpanBatch Decode(std::string body) {
  auto decoded = wire::DecodeOtlpTraces(std::move(body), {});
  EXPECT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(decoded->rejected_count, 0u) << decoded->rejected_message;
  return std::move(decoded->batch);
}

model::SpanBatch DecodeTraces(const Workload& workload, uint64_t first, uint64_t count) {
  SpanQueue queue;
  for (uint64_t n = first; n < first + count; ++n) workload.AppendTrace(n, queue);
  return Decode(queue.TakeRequest(queue.span_count(), workload).body);
}

class WorkloadTest : public testing::TestWithParam<std::string> {};
// Those whose numbers are traces of their own.
class TraceWorkloadTest : public WorkloadTest {};

TEST_P(WorkloadTest, SameSeedSameBytesOtherSeedOtherBytes) {
  auto requests = [&](uint64_t seed) {
    auto workload = Make(GetParam(), seed);
    RequestSource source(*workload, 5000, 512);
    std::vector<std::string> bodies;
    while (auto next = source.Next()) bodies.push_back(std::move(next->request.body));
    return bodies;
  };
  EXPECT_EQ(requests(1), requests(1));
  EXPECT_NE(requests(1), requests(2));
}

TEST_P(WorkloadTest, RequestsHoldWhatTheySay) {
  auto workload = Make(GetParam());
  RequestSource source(*workload, 5000, 512);
  size_t requests = 0, spans = 0;
  while (auto next = source.Next()) {
    EXPECT_EQ(next->number, requests++);
    std::set<model::TraceId> listed(next->request.trace_ids.begin(), next->request.trace_ids.end());
    model::SpanBatch batch = Decode(next->request.body);
    EXPECT_EQ(batch.spans.size(), next->request.span_count);
    spans += batch.spans.size();
    std::set<model::TraceId> found;
    for (const model::Span& span : batch.spans) found.insert(span.trace_id);
    EXPECT_EQ(found, listed);
  }
  EXPECT_EQ(requests, 10u);
  EXPECT_EQ(spans, 5000u);
}

TEST_P(TraceWorkloadTest, TracesAreTreesWithinTheTimeSpread) {
  auto workload = Make(GetParam());
  model::SpanBatch batch = DecodeTraces(*workload, 0, 500);
  std::map<model::TraceId, std::map<model::SpanId, const model::Span*>> traces;
  for (const model::Span& span : batch.spans) {
    EXPECT_TRUE(traces[span.trace_id].emplace(span.span_id, &span).second) << "span id twice";
  }
  EXPECT_EQ(traces.size(), 500u);
  for (const auto& [id, spans] : traces) {
    size_t roots = 0;
    for (const auto& [span_id, span] : spans) {
      EXPECT_LE(span->start_unix_nanos, span->end_unix_nanos);
      if (span->parent_span_id.is_zero()) {
        ++roots;
        EXPECT_GE(span->start_unix_nanos, kBase - 60'000'000'000);
        EXPECT_LE(span->start_unix_nanos, kBase);
        continue;
      }
      auto parent = spans.find(span->parent_span_id);
      ASSERT_NE(parent, spans.end());
      EXPECT_GE(span->start_unix_nanos, parent->second->start_unix_nanos);
      EXPECT_LE(span->end_unix_nanos, parent->second->end_unix_nanos);
    }
    EXPECT_EQ(roots, 1u);
  }
}

TEST_P(TraceWorkloadTest, WholeTracesAreExact) {
  auto workload = Make(GetParam());
  for (uint64_t span_count : {100u, 5000u, 20'001u, 60'000u}) {
    RequestSource source(*workload, span_count, 512);
    std::map<model::TraceId, size_t> sent;
    while (auto next = source.Next()) {
      for (const model::Span& span : Decode(next->request.body).spans) ++sent[span.trace_id];
    }
    uint64_t whole = RequestSource::WholeTraces(*workload, span_count, 512);
    for (uint64_t n = 0; n <= whole; ++n) {
      SeededRandom random = TraceRandom(1, n);
      bool is_whole = sent[NextTraceId(random)] == workload->SpanCount(n);
      EXPECT_EQ(is_whole, n < whole) << n << " of " << span_count;
    }
  }
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::erase(name, '-');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, WorkloadTest, testing::ValuesIn(WorkloadNames()), TestName);
INSTANTIATE_TEST_SUITE_P(All, TraceWorkloadTest,
                         testing::Values("jaeger-bench", "shop", "many-services", "many-keys"),
                         TestName);

TEST(JaegerBenchTest, ShapeOfTheSpans) {
  auto workload = Make("jaeger-bench");
  model::SpanBatch batch = DecodeTraces(*workload, 0, 2000);
  ASSERT_EQ(batch.spans.size(), 20'000u);
  std::set<std::string_view> services, keys;
  std::set<std::string> values;
  for (const model::Span& span : batch.spans) {
    services.insert(batch.resource_of(span).service_name());
    ASSERT_EQ(span.attributes.size(), 11u);
    std::set<std::string_view> own;
    for (const model::Attribute& attribute : span.attributes) {
      own.insert(attribute.key);
      keys.insert(attribute.key);
      values.insert(std::string(attribute.value.text()));
    }
    EXPECT_EQ(own.size(), 11u) << "a key twice";
  }
  EXPECT_EQ(services.size(), 10u);
  EXPECT_EQ(keys.size(), 97u);
  EXPECT_GT(values.size(), 80'000u);  // of 97,000, after 220,000 draws
  EXPECT_LE(values.size(), 97'000u);
}

TEST(ShopTest, ShapeOfTheSpans) {
  auto workload = Make("shop");
  constexpr uint64_t kTraces = 5000;
  model::SpanBatch more = DecodeTraces(*workload, 11'000, kTraces);
  EXPECT_EQ(DecodeTraces(*workload, 10'777, 1).spans.size(), 3000u);
  EXPECT_NEAR(static_cast<double>(more.spans.size()) / kTraces, 8.1, 0.3);
  std::set<std::string_view> services;
  std::set<model::TraceId> failed;
  size_t exceptions = 0;
  for (const model::Span& span : more.spans) {
    services.insert(more.resource_of(span).service_name());
    EXPECT_EQ(more.resource_of(span).attributes.size(), 14u);
    EXPECT_GE(span.attributes.size(), 6u);
    EXPECT_LE(span.attributes.size(), 7u);
    if (span.status_code == model::StatusCode::kError) failed.insert(span.trace_id);
    exceptions += span.events.size();
    for (const model::SpanEvent& event : span.events) EXPECT_EQ(event.name, "exception");
  }
  EXPECT_EQ(services.size(), 12u);
  EXPECT_NEAR(static_cast<double>(failed.size()) / kTraces, 0.02, 0.008);
  EXPECT_EQ(exceptions, failed.size());
}

TEST(ManyServicesTest, EverySpanHasAServiceOfItsOwn) {
  model::SpanBatch batch = DecodeTraces(*Make("many-services"), 999'000, 1'000);
  std::set<std::string> services;
  for (const model::Span& span : batch.spans) {
    services.insert(std::string(batch.resource_of(span).service_name()));
  }
  EXPECT_EQ(services.size(), 1'000u);
  EXPECT_TRUE(services.contains("service-999999"));
}

TEST(ManyKeysTest, EverySpanHasTenKeysOfItsOwn) {
  model::SpanBatch batch = DecodeTraces(*Make("many-keys"), 99'900, 100);
  std::set<std::string_view> keys;
  for (const model::Span& span : batch.spans) {
    for (const model::Attribute& attribute : span.attributes) keys.insert(attribute.key);
  }
  EXPECT_EQ(keys.size(), 1'000u);
  EXPECT_TRUE(keys.contains("row.999999"));
}

TEST(HugeTraceTest, AThousandPiecesMakeOneTree) {
  auto workload = Make("huge-trace");
  model::SpanBatch first = DecodeTraces(*workload, 0, 2);
  model::SpanBatch last = DecodeTraces(*workload, 999, 1);
  model::SpanBatch other = DecodeTraces(*workload, 1'000, 1);
  const model::Span* root = nullptr;
  std::set<model::SpanId> ids;
  for (const model::SpanBatch* batch : {&first, &last}) {
    for (const model::Span& span : batch->spans) {
      EXPECT_EQ(span.trace_id, first.spans[0].trace_id);
      EXPECT_TRUE(ids.insert(span.span_id).second) << "span id twice";
      if (!span.parent_span_id.is_zero()) continue;
      EXPECT_EQ(root, nullptr) << "two roots";
      root = &span;
    }
  }
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(ids.size(), 3'000u);
  for (const model::SpanBatch* batch : {&first, &last}) {
    for (const model::Span& span : batch->spans) {
      EXPECT_TRUE(span.parent_span_id.is_zero() || ids.contains(span.parent_span_id));
      EXPECT_GE(span.start_unix_nanos, root->start_unix_nanos);
      EXPECT_LE(span.end_unix_nanos, root->end_unix_nanos);
    }
  }
  EXPECT_NE(other.spans[0].trace_id, first.spans[0].trace_id);
}

TEST(WorkloadNamesTest, UnknownIsAnError) {
  EXPECT_EQ(Workload::Create("nope", {}).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::load
