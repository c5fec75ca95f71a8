// Runs tests/api/*.test: telemetry in a real store, requests to the router, answers as text. The
// clock stands one minute after the epoch of the telemetry.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "api/jaeger/indent_json.h"
#include "api/jaeger/jaeger_api.h"
#include "api/native/native_api.h"
#include "net/http/http_router.h"
#include "net/http/percent_encoding.h"
#include "query/query.h"
#include "query/testing/case_file.h"
#include "query/testing/stored_telemetry.h"

namespace spanhound::api {
namespace {

class FixedClock : public Clock {
 public:
  int64_t NowUnixNanos() const override { return query::kTextEpochNanos + 60'000'000'000; }
  int64_t MonotonicNanos() const override { return 0; }
};

class Server {
 public:
  Server(const std::vector<std::string>& spans, const std::vector<std::string>& logs)
      : telemetry_(spans, logs, query::StoredAs::kHead),
        engine_(telemetry_.store(), {.limits = {}, .clock = &clock_, .metrics = nullptr}),
        router_(JaegerApiErrors()) {
    AddJaegerApiRoutes(router_, engine_, model::Tenancy::kOff);
    AddNativeApiRoutes(router_, engine_, model::Tenancy::kOff);
  }

  net::HttpResponse Send(std::string method, std::string_view target) const {
    net::HttpRequest request;
    request.method = std::move(method);
    const size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string_view::npos) {
      request.query = net::ParseQuery(target.substr(question + 1));
    }
    std::optional<net::HttpResponse> response;
    router_.Handle(std::move(request),
                   [&](net::HttpResponse answer) { response = std::move(answer); });
    return response.value();
  }

 private:
  FixedClock clock_;
  query::StoredTelemetry telemetry_;
  query::Engine engine_;
  net::HttpRouter router_;
};

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  size_t start = 0;
  for (size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    lines.push_back(text.substr(start, end - start));
  }
  return lines;
}

// "200 application/json", then the body, one member a line.
std::vector<std::string> AnswerLines(const net::HttpResponse& response) {
  std::vector<std::string> lines = SplitLines(IndentJson(response.body));
  std::string head = std::to_string(response.status);
  lines.insert(lines.begin(), head.append(" ").append(response.content_type));
  return lines;
}

void RunCase(const std::filesystem::path& path) {
  query::CaseFile file(path);
  const Server server(file.LinesOf("spans"), file.LinesOf("logs"));
  for (query::CaseSection& section : file.sections()) {
    if (!section.is_request()) continue;
    SCOPED_TRACE(section.head);
    const std::vector<std::string> words = query::SplitTokens(section.head);
    const std::vector<std::string> lines = AnswerLines(server.Send(words.at(1), words.at(2)));
    if (query::CaseFile::IsUpdating()) section.expected = lines;
    EXPECT_EQ(lines, section.expected);
  }
  if (query::CaseFile::IsUpdating()) file.Write();
}

TEST(ApiCases, AnswersAreAsExpected) {
  const auto paths = query::CaseFile::List("tests/api");
  EXPECT_GE(paths.size(), 3u);
  for (const auto& path : paths) {
    SCOPED_TRACE(path.string());
    RunCase(path);
  }
}

}  // namespace
}  // namespace spanhound::api
