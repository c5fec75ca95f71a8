#include "load/workload_facts.h"

#include <gtest/gtest.h>

namespace spanhound::load {
namespace {

WorkloadFacts Facts(const std::string& workload, uint64_t spans) {
  LoadOptions options;
  options.workload = workload;
  options.spans = spans;
  return DescribeWorkload(options).value();
}

// The words: 10 spans/trace, 10 services, 11 string attributes per span drawn at random
// from 97 keys x 1,000 values.
TEST(WorkloadFactsTest, JaegerBenchIsAsSpecified) {
  WorkloadFacts facts = Facts("jaeger-bench", 200'000);
  EXPECT_EQ(facts.spans, 200'000u);
  EXPECT_EQ(facts.spans_per_trace.min, 10u);
  EXPECT_EQ(facts.spans_per_trace.max, 10u);
  EXPECT_EQ(facts.services, 10u);
  EXPECT_EQ(facts.attributes_per_span.min, 11u);
  EXPECT_EQ(facts.attributes_per_span.max, 11u);
  EXPECT_EQ(facts.string_attribute_count, 11 * facts.spans);
  EXPECT_EQ(facts.attribute_keys, 97u);
  EXPECT_EQ(facts.values_per_key.min, 1'000u);
  EXPECT_EQ(facts.values_per_key.max, 1'000u);
  EXPECT_EQ(facts.traces_with_error, 0u);
}

// 12 services, ~8 spans/trace, 6-7 span and 14 resource attributes, 2 % errors with exception
// events and stack text, one trace in 10,000 with 3,000 spans.
TEST(WorkloadFactsTest, ShopIsAsSpecified) {
  WorkloadFacts facts = Facts("shop", 400'000);
  EXPECT_NEAR(facts.spans_per_trace.mean(), 8.4, 0.3);
  EXPECT_EQ(facts.spans_per_trace.max, 3'000u);
  EXPECT_NEAR(static_cast<double>(facts.traces), 400'000 / 8.4, 1'500);
  EXPECT_EQ(facts.services, 12u);
  EXPECT_EQ(facts.attributes_per_resource.min, 14u);
  EXPECT_EQ(facts.attributes_per_resource.max, 14u);
  EXPECT_EQ(facts.attributes_per_span.min, 6u);
  EXPECT_EQ(facts.attributes_per_span.max, 7u);
  EXPECT_NEAR(static_cast<double>(facts.traces_with_error) / double(facts.traces), 0.02, 0.004);
  EXPECT_NEAR(static_cast<double>(facts.exception_events), double(facts.traces_with_error), 20);
  EXPECT_GT(facts.stack_bytes.min, 500u);
  EXPECT_NEAR(facts.start_spread_seconds, 60, 0.1);
}

TEST(WorkloadFactsTest, TimeSpreadWorks) {
  LoadOptions options;
  options.time_spread_seconds = 86'400;
  EXPECT_NEAR(DescribeWorkload(options)->start_spread_seconds, 86'400, 100);
  options.time_spread_seconds = 0;
  EXPECT_EQ(DescribeWorkload(options)->start_spread_seconds, 0);
}

TEST(WorkloadFactsTest, TextNamesTheFigures) {
  std::string text = WorkloadFactsText(Facts("jaeger-bench", 5'000));
  EXPECT_NE(text.find("10.00 (10 to 10)"), std::string::npos) << text;
  EXPECT_NE(text.find("97"), std::string::npos) << text;
  LoadOptions unknown;
  unknown.workload = "nope";
  EXPECT_EQ(DescribeWorkload(unknown).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::load
