#include "ingest/sampling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "ingest/testing/recording_store.h"
#include "ingest/testing/requests.h"

namespace spanhound::ingest {
namespace {

using ::testing::HasSubstr;

class SamplingTest : public ::testing::Test {
 protected:
  SamplingTest() : path_(::testing::TempDir() + "strategies-" + std::to_string(getpid())) {}
  ~SamplingTest() override { std::filesystem::remove(path_); }

  void Write(const std::string& json) { std::ofstream(path_) << json; }

  Result<std::unique_ptr<Sampling>> Start(SamplingOptions options) {
    return Sampling::Start(std::move(options), store_, SystemClock(), metrics_);
  }
  Result<std::unique_ptr<Sampling>> StartWithFile() {
    SamplingOptions options;
    options.strategies_file = path_;
    return Start(options);
  }

  static net::HttpResponse Get(const net::HttpRouter& router, std::string path,
                               std::vector<std::string> services = {"shop"}) {
    net::HttpRequest request;
    request.method = "GET";
    request.path = std::move(path);
    for (std::string& service : services) request.query.emplace_back("service", service);
    return Send(router, std::move(request))->value();
  }

  std::string path_;
  RecordingStore store_;
  Metrics metrics_;
};

TEST_F(SamplingTest, FileIsReadAndReadAgain) {
  Write(R"({"default_strategy": {"type": "probabilistic", "param": 0.5}})");
  auto sampling = StartWithFile();
  ASSERT_TRUE(sampling.ok()) << sampling.status().ToString();
  EXPECT_EQ((*sampling)->StrategyOf("default", "shop").sampling_rate, 0.5);
  Write(R"({"default_strategy": {"type": "probabilistic", "param": 0.25}})");
  EXPECT_TRUE((*sampling)->Renew().ok());
  EXPECT_EQ((*sampling)->StrategyOf("default", "shop").sampling_rate, 0.25);
  Write("{ broken");
  EXPECT_THAT((*sampling)->Renew().message(), HasSubstr(path_));
  EXPECT_EQ((*sampling)->StrategyOf("default", "shop").sampling_rate, 0.25);
  EXPECT_EQ(MetricValue(metrics_, "spanhound_sampling_renew_failures_total"), 1);
}

// As Kubernetes mounts a ConfigMap.
TEST_F(SamplingTest, TheFileMayBeALink) {
  const std::string link = path_ + "-link";
  Write(R"({"default_strategy": {"type": "probabilistic", "param": 0.5}})");
  std::filesystem::create_symlink(path_, link);
  SamplingOptions options;
  options.strategies_file = link;
  const auto sampling = Start(options);
  std::filesystem::remove(link);
  ASSERT_TRUE(sampling.ok()) << sampling.status().ToString();
  EXPECT_EQ((*sampling)->StrategyOf("default", "shop").sampling_rate, 0.5);
}

TEST_F(SamplingTest, StartFailsWithoutItsFile) {
  EXPECT_FALSE(StartWithFile().ok());
  SamplingOptions both;
  both.strategies_file = path_;
  both.is_adaptive = true;
  EXPECT_EQ(Start(both).status().code(), Code::kInvalidArgument);
}

TEST_F(SamplingTest, ClientsAskOverHttpAndGrpc) {
  auto started = Start({});
  ASSERT_TRUE(started.ok());
  Sampling& sampling = **started;
  net::HttpRouter agent, collector;
  AddAgentSamplingRoutes(agent, sampling);
  AddCollectorSamplingRoutes(collector, sampling);
  const std::string rest = R"(,"probabilisticSampling":{"samplingRate":0.001}})";
  const std::string named = R"({"strategyType":"PROBABILISTIC")" + rest;
  EXPECT_EQ(Get(agent, "/sampling").body, named);
  EXPECT_EQ(Get(collector, "/api/sampling").body, named);
  EXPECT_EQ(Get(agent, "/").body, R"({"strategyType":0)" + rest);
  EXPECT_EQ(Get(agent, "/sampling").content_type, "application/json");
  EXPECT_EQ(Get(agent, "/sampling", {}).status, 400);
  EXPECT_EQ(Get(agent, "/sampling", {"a", "b"}).status, 400);
  EXPECT_EQ(Get(agent, "/baggageRestrictions").status, 500);
  EXPECT_EQ(Get(collector, "/api/baggageRestrictions").status, 500);

  const auto [method, handler] = SamplingGrpcMethod(sampling);
  EXPECT_EQ(method, "/jaeger.api_v2.SamplingManager/GetSamplingStrategy");
  net::GrpcReply reply;
  const auto respond = [&](net::GrpcReply got) { reply = std::move(got); };
  handler({"\x0a\x04shop", {}}, respond);
  EXPECT_TRUE(reply.status.ok());
  EXPECT_EQ(reply.body, wire::EncodeSamplingProto(sampling.StrategyOf("default", "shop")));
  handler({"\x0a\x09shop", {}}, respond);
  EXPECT_EQ(reply.status.code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::ingest
