#include "wire/jaeger/sampling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/testing/hex_bytes.h"

namespace spanhound::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The example of Jaeger's documentation in shape.
constexpr char kFile[] = R"({
  "service_strategies": [
    {"service": "foo", "type": "probabilistic", "param": 0.8, "operation_strategies": [
      {"operation": "op1", "type": "probabilistic", "param": 0.2},
      {"operation": "op2", "type": "ratelimiting", "param": 5}]},
    {"service": "bar", "type": "ratelimiting", "param": 5.9}],
  "default_strategy": {"type": "probabilistic", "param": 0.5, "operation_strategies": [
    {"operation": "op1", "type": "probabilistic", "param": 0.9},
    {"operation": "/health", "type": "probabilistic", "param": 0.0}]}
})";

std::string JsonOf(const SamplingStrategies& strategies, const std::string& service) {
  return EncodeSamplingJson(strategies.Of(service), SamplingTypeForm::kName);
}

TEST(Sampling, FileGivesEachServiceItsStrategy) {
  auto strategies = ParseSamplingStrategies(kFile);
  ASSERT_TRUE(strategies.ok()) << strategies.status().ToString();
  EXPECT_EQ(JsonOf(*strategies, "foo"),
            R"({"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":0.8},)"
            R"("operationSampling":{"defaultSamplingProbability":0.8,)"
            R"("defaultLowerBoundTracesPerSecond":0,"perOperationStrategies":[)"
            R"({"operation":"op1","probabilisticSampling":{"samplingRate":0.2}},)"
            R"({"operation":"/health","probabilisticSampling":{"samplingRate":0}}],)"
            R"("defaultUpperBoundTracesPerSecond":0}})");
  EXPECT_THAT(JsonOf(*strategies, "bar"),
              HasSubstr(R"({"strategyType":"RATE_LIMITING","rateLimitingSampling":)"
                        R"({"maxTracesPerSecond":5},"operationSampling":)"));
  EXPECT_THAT(JsonOf(*strategies, "other"), HasSubstr(R"({"samplingRate":0.5})"));
  EXPECT_THAT(strategies->warnings, ElementsAre(HasSubstr("'op2' can only be sampled")));
}

TEST(Sampling, DefaultsWhereTheFileSaysNothing) {
  for (const char* json : {"null", "{}", R"({"default_strategy": null})"}) {
    auto strategies = ParseSamplingStrategies(json);
    ASSERT_TRUE(strategies.ok()) << json;
    EXPECT_EQ(JsonOf(*strategies, "any"),
              R"({"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":0.001}})");
  }
  auto unknown = ParseSamplingStrategies(R"({"default_strategy": {"type": "magic", "param": 1}})");
  ASSERT_TRUE(unknown.ok());
  EXPECT_EQ(unknown->default_strategy.sampling_rate, 0.001);
  EXPECT_THAT(unknown->warnings, ElementsAre(HasSubstr("'magic'")));
}

TEST(Sampling, BrokenFilesAreRefused) {
  for (const char* json :
       {"", "[]", "{", R"({"default_strategy": 1})", R"({"service_strategies": {}})",
        R"({"service_strategies": [{"type": "probabilistic"}]})",
        R"({"default_strategy": {"type": "probabilistic", "param": 1.5}})",
        R"({"default_strategy": {"type": "probabilistic", "param": -0.1}})",
        R"({"default_strategy": {"type": "ratelimiting", "param": 1e300}})",
        R"({"default_strategy": {"type": "magic", "operation_strategies": 2}})"}) {
    EXPECT_EQ(ParseSamplingStrategies(json).status().code(), Code::kInvalidArgument) << json;
  }
}

TEST(Sampling, OldClientsGetTheTypeAsANumber) {
  SamplingStrategy strategy;
  EXPECT_THAT(EncodeSamplingJson(strategy, SamplingTypeForm::kNumber),
              HasSubstr(R"({"strategyType":0,)"));
  strategy.type = SamplingStrategy::Type::kRateLimiting;
  EXPECT_THAT(EncodeSamplingJson(strategy, SamplingTypeForm::kNumber),
              HasSubstr(R"({"strategyType":1,)"));
}

// Field by field from Jaeger's sampling.proto.
TEST(Sampling, ProtobufGoldenBytes) {
  SamplingStrategy strategy;
  strategy.sampling_rate = 0.5;
  strategy.per_operation = {0.25, 2, 0, {{"op", 0.125}}};
  EXPECT_EQ(EncodeSamplingProto(strategy), HexBytes("1209"
                                                    "09000000000000e03f"
                                                    "2223"
                                                    "09000000000000d03f"
                                                    "110000000000000040"
                                                    "1a0f"
                                                    "0a026f70"
                                                    "1209"
                                                    "09000000000000c03f"));
  SamplingStrategy limiting;
  limiting.type = SamplingStrategy::Type::kRateLimiting;
  limiting.traces_per_second_max = 7;
  EXPECT_EQ(EncodeSamplingProto(limiting), HexBytes("0801"
                                                    "1a02"
                                                    "0807"));
  EXPECT_EQ(*DecodeSamplingRequest("\x0a\x03"
                                   "foo"),
            "foo");
  EXPECT_EQ(*DecodeSamplingRequest(""), "");
  EXPECT_FALSE(DecodeSamplingRequest("\x0a\x09"
                                     "foo")
                   .ok());
}

}  // namespace
}  // namespace spanhound::wire
