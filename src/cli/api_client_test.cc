#include "cli/api_client.h"

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "net/http/http_server.h"

namespace spanhound::cli {
namespace {

// A server of canned answers that remembers what it was asked.
class ApiClientTest : public testing::Test {
 protected:
  void SetUp() override {
    net::HttpServerOptions options;
    options.name = "test";
    auto server = net::HttpServer::Start(
        options, 1,
        [this](net::HttpRequest request, net::HttpResponder respond) {
          std::lock_guard lock(mutex_);
          paths_.push_back(request.path);
          tenants_.emplace_back(request.header("x-scope-orgid"));
          respond({status_, "application/json", request.path == "/api/logs" ? logs_ : body_});
        },
        metrics_);
    ASSERT_TRUE(server.ok()) << server.status().ToString();
    server_ = std::move(server).value();
    url_ = std::string("http://127.0.0.1:").append(std::to_string(server_->port()));
  }

  std::mutex mutex_;
  int status_ = 200;
  std::string body_;
  std::string logs_ = R"({"data":[{"body":"hello","spanID":"a"}]})";
  std::vector<std::string> paths_;
  std::vector<std::string> tenants_;
  Metrics metrics_;
  std::unique_ptr<net::HttpServer> server_;
  std::string url_;
};

TEST_F(ApiClientTest, FetchesTraceAndLogs) {
  body_ = R"({"data":[{"traceID":"1f","spans":[{"spanID":"a"}],"processes":{}}]})";
  const auto trace = FetchTrace({url_ + "/"}, "1f");
  ASSERT_TRUE(trace.ok()) << trace.status().ToString();
  EXPECT_EQ(trace->spans.size(), 1u);
  ASSERT_EQ(trace->logs.size(), 1u);
  EXPECT_EQ(trace->logs[0].body, "hello");
  EXPECT_EQ(paths_, (std::vector<std::string>{"/api/traces/1f", "/api/logs"}));
}

TEST_F(ApiClientTest, AsksInTheNameOfTheTenant) {
  body_ = R"({"data":[{"traceID":"1f","spans":[{"spanID":"a"}],"processes":{}}]})";
  ASSERT_TRUE(FetchTrace({url_, "team-a"}, "1f").ok());
  ASSERT_TRUE(FetchTrace({url_}, "1f").ok());
  EXPECT_EQ(tenants_, (std::vector<std::string>{"team-a", "team-a", "", ""}));
  for (const char* bad : {"a b", "a\r\nHost: evil", "t\x1b"}) {
    EXPECT_EQ(FetchTrace({url_, bad}, "1f").status().code(), Code::kInvalidArgument);
    EXPECT_EQ(FetchTraceList({url_, bad}, {}).status().code(), Code::kInvalidArgument);
  }
  EXPECT_EQ(tenants_.size(), 4u);
}

TEST_F(ApiClientTest, PassesOnWhatTheServerSays) {
  status_ = 404;
  body_ = R"({"data":null,"errors":[{"code":404,"msg":"trace not found"}]})";
  EXPECT_EQ(FetchTrace({url_}, "1f").status().code(), Code::kNotFound);
  status_ = 504;
  body_ = R"({"errors":[{"msg":"the query ran longer than 30000 ms"}]})";
  EXPECT_EQ(FetchTraceList({url_}, {}).status().message(), "the query ran longer than 30000 ms");
  status_ = 502;
  body_ = "<html>";
  EXPECT_EQ(FetchTraceList({url_}, {}).status().message(),
            url_ + " answered 502; is it a Spanhound?");
}

TEST_F(ApiClientTest, SaysWhenNobodyListens) {
  server_.reset();
  const Status status = FetchTrace({url_}, "1f").status();
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find("cannot reach " + url_), std::string::npos);
  EXPECT_NE(status.message().find("is `spanhound serve` running?"), std::string::npos);
}

TEST(TraceListTarget, EscapesEverything) {
  TraceQuestion question;
  question.service = "a&b=c";
  question.operation = "GET /x y";
  question.tags = {"http.url=http://h/?q=1", "error=true"};
  question.min_duration = "10ms";
  question.start_unix_micros = 1;
  question.end_unix_micros = 2;
  const auto target = TraceListTarget(question);
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(*target,
            "/api/trace-summaries?service=a%26b%3Dc&operation=GET%20%2Fx%20y&minDuration=10ms"
            "&start=1&end=2&limit=20&tag=http.url%3Ahttp%3A%2F%2Fh%2F%3Fq%3D1&tag=error%3Atrue");
  question.tags = {"novalue"};
  EXPECT_EQ(TraceListTarget(question).status().code(), Code::kInvalidArgument);
  question.tags = {"=x"};
  EXPECT_FALSE(TraceListTarget(question).ok());
}

}  // namespace
}  // namespace spanhound::cli
