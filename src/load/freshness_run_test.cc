#include "load/freshness_run.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>

#include "net/http/http_server.h"
#include "wire/otlp/otlp.h"

namespace spanhound::load {
namespace {

// Takes traces and shows each only after it was asked for a few times.
class FreshnessRunTest : public testing::Test {
 protected:
  void Start(int hidden_answers) {
    auto handler = [this, hidden_answers](net::HttpRequest request, net::HttpResponder respond) {
      std::lock_guard lock(mutex_);
      if (request.path == "/v1/traces") {
        latest_ = wire::DecodeOtlpTraces(std::move(request.body), {})->batch.spans[0].trace_id;
        asked_ = 0;
        ++sent_;
        return respond({200, "application/x-protobuf", ""});
      }
      searches_ += request.path == "/api/traces" ? 1 : 0;
      bool is_hidden = hidden_answers < 0 || asked_++ < hidden_answers;
      respond({200, "application/json",
               is_hidden ? "[]" : R"([{"traceID":")" + latest_.ToHex() + R"("}])"});
    };
    server_ = net::HttpServer::Start({}, 1, handler, metrics_).value();
    options_.target = options_.url = "http://127.0.0.1:" + std::to_string(server_->port());
    options_.repetitions = 3;
  }

  Metrics metrics_;
  std::mutex mutex_;
  model::TraceId latest_;
  int asked_ = 0, sent_ = 0, searches_ = 0;
  std::unique_ptr<net::HttpServer> server_;
  FreshnessOptions options_;
};

TEST_F(FreshnessRunTest, CountsUntilTheTraceIsSeen) {
  Start(2);
  auto report = RunFreshness(options_);
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_EQ(sent_, 6);
  EXPECT_EQ(searches_, 9);  // three traces, each hidden twice
  EXPECT_EQ(report->by_id.never_seen + report->by_search.never_seen, 0);
  EXPECT_GE(report->by_id.p50_ms, 2);  // two waits of a millisecond
  EXPECT_GE(report->by_search.p50_ms, 2);
  EXPECT_LE(report->by_search.p50_ms, report->by_search.max_ms);
  EXPECT_EQ(FreshnessText(*report).find("WRONG"), std::string::npos);
  EXPECT_NE(FreshnessJson(*report).find("\"by_search\""), std::string::npos);
}

TEST_F(FreshnessRunTest, NeverSeenIsReported) {
  Start(-1);
  options_.give_up_ms = 20;
  auto report = RunFreshness(options_);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->by_id.never_seen, 3);
  EXPECT_EQ(report->by_search.never_seen, 3);
  EXPECT_NE(FreshnessText(*report).find("WRONG: 3 never seen"), std::string::npos);
}

TEST_F(FreshnessRunTest, NoServerIsAnError) {
  options_.target = options_.url = "http://127.0.0.1:1";
  EXPECT_FALSE(RunFreshness(options_).ok());
}

}  // namespace
}  // namespace spanhound::load
