#include "load/query_run.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>

#include "load/expected_answers.h"
#include "load/question.h"
#include "load/request_source.h"
#include "load/search.h"
#include "load/workload.h"
#include "net/http/http_server.h"
#include "wire/otlp/otlp.h"

namespace spanhound::load {
namespace {

constexpr uint64_t kSpans = 20'000;

// A server that holds the workload and answers by looking through all of it, or lies.
class QueryRunTest : public testing::Test {
 protected:
  void Start(bool lies, bool counts = true) {
    workload_ = Workload::Create("shop", {1, uint64_t{1} << 60, 60}).value();
    RequestSource source(*workload_, kSpans, 512);
    while (auto next = source.Next()) {
      auto decoded = wire::DecodeOtlpTraces(std::move(next->request.body), {});
      batches_.push_back(std::move(decoded->batch));
    }
    auto handler = [this, lies, counts](net::HttpRequest request, net::HttpResponder respond) {
      ++requests_;
      if (lies) return respond({200, "application/json", R"({"data":[]})"});
      if (request.path == "/api/span-counts") return respond(counts ? Counts() : kNotFound);
      constexpr std::string_view kById = "/api/traces/";
      bool by_id = request.path.starts_with(kById);
      respond(by_id ? ById(request.path.substr(kById.size())) : Found(request));
    };
    server_ = net::HttpServer::Start({}, 1, handler, metrics_).value();
    options_.url = "http://127.0.0.1:" + std::to_string(server_->port());
    options_.spans = kSpans;
    options_.repetitions = 2;
    options_.warm_up = 1;
  }

  net::HttpResponse ById(const std::string& hex) const {
    model::TraceId id;
    EXPECT_TRUE(id.SetHex(hex));
    std::string spans;
    for (const model::SpanBatch& batch : batches_) {
      for (const model::Span& span : batch.spans) {
        if (span.trace_id == id) spans += R"({"operationName":"x"},)";
      }
    }
    if (spans.empty()) return kNotFound;
    return {200, "application/json", R"({"traceID":")" + hex + "\"," + spans + "}"};
  }

  net::HttpResponse Found(const net::HttpRequest& request) const {
    Search search;
    search.service = request.query_value("service");
    search.operation = request.query_value("operation");
    if (!request.query_value("minDuration").empty()) search.min_duration_nanos = 80'000'000;
    std::string tags(request.query_value("tags"));  // {"key":"value"}
    search.is_error = tags == R"({"error":"true"})";
    if (!tags.empty() && !search.is_error) {
      search.key = tags.substr(2, tags.find("\":") - 2);
      search.value = tags.substr(search.key.size() + 5, tags.size() - search.key.size() - 7);
    }
    ExpectedAnswers answers(20);
    size_t number = answers.Register(search);
    for (const model::SpanBatch& batch : batches_) answers.Add(batch);
    std::string body;
    for (const model::TraceId& id : answers.Newest(number)) {
      body += R"({"traceID":")" + id.ToHex() + "\"},";
    }
    return {200, "application/json", body};
  }

  net::HttpResponse Counts() const {
    ExpectedAnswers answers(20);
    for (const model::SpanBatch& batch : batches_) answers.Add(batch);
    std::string body;
    for (const auto& [service, count] : answers.spans_by_service()) {
      body += R"({"service":")" + service + R"(","spanCount":)" + std::to_string(count) + "},";
    }
    return {200, "application/json", body};
  }

  static inline const net::HttpResponse kNotFound = {404, "application/json", "{}"};
  std::unique_ptr<Workload> workload_;
  std::vector<model::SpanBatch> batches_;
  Metrics metrics_;
  std::atomic<int> requests_{0};
  std::unique_ptr<net::HttpServer> server_;
  QueryRunOptions options_;
};

TEST_F(QueryRunTest, RightAnswersAreTimed) {
  Start(false);
  options_.server_pid = getpid();
  auto timings = RunQueries(options_);
  ASSERT_TRUE(timings.ok()) << timings.status().ToString();
  EXPECT_EQ(requests_, static_cast<int>(timings->size()) * 3);
  for (const QueryTiming& timing : *timings) {
    EXPECT_EQ(timing.wrong, 0) << timing.name << ": " << timing.first_error;
    EXPECT_EQ(timing.skipped, "");
    EXPECT_EQ(timing.count, 2);
    EXPECT_GT(timing.p50_ms, 0);
    EXPECT_LE(timing.p50_ms, timing.p99_ms);
    EXPECT_LE(timing.p99_ms, timing.max_ms);
    EXPECT_GE(timing.server_cpu_ms_mean, 0);
  }
  EXPECT_EQ(QueryTimingsText(*timings).find("WRONG"), std::string::npos);
}

TEST_F(QueryRunTest, WrongAnswersAreNoticed) {
  Start(true);
  auto timings = RunQueries(options_);
  ASSERT_TRUE(timings.ok());
  for (const QueryTiming& timing : *timings) {
    EXPECT_EQ(timing.server_cpu_ms_mean, -1);
    bool expects_nothing = timing.name.find("absent") != std::string::npos;
    EXPECT_EQ(timing.wrong, expects_nothing ? 0 : 3) << timing.name;
  }
  EXPECT_NE(QueryTimingsText(*timings).find("WRONG 3 times"), std::string::npos);
}

TEST_F(QueryRunTest, AServerWithoutCountsIsFine) {
  Start(false, /*counts=*/false);
  auto timings = RunQueries(options_);
  ASSERT_TRUE(timings.ok());
  EXPECT_EQ(timings->back().wrong, 0);
  EXPECT_EQ(timings->back().count, 0);
  EXPECT_NE(QueryTimingsText(*timings).find("count by service: not asked"), std::string::npos);
}

TEST_F(QueryRunTest, NothingLoadedIsAnError) {
  options_.spans = 1;
  EXPECT_EQ(RunQueries(options_).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::load
