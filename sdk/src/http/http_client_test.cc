#include "spanhound/http_client.h"

#include <gtest/gtest.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <string>
#include <thread>

#include "metric_recorder.h"
#include "span_recorder.h"

namespace spanhound::sdk {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace trace = opentelemetry::trace;
using Tcp = asio::ip::tcp;
using Request = http::request<http::string_body>;

// Takes one connection and says `reply` to what it got; "" says nothing until the client is gone.
class OneAnswer {
 public:
  explicit OneAnswer(std::string reply)
      : acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}),
        thread_([this, reply = std::move(reply)] { Serve(reply); }) {}
  ~OneAnswer() { Join(); }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  const Request& Join() {
    if (thread_.joinable()) thread_.join();
    return request_;
  }

 private:
  void Serve(const std::string& reply) {
    boost::system::error_code ignored;
    Tcp::socket socket = acceptor_.accept();
    boost::beast::flat_buffer buffer;
    http::read(socket, buffer, request_, ignored);
    if (reply.empty()) {
      char byte = 0;
      asio::read(socket, asio::buffer(&byte, 1), ignored);
    } else {
      asio::write(socket, asio::buffer(reply), ignored);
    }
  }

  asio::io_context io_;
  Tcp::acceptor acceptor_;
  Request request_;
  std::thread thread_;
};

std::string Reply(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

class HttpClientTest : public testing::Test {
 protected:
  std::unique_ptr<SpanData> TheSpan() {
    auto spans = recorder_.Take(1);
    EXPECT_EQ(spans.size(), 1u);
    return std::move(spans.at(0));
  }

  SpanRecorder recorder_;
};

TEST_F(HttpClientTest, SpanIsChildOfTheCurrentAndTravels) {
  OneAnswer server(Reply("200 OK", "hello"));
  auto tracer = trace::Provider::GetTracerProvider()->GetTracer("test");
  auto parent = tracer->StartSpan("parent");
  const auto client = TracedHttpClient::Create(server.url());
  HttpClientResponse response;
  {
    const trace::Scope scope(parent);
    response = client->Send({.target = "/api/v1/namespaces?limit=2",
                             .url_template = "/api/v1/namespaces",
                             .headers = {{"Authorization", "Bearer t"}}});
  }
  EXPECT_TRUE(response.ok());
  EXPECT_EQ(response.body, "hello");
  const Request& sent = server.Join();
  EXPECT_EQ(sent["Authorization"], "Bearer t");
  const auto span = TheSpan();
  EXPECT_EQ(NameOf(*span), "GET /api/v1/namespaces");
  EXPECT_EQ(span->GetSpanKind(), trace::SpanKind::kClient);
  EXPECT_EQ(span->GetParentSpanId(), parent->GetContext().span_id());
  EXPECT_EQ(sent["traceparent"],
            "00-" + Hex(span->GetTraceId()) + "-" + Hex(span->GetSpanId()) + "-01");
  EXPECT_EQ(TextOf(*span, "url.full"), server.url() + "/api/v1/namespaces?limit=2");
  EXPECT_EQ(TextOf(*span, "server.address"), "127.0.0.1");
  EXPECT_EQ(IntOf(*span, "server.port"), client->port());
  EXPECT_EQ(TextOf(*span, "network.peer.address"), "127.0.0.1");
  EXPECT_EQ(IntOf(*span, "http.response.status_code"), 200);
  EXPECT_EQ(span->GetStatus(), trace::StatusCode::kUnset);
}

TEST_F(HttpClientTest, FourHundredIsAnErrorForAClient) {
  OneAnswer server(Reply("404 Not Found", ""));
  EXPECT_EQ(TracedHttpClient::Create(server.url())->Get("/").status, 404u);
  const auto span = TheSpan();
  EXPECT_EQ(span->GetStatus(), trace::StatusCode::kError);
  EXPECT_EQ(TextOf(*span, "error.type"), "404");
}

TEST_F(HttpClientTest, DurationIsMeasured) {
  MetricRecorder metrics;
  OneAnswer server(Reply("200 OK", ""));
  const auto client = TracedHttpClient::Create(server.url());
  client->Get("/secret/1");
  const std::map<std::string, std::uint64_t> expected = {
      {"http.request.method=GET,http.response.status_code=200,server.address=127.0.0.1,server."
       "port=" +
           std::to_string(client->port()),
       1}};
  EXPECT_EQ(metrics.Counts("http.client.request.duration"), expected);
}

TEST_F(HttpClientTest, RefusedConnection) {
  std::string url;
  {
    OneAnswer server(Reply("200 OK", ""));
    url = server.url();
    TracedHttpClient::Create(url)->Get("/");
  }
  TheSpan();
  const HttpClientResponse response = TracedHttpClient::Create(url)->Get("/");
  EXPECT_EQ(response.status, 0u);
  EXPECT_EQ(response.error_type, "connection_refused");
  const auto span = TheSpan();
  EXPECT_EQ(span->GetStatus(), trace::StatusCode::kError);
  EXPECT_EQ(TextOf(*span, "error.type"), "connection_refused");
}

TEST_F(HttpClientTest, SilentServerTimesOut) {
  OneAnswer server("");
  const auto client =
      TracedHttpClient::Create(server.url(), {.timeout = std::chrono::milliseconds(100)});
  EXPECT_EQ(client->Get("/").error_type, "timeout");
  EXPECT_EQ(TextOf(*TheSpan(), "error.type"), "timeout");
}

TEST_F(HttpClientTest, TooLargeAndTruncatedAnswers) {
  OneAnswer large(Reply("200 OK", std::string(10'000, 'x')));
  EXPECT_EQ(TracedHttpClient::Create(large.url(), {.response_bytes_max = 100})->Get("/").error_type,
            "response_too_large");
  OneAnswer cut("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(TracedHttpClient::Create(cut.url())->Get("/").error_type, "read");
  EXPECT_EQ(recorder_.Take(2).size(), 2u);
}

TEST_F(HttpClientTest, LineBreaksAreNotSent) {
  const auto client = TracedHttpClient::Create("http://127.0.0.1:1");
  EXPECT_EQ(client->Get("/\r\nevil: 1").error_type, "request");
  EXPECT_EQ(client->Send({.headers = {{"Authorization", "Bearer x\r\nevil: 1"}}}).error_type,
            "request");
  EXPECT_EQ(client->Get("no-slash").error_type, "request");
}

TEST_F(HttpClientTest, AbandonedSpanFails) {
  Request request(http::verb::get, "/", 11);
  { const HttpClientSpan span = BeginRequest(request, {.host = "h", .port = 1}); }
  EXPECT_EQ(TextOf(*TheSpan(), "error.type"), "abandoned");
}

TEST(TracedHttpClientTest, BaseUrls) {
  EXPECT_EQ(TracedHttpClient::Create("http://kube:8001/")->port(), 8001);
  EXPECT_EQ(TracedHttpClient::Create("http://kube")->port(), 80);
  EXPECT_EQ(TracedHttpClient::Create("http://[::1]:8001")->host(), "::1");
  for (const char* bad : {"https://kube", "kube:80", "http://", "http://h:0", "http://h:x",
                          "http://h/path", "http://u@h", "http://h\r\nx"}) {
    EXPECT_FALSE(TracedHttpClient::Create(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace spanhound::sdk
