#include "store/compact/retention_policy.h"

#include <gtest/gtest.h>

namespace spanhound::store {
namespace {

constexpr uint64_t kHour = 3'600'000'000'000;

TEST(RetentionPolicyTest, LimitsAreCombined) {
  RetentionPolicy policy;
  ASSERT_TRUE(AddRetention("7d,80%", &policy).ok());
  ASSERT_TRUE(AddRetention("200GB", &policy).ok());
  EXPECT_EQ(policy.store.age_nanos, 7 * 24 * kHour);
  EXPECT_EQ(policy.store.disk_percent, 80u);
  EXPECT_EQ(policy.store.bytes, 200'000'000'000u);
  EXPECT_EQ(RetentionText(policy), "7d,200GB,80%");
}

TEST(RetentionPolicyTest, Units) {
  const std::pair<std::string, uint64_t> ages[] = {
      {"90m", kHour * 3 / 2}, {"12h", 12 * kHour}, {"1d", 24 * kHour}, {"30d", 30 * 24 * kHour}};
  for (const auto& [text, nanos] : ages) {
    RetentionPolicy policy;
    ASSERT_TRUE(AddRetention(text, &policy).ok()) << text;
    EXPECT_EQ(policy.store.age_nanos, nanos) << text;
    EXPECT_EQ(RetentionText(policy), text);
  }
  const std::pair<std::string, uint64_t> sizes[] = {
      {"5KB", 5'000},    {"5MB", 5'000'000}, {"3TB", 3'000'000'000'000}, {"5KiB", 5 << 10},
      {"5MiB", 5 << 20}, {"1GiB", 1 << 30},  {"3TiB", uint64_t{3} << 40}};
  for (const auto& [text, bytes] : sizes) {
    RetentionPolicy policy;
    ASSERT_TRUE(AddRetention(text, &policy).ok()) << text;
    EXPECT_EQ(policy.store.bytes, bytes) << text;
    EXPECT_EQ(RetentionText(policy), text);
  }
}

TEST(RetentionPolicyTest, WeeksAreToldAsDays) {
  RetentionPolicy policy;
  ASSERT_TRUE(AddRetention("2w", &policy).ok());
  EXPECT_EQ(RetentionText(policy), "14d");
}

TEST(RetentionPolicyTest, WrongTextsAreRefused) {
  for (std::string_view text :
       {"", "7", "d", "0d", "-1d", "7 d", "7d,", ",7d", "7d;80%", "7x", "100%", "0%", "1.5TB",
        "18446744073709551615TB", "99999999999999999999d", "7D"}) {
    RetentionPolicy policy;
    EXPECT_EQ(AddRetention(text, &policy).code(), Code::kInvalidArgument) << text;
  }
  RetentionPolicy policy;
  ASSERT_TRUE(AddRetention("7d", &policy).ok());
  EXPECT_EQ(AddRetention("8d", &policy).code(), Code::kInvalidArgument);
}

TEST(RetentionPolicyTest, TenantsHaveTheirOwn) {
  RetentionPolicy policy;
  ASSERT_TRUE(AddRetention("7d", &policy).ok());
  ASSERT_TRUE(AddTenantRetention("a=b=30d", &policy).ok());
  ASSERT_TRUE(AddTenantRetention("small=10MB", &policy).ok());
  EXPECT_EQ(policy.AgeNanos("a=b"), 30 * 24 * kHour);
  EXPECT_EQ(policy.AgeNanos("small"), 7 * 24 * kHour);
  EXPECT_EQ(policy.AgeNanos("other"), 7 * 24 * kHour);
  EXPECT_EQ(policy.TenantLimits("small")->bytes, 10'000'000u);
  EXPECT_EQ(policy.TenantLimits("other"), nullptr);
  EXPECT_EQ(RetentionText(policy), "7d; tenant a=b: 30d; tenant small: 10MB");
  for (std::string_view text : {"", "a", "=7d", "a=", "b=80%"}) {
    EXPECT_EQ(AddTenantRetention(text, &policy).code(), Code::kInvalidArgument) << text;
  }
}

TEST(RetentionPolicyTest, NoneByDefault) {
  EXPECT_EQ(RetentionText({}), "none");
  EXPECT_FALSE(RetentionPolicy().AgeNanos("default").has_value());
}

}  // namespace
}  // namespace spanhound::store
