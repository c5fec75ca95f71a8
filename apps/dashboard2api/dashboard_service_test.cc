#include "dashboard2api/dashboard_service.h"

#include <gtest/gtest.h>

namespace dashboard2api {
namespace {

TEST(DashboardServiceTest, NamesOfNamespaces) {
  for (const char* name : {"default", "kube-system", "a", "0"}) EXPECT_TRUE(IsNameSpace(name));
  EXPECT_TRUE(IsNameSpace(std::string(63, 'a')));
  EXPECT_FALSE(IsNameSpace(std::string(64, 'a')));
  for (const char* bad : {"", "A", "a.b", "a/b", "a b", "a\n", "\xC3\xA4", "*"}) {
    EXPECT_FALSE(IsNameSpace(bad)) << bad;
  }
}

}  // namespace
}  // namespace dashboard2api
