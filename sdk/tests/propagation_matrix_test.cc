// HTTP -> gRPC -> Redis, all forms of each with all forms of the others, with and without incoming
// context and baggage: always one trace, in the right order, and the baggage at its end.

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "span_recorder.h"
#include "spanhound/grpc_client.h"
#include "spanhound/trace.h"
#include "testing/redis_server.h"
#include "tests/grpc_leg.h"
#include "tests/http_leg.h"
#include "tests/redis_leg.h"

namespace spanhound::sdk {
namespace {

constexpr char kTraceId[] = "0af7651916cd43dd8448eb211c80319c";
constexpr char kParent[] = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

enum class Incoming { kNothing, kContext, kContextAndBaggage };

using Row = std::tuple<HttpForm, ClientForm, ServerForm, RedisForm>;

std::size_t Keep(char* data, std::size_t, std::size_t bytes, void* body) {
  static_cast<std::string*>(body)->append(data, bytes);
  return bytes;
}

// As somebody outside would ask: no tracing here.
std::string Get(int port, Incoming incoming) {
  std::string body;
  curl_slist* headers = nullptr;
  if (incoming != Incoming::kNothing) headers = curl_slist_append(headers, kParent);
  if (incoming == Incoming::kContextAndBaggage) {
    headers = curl_slist_append(headers, "baggage: username=donuts");
  }
  CURL* const easy = curl_easy_init();
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/pods";
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 10'000L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, Keep);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body);
  const CURLcode result = curl_easy_perform(easy);
  curl_easy_cleanup(easy);
  curl_slist_free_all(headers);
  return result == CURLE_OK ? body : curl_easy_strerror(result);
}

class PropagationMatrixTest : public ::testing::TestWithParam<Row> {
 protected:
  static void SetUpTestSuite() { redis_.emplace(); }
  static void TearDownTestSuite() { redis_.reset(); }

  void SetUp() override {
    if (!redis_->running()) GTEST_SKIP() << "skipped: no redis-server";
    const auto [http, client, server, redis] = GetParam();
    greeter_.emplace(server, [form = redis] {
      const bool answered = AskRedis(form, redis_->port());
      return (answered ? "ok " : "no redis ") + GetBaggage("username") + GetBaggage("added");
    });
    channel_ = CreateTracedChannel("127.0.0.1:" + std::to_string(greeter_->port()),
                                   grpc::InsecureChannelCredentials());
    front_ = HttpFront::Start(http, [this, form = client] {
      const ContextScope bag = SetBaggage("added", "+here");
      return CallGreeter(form, channel_);
    });
  }

  // The spans of one request, by name; those of Redis in a list.
  void Take() {
    const ClientForm client = std::get<ClientForm>(GetParam());
    const bool streams = client == ClientForm::kStream || client == ClientForm::kStreamCallback;
    const std::size_t messages = streams ? kMessagesPerStream : 1;
    redis_spans_.clear();
    for (auto& span : recorder_.Take(3 + messages)) {
      const bool is_server = span->GetSpanKind() == SpanKind::kServer;
      if (TextOf(*span, "db.system.name") == "redis") {
        redis_spans_.push_back(std::move(span));
      } else if (TextOf(*span, "rpc.system.name") == "grpc") {
        (is_server ? rpc_server_ : rpc_client_) = std::move(span);
      } else {
        http_ = std::move(span);
      }
    }
    ASSERT_TRUE(http_ && rpc_client_ && rpc_server_);
    ASSERT_EQ(redis_spans_.size(), messages);
  }

  void ExpectOneChain(Incoming incoming) const {
    if (incoming == Incoming::kNothing) {
      EXPECT_FALSE(http_->GetParentSpanId().IsValid());
      EXPECT_NE(Hex(http_->GetTraceId()), kTraceId);
    } else {
      EXPECT_EQ(Hex(http_->GetTraceId()), kTraceId);
      EXPECT_EQ(Hex(http_->GetParentSpanId()), "b7ad6b7169203331");
    }
    ExpectChild(*rpc_client_, *http_);
    ExpectChild(*rpc_server_, *rpc_client_);
    for (const auto& span : redis_spans_) ExpectChild(*span, *rpc_server_);
  }

  static void ExpectChild(const SpanData& child, const SpanData& parent) {
    EXPECT_EQ(Hex(child.GetTraceId()), Hex(parent.GetTraceId())) << NameOf(child);
    EXPECT_EQ(Hex(child.GetParentSpanId()), Hex(parent.GetSpanId())) << NameOf(child);
  }

  static inline std::optional<testing::RedisServer> redis_;
  SpanRecorder recorder_;
  std::optional<GreeterServer> greeter_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<HttpFront> front_;
  std::unique_ptr<SpanData> http_, rpc_client_, rpc_server_;
  std::vector<std::unique_ptr<SpanData>> redis_spans_;
};

TEST_P(PropagationMatrixTest, OneTraceWithItsBaggage) {
  const std::map<Incoming, std::string> answers = {
      {Incoming::kNothing, "ok +here"},
      {Incoming::kContext, "ok +here"},
      {Incoming::kContextAndBaggage, "ok donuts+here"}};
  for (const auto& [incoming, answer] : answers) {
    EXPECT_EQ(Get(front_->port(), incoming), answer);
    Take();
    ExpectOneChain(incoming);
  }
}

std::string RowName(const ::testing::TestParamInfo<Row>& row) {
  static constexpr const char* kHttp[] = {"Beast", "BeastCoroutine", "Httplib"};
  static constexpr const char* kClient[] = {"Unary", "UnaryCallback", "Stream", "StreamCallback"};
  static constexpr const char* kServer[] = {"Sync", "Callback"};
  static constexpr const char* kRedis[] = {"Command", "Pipeline", "Async"};
  const auto [http, client, server, redis] = row.param;
  return std::string(kHttp[static_cast<int>(http)]) + "_" + kClient[static_cast<int>(client)] +
         "To" + kServer[static_cast<int>(server)] + "_" + kRedis[static_cast<int>(redis)];
}

INSTANTIATE_TEST_SUITE_P(
    All, PropagationMatrixTest,
    ::testing::Combine(
        ::testing::Values(HttpForm::kBeast, HttpForm::kBeastCoroutine, HttpForm::kHttplib),
        ::testing::Values(ClientForm::kUnary, ClientForm::kUnaryCallback, ClientForm::kStream,
                          ClientForm::kStreamCallback),
        ::testing::Values(ServerForm::kSync, ServerForm::kCallback),
        ::testing::Values(RedisForm::kCommand, RedisForm::kPipeline, RedisForm::kAsync)),
    RowName);

}  // namespace
}  // namespace spanhound::sdk
