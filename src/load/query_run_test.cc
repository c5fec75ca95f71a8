#include "load/query_run.h"

#include <gtest/gtest.h>

#include <atomic>

#include "net/http_server.h"

namespace spanhound::load {
namespace {

// A server that answers what the questions need to hear, or not.
class QueryRunTest : public testing::Test {
 protected:
  void Start(bool lies) {
    auto handler = [this, lies](net::HttpRequest request, net::HttpResponder respond) {
      ++requests_;
      respond(lies ? net::HttpResponse{200, "application/json", R"({"data":[]})"}
                   : Answer(request));
    };
    server_ = net::HttpServer::Start({}, 1, handler, metrics_).value();
    options_.url = "http://127.0.0.1:" + std::to_string(server_->port());
    options_.spans = 20'000;
    options_.repetitions = 4;
    options_.warm_up = 1;
  }

  net::HttpResponse Answer(const net::HttpRequest& request) {
    constexpr std::string_view kById = "/api/traces/";
    if (request.path.starts_with(kById)) {
      std::string id = request.path.substr(kById.size());
      // The first kind of question is about traces that exist, the second about others.
      if (requests_ <= 5) return {200, "application/json", R"({"traceID":")" + id + "\"}"};
      return {404, "application/json", "{}"};
    }
    EXPECT_EQ(request.path, "/api/traces");
    EXPECT_EQ(request.query_value("limit"), "20");
    EXPECT_FALSE(request.query_value("service").empty());
    bool is_absent = request.query_value("tags").find("no such value") != std::string::npos;
    return {200, "application/json", is_absent ? "[]" : R"([{"traceID":"1"}])"};
  }

  Metrics metrics_;
  std::atomic<int> requests_{0};
  std::unique_ptr<net::HttpServer> server_;
  QueryRunOptions options_;
};

TEST_F(QueryRunTest, RightAnswersAreTimed) {
  Start(false);
  auto timings = RunQueries(options_);
  ASSERT_TRUE(timings.ok()) << timings.status().ToString();
  EXPECT_EQ(requests_, static_cast<int>(timings->size()) * 5);
  for (const QueryTiming& timing : *timings) {
    EXPECT_EQ(timing.wrong, 0) << timing.name << ": " << timing.first_error;
    EXPECT_EQ(timing.count, 4);
    EXPECT_GT(timing.p50_ms, 0);
    EXPECT_LE(timing.p50_ms, timing.p99_ms);
  }
  EXPECT_EQ(QueryTimingsText(*timings).find("WRONG"), std::string::npos);
}

TEST_F(QueryRunTest, WrongAnswersAreNoticed) {
  Start(true);
  auto timings = RunQueries(options_);
  ASSERT_TRUE(timings.ok());
  for (const QueryTiming& timing : *timings) {
    bool expects_nothing = timing.name == "known key, absent value";
    EXPECT_EQ(timing.wrong, expects_nothing ? 0 : 5) << timing.name;
  }
  EXPECT_NE(QueryTimingsText(*timings).find("WRONG 5 times"), std::string::npos);
}

TEST_F(QueryRunTest, NothingLoadedIsAnError) {
  options_.spans = 1;
  EXPECT_EQ(RunQueries(options_).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::load
