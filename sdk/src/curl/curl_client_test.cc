#include "spanhound/curl_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <string>

#include "span_recorder.h"
#include "testing/loopback_server.h"

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;
using spanhound::sdk::testing::LoopbackServer;
using ::testing::HasSubstr;
using ::testing::Not;

std::size_t Keep(char* data, std::size_t, std::size_t bytes, void* body) {
  static_cast<std::string*>(body)->append(data, bytes);
  return bytes;
}
std::size_t Refuse(char*, std::size_t, std::size_t, void*) { return 0; }

class CurlClientTest : public ::testing::Test {
 protected:
  CurlClientTest() : easy_(curl_easy_init()) {
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, Keep);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &body_);
    curl_easy_setopt(easy_, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, 5000L);
  }
  ~CurlClientTest() override { curl_easy_cleanup(easy_); }

  std::unique_ptr<SpanData> TheSpan() {
    auto spans = recorder_.Take(1);
    EXPECT_EQ(spans.size(), 1u);
    return std::move(spans.at(0));
  }

  SpanRecorder recorder_;
  CURL* const easy_;
  std::string body_;
};

TEST_F(CurlClientTest, SpanIsChildOfTheCurrentAndTravels) {
  LoopbackServer server([](std::size_t) { return LoopbackServer::Ok("hello"); });
  auto parent = trace::Provider::GetTracerProvider()->GetTracer("test")->StartSpan("parent");
  curl_slist* mine = curl_slist_append(nullptr, "Authorization: Bearer t");
  mine = curl_slist_append(mine, "TraceParent: stale");
  {
    const trace::Scope scope(parent);
    ASSERT_EQ(TracedPerform(easy_, {.url = "http://user:secret@" + server.address() +
                                           "/api/v1/pods?limit=2&sig=hidden",
                                    .headers = mine,
                                    .url_template = "/api/v1/pods"}),
              CURLE_OK);
  }
  curl_slist_free_all(mine);
  EXPECT_EQ(body_, "hello");
  const auto span = TheSpan();
  EXPECT_EQ(NameOf(*span), "GET /api/v1/pods");
  EXPECT_EQ(span->GetSpanKind(), trace::SpanKind::kClient);
  EXPECT_EQ(span->GetParentSpanId(), parent->GetContext().span_id());
  const std::string head = server.requests().at(0).head;
  EXPECT_THAT(head, HasSubstr("traceparent: 00-" + Hex(span->GetTraceId()) + "-" +
                              Hex(span->GetSpanId()) + "-01"));
  EXPECT_THAT(head, HasSubstr("Authorization: Bearer t"));
  EXPECT_THAT(head, Not(HasSubstr("stale")));
  EXPECT_EQ(TextOf(*span, "url.full"), server.url("/api/v1/pods?limit=2&sig=REDACTED"));
  EXPECT_EQ(TextOf(*span, "server.address"), "127.0.0.1");
  EXPECT_EQ(IntOf(*span, "server.port"), server.port());
  EXPECT_EQ(TextOf(*span, "network.peer.address"), "127.0.0.1");
  EXPECT_EQ(TextOf(*span, "network.protocol.version"), "1.1");
  EXPECT_EQ(IntOf(*span, "http.response.status_code"), 200);
  EXPECT_EQ(span->GetStatus(), trace::StatusCode::kUnset);
}

TEST_F(CurlClientTest, HandleIsUsableAgainWithItsOwnHeaders) {
  LoopbackServer server;
  curl_slist* const mine = curl_slist_append(nullptr, "X-Mine: 1");
  TracedPerform(easy_, {.url = server.url("/first"), .headers = mine});
  curl_easy_perform(easy_);  // untraced: no header of the finished span may go out
  curl_slist_free_all(mine);
  TheSpan();
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_THAT(requests[0].head, HasSubstr("traceparent: "));
  EXPECT_THAT(requests[1].head, HasSubstr("X-Mine: 1"));
  EXPECT_THAT(requests[1].head, Not(HasSubstr("traceparent")));
}

TEST_F(CurlClientTest, MethodAndStatusOfTheTransfer) {
  LoopbackServer server(
      [](std::size_t) { return LoopbackServer::Response("404 Not Found", "", ""); });
  curl_easy_setopt(easy_, CURLOPT_COPYPOSTFIELDS, "x");
  TracedPerform(easy_, {.url = server.url(), .method = "POST"});
  const auto span = TheSpan();
  EXPECT_THAT(server.requests().at(0).head, HasSubstr("POST / "));
  EXPECT_EQ(NameOf(*span), "POST");
  EXPECT_EQ(TextOf(*span, "http.request.method"), "POST");
  EXPECT_EQ(span->GetStatus(), trace::StatusCode::kError);
  EXPECT_EQ(TextOf(*span, "error.type"), "404");
}

TEST_F(CurlClientTest, FailuresAreNamedByTheStep) {
  const auto error_of = [&](const std::string& url) {
    TracedPerform(easy_, {.url = url});
    const auto span = TheSpan();
    EXPECT_EQ(span->GetStatus(), trace::StatusCode::kError);
    EXPECT_EQ(IntOf(*span, "http.response.status_code"), -1);
    return TextOf(*span, "error.type");
  };
  EXPECT_EQ(error_of("http://" + spanhound::sdk::testing::DeadAddress()), "connect");
  EXPECT_EQ(error_of("http://no.such.host.invalid"), "resolve");
  EXPECT_EQ(error_of("http://[broken"), "request");
  LoopbackServer silent(LoopbackServer::Hang);
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, 100L);
  EXPECT_EQ(error_of(silent.url()), "timeout");
}

TEST_F(CurlClientTest, StatusIsKeptWhenTheBodyFails) {
  LoopbackServer server([](std::size_t) { return LoopbackServer::Ok("hello"); });
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, Refuse);
  TracedPerform(easy_, {.url = server.url()});
  const auto span = TheSpan();
  EXPECT_EQ(TextOf(*span, "error.type"), "aborted");
  EXPECT_EQ(IntOf(*span, "http.response.status_code"), 200);
}

TEST_F(CurlClientTest, AbandonedSpanFailsAndFreesTheHandle) {
  LoopbackServer server;
  { const CurlSpan span(easy_, {.url = server.url()}); }
  EXPECT_EQ(TextOf(*TheSpan(), "error.type"), "abandoned");
  curl_easy_perform(easy_);
  EXPECT_THAT(server.requests().at(0).head, Not(HasSubstr("traceparent")));
}

}  // namespace
}  // namespace spanhound::sdk
