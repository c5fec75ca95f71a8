#include "remote_sampler.h"

#include <gtest/gtest.h>
#include <opentelemetry/common/key_value_iterable.h>
#include <opentelemetry/trace/span_context.h>
#include <opentelemetry/trace/span_context_kv_iterable.h>

#include <thread>

#include "random_ids.h"
#include "spanhound/attribute.h"
#include "testing/loopback_server.h"

namespace spanhound::sdk {
namespace {

namespace sdk_trace = opentelemetry::sdk::trace;
namespace trace = opentelemetry::trace;
using std::chrono::milliseconds;
using testing::LoopbackServer;

class NoLinks : public trace::SpanContextKeyValueIterable {
 public:
  bool ForEachKeyValue(opentelemetry::nostd::function_ref<
                       bool(trace::SpanContext, const opentelemetry::common::KeyValueIterable&)>)
      const noexcept override {
    return true;
  }
  std::size_t size() const noexcept override { return 0; }
};

sdk_trace::SamplingResult Sample(sdk_trace::Sampler* sampler, std::string_view operation) {
  return sampler->ShouldSample(trace::SpanContext::GetInvalid(), RandomTraceId(), ToOtel(operation),
                               trace::SpanKind::kServer, Attributes(), NoLinks());
}

int CountOf1000(sdk_trace::Sampler* sampler, std::string_view operation) {
  int count = 0;
  for (int i = 0; i < 1000; ++i) count += Sample(sampler, operation).IsSampled();
  return count;
}

TEST(RemoteSamplerTest, Ratio) {
  const auto sampler = ParseSamplingAnswer(
      R"({"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":1}})");
  ASSERT_NE(sampler, nullptr);
  const auto result = Sample(sampler.get(), "any");
  ASSERT_EQ(result.decision, sdk_trace::Decision::RECORD_AND_SAMPLE);
  ASSERT_NE(result.attributes, nullptr);
  EXPECT_EQ(absl::get<double>(result.attributes->at("jaeger.sampler.param")), 1.0);
  const auto none = ParseSamplingAnswer(R"({"probabilisticSampling":{"samplingRate":0}})");
  EXPECT_EQ(CountOf1000(none.get(), "any"), 0);
}

TEST(RemoteSamplerTest, Rate) {
  const auto sampler =
      ParseSamplingAnswer(R"({"strategyType":1,"rateLimitingSampling":{"maxTracesPerSecond":10}})");
  ASSERT_NE(sampler, nullptr);
  const int count = CountOf1000(sampler.get(), "any");
  EXPECT_GE(count, 10);
  EXPECT_LE(count, 20) << "the burst, and what a slow test may add";
}

TEST(RemoteSamplerTest, Operations) {
  const auto sampler = ParseSamplingAnswer(R"({
      "probabilisticSampling": {"samplingRate": 1},
      "operationSampling": {
        "defaultSamplingProbability": 0, "defaultLowerBoundTracesPerSecond": 2,
        "perOperationStrategies": [
          {"operation": "all", "probabilisticSampling": {"samplingRate": 1}},
          {"operation": "few", "probabilisticSampling": {"samplingRate": 0}},
          {"operation": "bad", "probabilisticSampling": {"samplingRate": 7}}, 4, {}]}})");
  ASSERT_NE(sampler, nullptr);
  EXPECT_EQ(CountOf1000(sampler.get(), "all"), 1000);
  EXPECT_EQ(CountOf1000(sampler.get(), "other"), 0);
  EXPECT_EQ(CountOf1000(sampler.get(), "bad"), 0);
  const int few = CountOf1000(sampler.get(), "few");
  EXPECT_GE(few, 2) << "the lower bound";
  EXPECT_LE(few, 10);
}

TEST(RemoteSamplerTest, OperationsAreBounded) {
  std::string json = R"({"operationSampling":{"defaultSamplingProbability":0,
                         "perOperationStrategies":[)";
  for (std::size_t i = 0; i <= kRemoteOperationsMax; ++i) {
    json += (i == 0 ? "" : ",") + (R"({"operation":"op)" + std::to_string(i)) +
            R"(","probabilisticSampling":{"samplingRate":1}})";
  }
  const auto sampler = ParseSamplingAnswer(json + "]}}");
  EXPECT_TRUE(Sample(sampler.get(), "op255").IsSampled());
  EXPECT_FALSE(Sample(sampler.get(), "op256").IsSampled());
}

TEST(RemoteSamplerTest, BadAnswersAreNone) {
  for (const char* json : {"", "x", "[]", "{}", R"({"probabilisticSampling":{"samplingRate":2}})",
                           R"({"probabilisticSampling":7})", R"({"operationSampling":{}})",
                           R"({"rateLimitingSampling":{"maxTracesPerSecond":-1}})"}) {
    EXPECT_EQ(ParseSamplingAnswer(json), nullptr) << json;
  }
}

TEST(RemoteSamplerTest, TheLimiterRefills) {
  RateLimiter::Clock::time_point now{};
  RateLimiter limiter(0.5, [&] { return now; });
  EXPECT_TRUE(limiter.Take());
  EXPECT_FALSE(limiter.Take());
  now += std::chrono::milliseconds(1999);
  EXPECT_FALSE(limiter.Take());
  now += std::chrono::hours(1);
  EXPECT_TRUE(limiter.Take());
  EXPECT_FALSE(limiter.Take()) << "no more than one is saved up";
  RateLimiter closed(0, [&] { return now; });
  now += std::chrono::hours(1);
  EXPECT_FALSE(closed.Take());
}

// Until it decides as `sampled`, for ten seconds at most.
bool Becomes(sdk_trace::Sampler* sampler, bool sampled) {
  for (int i = 0; i < 1000; ++i) {
    if (Sample(sampler, "op").IsSampled() == sampled) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

TEST(RemoteSamplerTest, AsksAgainAndKeepsTheLastGoodAnswer) {
  LoopbackServer server([](std::size_t n) {
    return n == 0   ? LoopbackServer::Ok(R"({"probabilisticSampling":{"samplingRate":1}})")
           : n == 1 ? LoopbackServer::Response("500 No", "", "")
           : n == 2 ? LoopbackServer::Ok("no json")
                    : LoopbackServer::Ok(R"({"probabilisticSampling":{"samplingRate":0}})");
  });
  const auto sampler = MakeRemoteSampler({.service = "my service&x",
                                          .endpoint = server.url("/sampling"),
                                          .polling_interval = milliseconds(20),
                                          .initial_ratio = 0});
  EXPECT_TRUE(Becomes(sampler.get(), true));
  EXPECT_TRUE(Becomes(sampler.get(), false));
  ASSERT_GE(server.requests().size(), 4u) << "two failures changed nothing";
  EXPECT_EQ(server.requests()[0].head.substr(0, 46),
            "GET /sampling?service=my%20service%26x HTTP/1.");
}

TEST(RemoteSamplerTest, AHangingBackendHoldsUpNobody) {
  LoopbackServer server(LoopbackServer::Hang);
  const auto start = std::chrono::steady_clock::now();
  {
    const auto sampler =
        MakeRemoteSampler({.service = "s", .endpoint = server.url(), .initial_ratio = 1});
    EXPECT_TRUE(Sample(sampler.get(), "op").IsSampled());
    server.WaitForRequests(1);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace spanhound::sdk
