#include "ratio_sampler.h"

#include <gtest/gtest.h>
#include <opentelemetry/common/key_value_iterable_view.h>
#include <opentelemetry/trace/span_context.h>
#include <opentelemetry/trace/span_context_kv_iterable_view.h>
#include <opentelemetry/trace/trace_id.h>

#include <cstdint>
#include <random>

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;

bool Keeps(RatioSampler& sampler, std::uint64_t high, std::uint64_t low) {
  std::uint8_t bytes[16] = {};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(high >> (8 * (7 - i)));
    bytes[i + 8] = static_cast<std::uint8_t>(low >> (8 * (7 - i)));
  }
  return sampler
      .ShouldSample(trace::SpanContext::GetInvalid(), trace::TraceId(bytes), "",
                    trace::SpanKind::kInternal, opentelemetry::common::NoopKeyValueIterable(),
                    trace::NullSpanContext())
      .IsSampled();
}

// The bound for 0.25 in the Go SDK is 2^61, compared with the last eight bytes halved.
TEST(RatioSamplerTest, DecidesOnTheLastEightBytesLikeGo) {
  RatioSampler quarter(0.25);
  EXPECT_TRUE(Keeps(quarter, 0xFFFFFFFFFFFFFFFF, 0x3FFFFFFFFFFFFFFF));
  EXPECT_FALSE(Keeps(quarter, 0, 0x4000000000000000));
  EXPECT_TRUE(Keeps(quarter, 0xFFFFFFFFFFFFFFFF, 0));
  EXPECT_FALSE(Keeps(quarter, 0, 0xFFFFFFFFFFFFFFFF));
}

TEST(RatioSamplerTest, KeepsItsShareOf64BitIds) {
  RatioSampler sampler(0.01);
  std::mt19937_64 random(1);
  int kept = 0;
  for (int i = 0; i < 200'000; ++i) kept += Keeps(sampler, 0, random()) ? 1 : 0;
  EXPECT_NEAR(kept, 2000, 200);
}

TEST(RatioSamplerTest, Edges) {
  RatioSampler none(0), all(1), below(-3), above(7);
  for (const std::uint64_t low : {std::uint64_t{0}, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    EXPECT_FALSE(Keeps(none, 1, low));
    EXPECT_TRUE(Keeps(all, 1, low));
    EXPECT_FALSE(Keeps(below, 1, low));
    EXPECT_TRUE(Keeps(above, 1, low));
  }
}

}  // namespace
}  // namespace spanhound::sdk
