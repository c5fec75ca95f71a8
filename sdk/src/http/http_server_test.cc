#include "spanhound/http_server.h"

#include <gtest/gtest.h>
#include <opentelemetry/baggage/baggage_context.h>
#include <opentelemetry/trace/tracer.h>

#include <boost/beast/http/string_body.hpp>
#include <stdexcept>
#include <string>

#include "metric_recorder.h"
#include "span_recorder.h"

namespace spanhound::sdk {
namespace {

namespace http = boost::beast::http;
namespace trace = opentelemetry::trace;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr char kParent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

Request Get(std::string_view target) {
  Request request(http::verb::get, {target.data(), target.size()}, 11);
  request.set(http::field::host, "dash.example:9090");
  return request;
}

Response Answer(unsigned status) {
  Response response;
  response.result(status);
  return response;
}

class HttpServerTest : public testing::Test {
 protected:
  std::unique_ptr<SpanData> Serve(const Request& request, unsigned status = 200) {
    tracing_.Handle(request, connection_, [&](HttpServerSpan&) { return Answer(status); });
    return TheSpan();
  }

  std::unique_ptr<SpanData> TheSpan() {
    auto spans = recorder_.Take(1);
    EXPECT_EQ(spans.size(), 1u);
    return std::move(spans.at(0));
  }

  SpanRecorder recorder_;
  HttpConnection connection_{"192.0.2.7", 40000, "192.0.2.1", 9090};
  HttpServerTracing tracing_{
      {.route = [](const HttpRequestHead&) { return std::string("/api/{thing}"); },
       .filter = [](const HttpRequestHead& head) { return head.target() != "/healthz"; }}};
};

TEST_F(HttpServerTest, RootSpanWithTheAttributesOfTheConvention) {
  Request request = Get("/api/namespaces?limit=5&sig=secret");
  request.set(http::field::user_agent, "curl/7.88");
  request.set("X-Forwarded-For", "198.51.100.4, 10.0.0.1");
  const auto span = Serve(request);
  EXPECT_EQ(NameOf(*span), "GET /api/{thing}");
  EXPECT_EQ(span->GetSpanKind(), trace::SpanKind::kServer);
  EXPECT_FALSE(span->GetParentSpanId().IsValid());
  EXPECT_EQ(span->GetStatus(), trace::StatusCode::kUnset);
  EXPECT_EQ(TextOf(*span, "http.request.method"), "GET");
  EXPECT_EQ(TextOf(*span, "http.request.method_original"), "");
  EXPECT_EQ(TextOf(*span, "url.path"), "/api/namespaces");
  EXPECT_EQ(TextOf(*span, "url.query"), "limit=5&sig=REDACTED");
  EXPECT_EQ(TextOf(*span, "url.scheme"), "http");
  EXPECT_EQ(TextOf(*span, "http.route"), "/api/{thing}");
  EXPECT_EQ(TextOf(*span, "server.address"), "dash.example");
  EXPECT_EQ(IntOf(*span, "server.port"), 9090);
  EXPECT_EQ(TextOf(*span, "network.peer.address"), "192.0.2.7");
  EXPECT_EQ(IntOf(*span, "network.peer.port"), 40000);
  EXPECT_EQ(TextOf(*span, "client.address"), "198.51.100.4");
  EXPECT_EQ(TextOf(*span, "user_agent.original"), "curl/7.88");
  EXPECT_EQ(TextOf(*span, "network.protocol.version"), "1.1");
  EXPECT_EQ(IntOf(*span, "http.response.status_code"), 200);
  EXPECT_EQ(TextOf(*span, "error.type"), "");
}

TEST_F(HttpServerTest, ContinuesTheCallersTraceAndBaggage) {
  Request request = Get("/");
  request.set("traceparent", kParent);
  request.set("baggage", "username=donuts");
  std::string username;
  tracing_.Handle(request, connection_, [&](HttpServerSpan& span) {
    const auto current = opentelemetry::context::RuntimeContext::GetCurrent();
    EXPECT_EQ(trace::GetSpan(current), span.span());
    opentelemetry::baggage::GetBaggage(current)->GetValue("username", username);
    return Answer(200);
  });
  const auto span = TheSpan();
  EXPECT_EQ(Hex(span->GetTraceId()), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(Hex(span->GetParentSpanId()), "b7ad6b7169203331");
  EXPECT_EQ(username, "donuts");
}

TEST_F(HttpServerTest, BadTraceparentStartsANewTrace) {
  for (const char* header : {"", "garbage", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                             "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                             "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}) {
    Request request = Get("/");
    request.set("traceparent", header);
    const auto span = Serve(request);
    EXPECT_FALSE(span->GetParentSpanId().IsValid()) << header;
    EXPECT_NE(Hex(span->GetTraceId()), "0af7651916cd43dd8448eb211c80319c") << header;
    EXPECT_TRUE(span->GetTraceId().IsValid()) << header;
  }
}

TEST_F(HttpServerTest, SpanOfTheThreadIsNoParent) {
  auto tracer = trace::Provider::GetTracerProvider()->GetTracer("test");
  const trace::Scope leaked(tracer->StartSpan("leaked by somebody else"));
  EXPECT_FALSE(Serve(Get("/"))->GetParentSpanId().IsValid());
}

TEST_F(HttpServerTest, FiveHundredIsAnErrorFourHundredIsNot) {
  EXPECT_EQ(Serve(Get("/"), 404)->GetStatus(), trace::StatusCode::kUnset);
  const auto failed = Serve(Get("/"), 503);
  EXPECT_EQ(failed->GetStatus(), trace::StatusCode::kError);
  EXPECT_EQ(TextOf(*failed, "error.type"), "503");
}

TEST_F(HttpServerTest, ExceptionOfTheHandlerIsRecordedAndPassesThrough) {
  const auto serve = [&] {
    tracing_.Handle(Get("/"), connection_,
                    [](HttpServerSpan&) -> Response { throw std::runtime_error("no database"); });
  };
  EXPECT_THROW(serve(), std::runtime_error);
  const auto span = TheSpan();
  EXPECT_EQ(span->GetStatus(), trace::StatusCode::kError);
  EXPECT_EQ(span->GetDescription(), "no database");
}

TEST_F(HttpServerTest, UnknownMethodIsOther) {
  Request request = Get("/");
  request.method_string("BREW");
  const auto span = Serve(request);
  EXPECT_EQ(NameOf(*span), "HTTP /api/{thing}");
  EXPECT_EQ(TextOf(*span, "http.request.method"), "_OTHER");
  EXPECT_EQ(TextOf(*span, "http.request.method_original"), "BREW");
}

TEST_F(HttpServerTest, HostileHeadersBecomeHarmlessText) {
  Request request = Get("/\xFF\xFE?\xC0=1");
  request.set(http::field::host, "ho\xFFst:99999999");
  request.set(http::field::user_agent, std::string(60'000, '\xFF'));
  request.set("X-Forwarded-For", "<script>alert(1)</script>");
  request.set("traceparent", std::string(60'000, '-'));
  request.set("tracestate", std::string(60'000, '='));
  request.set("baggage", std::string(60'000, ','));
  const auto span = Serve(request);
  EXPECT_EQ(TextOf(*span, "url.path"), "/\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(TextOf(*span, "server.address"), "ho\xEF\xBF\xBDst");
  EXPECT_EQ(IntOf(*span, "server.port"), -1);
  EXPECT_LE(TextOf(*span, "user_agent.original").size(), 2048u);
  EXPECT_EQ(TextOf(*span, "client.address"), "192.0.2.7");
}

TEST_F(HttpServerTest, FilteredRequestHasNoSpanButPassesTheContextOn) {
  Request request = Get("/healthz");
  request.set("traceparent", kParent);
  tracing_.Handle(request, connection_, [&](HttpServerSpan& span) {
    EXPECT_FALSE(span.traced());
    std::map<std::string, std::string> outgoing;
    HeaderCarrier carrier(outgoing);
    Inject(carrier);
    EXPECT_EQ(outgoing["traceparent"], kParent);
    return Answer(200);
  });
  Serve(Get("/other"));  // fails on two spans
}

TEST_F(HttpServerTest, DurationIsMeasuredByRouteAndStatus) {
  Serve(Get("/"));  // nobody listens yet
  MetricRecorder metrics;
  Serve(Get("/a"));
  Serve(Get("/b"));
  Serve(Get("/c"), 503);
  const std::map<std::string, std::uint64_t> expected = {
      {"http.request.method=GET,http.response.status_code=200,http.route=/api/{thing},"
       "url.scheme=http",
       2},
      {"error.type=503,http.request.method=GET,http.response.status_code=503,"
       "http.route=/api/{thing},url.scheme=http",
       1}};
  EXPECT_EQ(metrics.Counts("http.server.request.duration"), expected);
}

TEST_F(HttpServerTest, AsynchronousSpanEndsOnceAndAbandonedOneAsFailed) {
  {
    HttpServerSpan first = tracing_.Begin(Get("/"), connection_);
    HttpServerSpan span = std::move(first);
    span.SetRoute("/late");
    span.End(204);
    span.End(500);
  }
  const auto ended = TheSpan();
  EXPECT_EQ(NameOf(*ended), "GET /late");
  EXPECT_EQ(IntOf(*ended, "http.response.status_code"), 204);
  EXPECT_EQ(ended->GetStatus(), trace::StatusCode::kUnset);
  { const HttpServerSpan dropped = tracing_.Begin(Get("/"), connection_); }
  const auto dropped = TheSpan();
  EXPECT_EQ(dropped->GetStatus(), trace::StatusCode::kError);
  EXPECT_EQ(TextOf(*dropped, "error.type"), "unanswered");
}

}  // namespace
}  // namespace spanhound::sdk
