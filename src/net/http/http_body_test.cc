#include "net/http/http_body.h"

#include <gtest/gtest.h>

#include "net/compression/gzip.h"

namespace spanhound::net {
namespace {

RequestLimits Limits(size_t body_bytes_max, size_t compression_ratio_max = 1000) {
  RequestLimits limits;
  limits.body_bytes_max = body_bytes_max;
  limits.compression_ratio_max = compression_ratio_max;
  return limits;
}

TEST(HttpBodyTest, IdentityUpToTheLimit) {
  ByteBudget budget(1000);
  const RequestLimits body_limits = Limits(10);
  HttpBody body(body_limits, budget);
  EXPECT_FALSE(body.Begin("", std::nullopt));
  EXPECT_FALSE(body.Append("01234"));
  EXPECT_FALSE(body.Append("56789"));
  EXPECT_FALSE(body.Finish());
  EXPECT_EQ(body.Append("x").status, 413);
  EXPECT_EQ(body.Take(), "0123456789");
}

TEST(HttpBodyTest, AnnouncedLengthIsJudgedAtOnce) {
  const RequestLimits limits = Limits(10);
  ByteBudget budget(1000);
  EXPECT_EQ(HttpBody(limits, budget).Begin("identity", 11).status, 413);
  EXPECT_EQ(HttpBody(limits, budget).Begin("identity", 10).status, 0);
  EXPECT_EQ(HttpBody(limits, budget).Begin("gzip", 30).status, 0);
  EXPECT_EQ(HttpBody(limits, budget).Begin("gzip", 1 << 20).status, 413);
  EXPECT_EQ(HttpBody(limits, budget).Begin("br", 1).status, 415);
}

TEST(HttpBodyTest, GzipBombStopsAtTheLimit) {
  std::string bomb = GzipCompress(std::string(50 << 20, '\0'));
  ByteBudget budget(1 << 30);
  const RequestLimits body_limits = Limits(1 << 20);
  HttpBody body(body_limits, budget);
  ASSERT_FALSE(body.Begin("GZIP", bomb.size()));
  for (size_t i = 0; i < bomb.size(); i += 1000) ASSERT_FALSE(body.Append(bomb.substr(i, 1000)));
  EXPECT_EQ(budget.used(), bomb.size());  // nothing is undone before it is whole
  EXPECT_EQ(body.Finish().status, 413);
  EXPECT_LE(body.Take().capacity(), 4u << 20);
}

TEST(HttpBodyTest, ARatioNoTelemetryHasIsRefusedFarBelowTheLimit) {
  ByteBudget budget(1 << 30);
  const std::string bomb = GzipCompress(std::string(32 << 20, 'a'));
  const RequestLimits body_limits = Limits(64 << 20, 100);
  HttpBody body(body_limits, budget);
  ASSERT_FALSE(body.Begin("gzip", bomb.size()));
  ASSERT_FALSE(body.Append(bomb));
  EXPECT_EQ(body.Finish().status, 413);
  EXPECT_LE(body.Take().size(), size_t{3} << 20);
  const RequestLimits small_limits = Limits(64 << 20, 100);
  HttpBody small(small_limits, budget);  // the first MiB may be anything
  ASSERT_FALSE(small.Begin("gzip", std::nullopt));
  EXPECT_FALSE(small.Append(GzipCompress(std::string(1 << 20, 'a'))));
  EXPECT_FALSE(small.Finish());
}

TEST(HttpBodyTest, BudgetIsSharedAndGivenBack) {
  ByteBudget budget(100);
  {
    const RequestLimits limits = Limits(90);
    HttpBody first(limits, budget), second(limits, budget);
    ASSERT_FALSE(first.Begin("", 60));
    ASSERT_FALSE(second.Begin("", 60));
    EXPECT_FALSE(first.Append(std::string(60, 'a')));
    EXPECT_EQ(second.Append(std::string(60, 'b')).status, 503);
    EXPECT_FALSE(second.Append(std::string(40, 'b')));
    EXPECT_EQ(budget.used(), 100u);
  }
  EXPECT_EQ(budget.used(), 0u);
}

TEST(HttpBodyTest, WhatComesOutIsTakenFromTheBudgetToo) {
  ByteBudget budget(100'000);
  const RequestLimits limits = Limits(1 << 20);
  HttpBody body(limits, budget);
  ASSERT_FALSE(body.Begin("gzip", std::nullopt));
  ASSERT_FALSE(body.Append(GzipCompress(std::string(200'000, 'a'))));
  EXPECT_EQ(body.Finish().status, 503);
}

TEST(HttpBodyTest, TruncatedGzip) {
  ByteBudget budget(1000);
  const RequestLimits body_limits = Limits(500);
  HttpBody body(body_limits, budget);
  ASSERT_FALSE(body.Begin("gzip", std::nullopt));
  EXPECT_FALSE(body.Append(GzipCompress("hello").substr(0, 12)));
  EXPECT_EQ(body.Finish().status, 400);
}

}  // namespace
}  // namespace spanhound::net
