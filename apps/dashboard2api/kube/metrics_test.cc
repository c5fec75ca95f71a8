#include "dashboard2api/kube/metrics.h"

#include <gtest/gtest.h>

namespace dashboard2api::kube {
namespace {

constexpr std::int64_t kNowMs = 1'700'000'000'000;

TEST(MetricsTest, Nodes) {
  const auto usage = ParseNodeMetrics(R"({"kind":"NodeMetricsList","items":[
      {"metadata":{"name":"n1"},"timestamp":"2023-11-04T14:11:37Z","window":"20s",
       "usage":{"cpu":"156340001n","memory":"1048576Ki"}},
      {"metadata":{"name":"n2"},"usage":{"cpu":"0","memory":"129e6"}},
      {"metadata":{"name":"just-started"}},
      {"metadata":{"name":"negative"},"usage":{"cpu":"-5n","memory":"1Ki"}},
      {"metadata":{"name":"half"},"usage":{"cpu":"250m"}},
      {"metadata":{"name":"odd"},"usage":{"cpu":"250m","memory":"1KiB"}},
      {"metadata":{"name":"number"},"usage":{"cpu":1,"memory":1024}}]})",
                                      kNowMs);
  ASSERT_TRUE(usage.ok());
  ASSERT_EQ(usage.value().size(), 2u);
  EXPECT_EQ(usage.value().at("n1").cpu_millis(), 157);
  EXPECT_EQ(usage.value().at("n1").memory_bytes(), 1 << 30);
  EXPECT_EQ(usage.value().at("n1").measured_ms(), kNowMs);
  EXPECT_EQ(usage.value().at("n2").cpu_millis(), 0);
  EXPECT_EQ(usage.value().at("n2").memory_bytes(), 129'000'000);
}

TEST(MetricsTest, PodsUseWhatTheirContainersUse) {
  const auto usage = ParsePodMetrics(R"({"kind":"PodMetricsList","items":[
      {"metadata":{"name":"p","namespace":"a"},"containers":[
        {"name":"x","usage":{"cpu":"10m","memory":"1Mi"}},
        {"name":"y","usage":{"cpu":"5m","memory":"2Mi"}}]},
      {"metadata":{"name":"p","namespace":"b"},"containers":[]},
      {"metadata":{"name":"q","namespace":"c"},"containers":[
        {"name":"x","usage":{"cpu":"10m","memory":"1Mi"}},
        {"name":"y","usage":{"cpu":"a lot","memory":"2Mi"}}]},
      {"metadata":{"name":"r","namespace":"c"},"containers":7}]})",
                                     kNowMs);
  ASSERT_TRUE(usage.ok());
  EXPECT_EQ(usage.value().at("a").at("p").cpu_millis(), 15);
  EXPECT_EQ(usage.value().at("a").at("p").memory_bytes(), 3 << 20);
  EXPECT_EQ(usage.value().at("b").at("p").cpu_millis(), 0);
  EXPECT_FALSE(usage.value().contains("c"));
}

TEST(MetricsTest, WhatIsNoList) {
  for (const char* bad : {"", "{", "[]", "null", R"({"kind":"PodList"})"}) {
    EXPECT_FALSE(ParseNodeMetrics(bad, kNowMs).ok()) << bad;
    EXPECT_FALSE(ParsePodMetrics(bad, kNowMs).ok()) << bad;
  }
}

}  // namespace
}  // namespace dashboard2api::kube
