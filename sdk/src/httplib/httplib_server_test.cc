#include "spanhound/httplib_server.h"

#include <gtest/gtest.h>
#include <opentelemetry/baggage/baggage_context.h>

#include <stdexcept>
#include <string>
#include <thread>

#include "span_recorder.h"

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;

constexpr char kParent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

Context Current() { return opentelemetry::context::RuntimeContext::GetCurrent(); }

class HttplibServerTest : public testing::Test {
 protected:
  void SetUp() override {
    server_.Get(R"(/users/(\d+))",
                tracing_.Route("/users/{id}", [&](const httplib::Request& request,
                                                  httplib::Response& response) {
                  opentelemetry::baggage::GetBaggage(Current())->GetValue("username", username_);
                  current_ = trace::GetSpan(Current())->GetContext().span_id();
                  response.set_content(request.matches[1].str(), "text/plain");
                }));
    server_.Get("/plain", [](const httplib::Request&, httplib::Response&) {});
    server_.Get("/throws", [](const httplib::Request&, httplib::Response&) {
      throw std::runtime_error("no database");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    client_.emplace("127.0.0.1", port_);
  }
  void TearDown() override {
    server_.stop();
    thread_.join();
  }

  std::unique_ptr<SpanData> Get(const std::string& target, const httplib::Headers& headers = {}) {
    const auto result = client_->Get(target, headers);
    EXPECT_TRUE(result) << to_string(result.error());
    auto spans = recorder_.Take(1);
    EXPECT_EQ(spans.size(), 1u);
    return std::move(spans.at(0));
  }

  SpanRecorder recorder_;
  httplib::Server server_;
  HttplibTracing tracing_{
      server_,
      {.filter = [](const httplib::Request& request) { return request.path != "/healthz"; },
       .logger =
           [&](const httplib::Request&, const httplib::Response&) {
             logged_with_ = trace::GetSpan(Current())->GetContext().span_id();
           }}};
  std::string username_;
  trace::SpanId current_, logged_with_;
  int port_ = 0;
  std::thread thread_;
  std::optional<httplib::Client> client_;
};

TEST_F(HttplibServerTest, ContinuesTheTraceWithTheAttributesOfTheConvention) {
  const auto span = Get("/users/7?page=2&sig=secret", {{"traceparent", kParent},
                                                       {"baggage", "username=donuts"},
                                                       {"User-Agent", "test/1"},
                                                       {"X-Forwarded-For", "198.51.100.4"}});
  EXPECT_EQ(NameOf(*span), "GET /users/{id}");
  EXPECT_EQ(span->GetSpanKind(), trace::SpanKind::kServer);
  EXPECT_EQ(Hex(span->GetTraceId()), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(Hex(span->GetParentSpanId()), "b7ad6b7169203331");
  EXPECT_EQ(span->GetSpanId(), current_);
  EXPECT_EQ(span->GetSpanId(), logged_with_);
  EXPECT_EQ(username_, "donuts");
  EXPECT_EQ(TextOf(*span, "http.route"), "/users/{id}");
  EXPECT_EQ(TextOf(*span, "url.path"), "/users/7");
  EXPECT_EQ(TextOf(*span, "url.query"), "page=2&sig=REDACTED");
  EXPECT_EQ(TextOf(*span, "server.address"), "127.0.0.1");
  EXPECT_EQ(IntOf(*span, "server.port"), port_);
  EXPECT_EQ(TextOf(*span, "network.peer.address"), "127.0.0.1");
  EXPECT_EQ(TextOf(*span, "client.address"), "198.51.100.4");
  EXPECT_EQ(TextOf(*span, "user_agent.original"), "test/1");
  EXPECT_EQ(TextOf(*span, "network.protocol.version"), "1.1");
  EXPECT_EQ(IntOf(*span, "http.response.status_code"), 200);
}

TEST_F(HttplibServerTest, HandlersWithoutRouteAndMissingOnesAreTraced) {
  EXPECT_EQ(NameOf(*Get("/plain")), "GET");
  const auto missing = Get("/nothing/here");
  EXPECT_EQ(IntOf(*missing, "http.response.status_code"), 404);
  EXPECT_EQ(missing->GetStatus(), trace::StatusCode::kUnset);
  EXPECT_FALSE(missing->GetParentSpanId().IsValid());
}

TEST_F(HttplibServerTest, ExceptionOfTheHandlerIsTheDescription) {
  const auto span = Get("/throws");
  EXPECT_EQ(IntOf(*span, "http.response.status_code"), 500);
  EXPECT_EQ(span->GetStatus(), trace::StatusCode::kError);
  EXPECT_EQ(span->GetDescription(), "no database");
}

TEST_F(HttplibServerTest, FilteredRequestHasNoSpan) {
  ASSERT_TRUE(client_->Get("/healthz"));
  EXPECT_EQ(NameOf(*Get("/plain")), "GET");  // fails on two spans
}

TEST_F(HttplibServerTest, RepeatedTraceparentIsAbsent) {
  const auto span = Get("/plain", {{"traceparent", kParent}, {"traceparent", kParent}});
  EXPECT_FALSE(span->GetParentSpanId().IsValid());
}

}  // namespace
}  // namespace spanhound::sdk
