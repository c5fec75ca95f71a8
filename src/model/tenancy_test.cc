#include "model/tenancy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace spanhound::model {
namespace {

using testing::HasSubstr;
using Headers = std::vector<std::pair<std::string, std::string>>;

std::string TenantBy(const Headers& headers) {
  auto tenant = TenantOf(Tenancy::kByHeader, headers);
  return tenant.ok() ? *tenant : tenant.status().ToString();
}

TEST(TenancyTest, NamesAreShortAndPlain) {
  for (std::string_view name : {"a", "team-a", "Team_1.prod", "..", "0"}) {
    EXPECT_TRUE(IsTenantName(name)) << name;
  }
  EXPECT_TRUE(IsTenantName(std::string(128, 'x')));
  EXPECT_FALSE(IsTenantName(std::string(129, 'x')));
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool is_allowed = std::string_view("_.-").find(c) != std::string_view::npos ||
                            (byte < 128 && std::isalnum(byte) != 0);
    EXPECT_EQ(IsTenantName(std::string("a") + c), is_allowed) << byte;
  }
  EXPECT_FALSE(IsTenantName(""));
}

TEST(TenancyTest, EitherHeaderNamesTheTenant) {
  EXPECT_EQ(TenantBy({}), "default");
  EXPECT_EQ(TenantBy({{"accept", "a b"}}), "default");
  EXPECT_EQ(TenantBy({{"x-scope-orgid", "a"}}), "a");
  EXPECT_EQ(TenantBy({{"x-tenant", "b"}}), "b");
  EXPECT_EQ(TenantBy({{"x-tenant", "a"}, {"x-scope-orgid", "a"}, {"x-tenant", "a"}}), "a");
}

TEST(TenancyTest, DifferentTenantsAreRefused) {
  EXPECT_EQ(TenantBy({{"x-tenant", "a"}, {"x-scope-orgid", "b"}}),
            "INVALID_ARGUMENT: headers X-Scope-OrgID and x-tenant name different tenants");
  EXPECT_THAT(TenantBy({{"x-tenant", "a"}, {"x-tenant", "b"}}), HasSubstr("different tenants"));
}

TEST(TenancyTest, BadNamesAreRefusedAndNotRepeated) {
  const std::string_view with_nul("a\0b", 3);
  for (std::string value :
       {std::string(), std::string("a b"), std::string("a|b"), std::string(with_nul),
        std::string("\x1b[31mred"), std::string(100'000, 'x'), std::string("t\xc3\xa4st")}) {
    const std::string answer = TenantBy({{"x-tenant", value}});
    EXPECT_THAT(answer, HasSubstr("INVALID_ARGUMENT: header x-tenant must be 1 to 128"));
    EXPECT_TRUE(value.empty() || answer.find(value) == std::string::npos);
    EXPECT_THAT(TenantBy({{"x-scope-orgid", value}}), HasSubstr("header X-Scope-OrgID must be"));
  }
}

TEST(TenancyTest, HeadersDoNotCountWhenItIsOff) {
  const Headers headers = {{"x-tenant", "a b"}, {"x-scope-orgid", "c"}};
  auto tenant = TenantOf(Tenancy::kOff, headers);
  ASSERT_TRUE(tenant.ok());
  EXPECT_EQ(*tenant, "default");
}

}  // namespace
}  // namespace spanhound::model
