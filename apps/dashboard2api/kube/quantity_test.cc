#include "dashboard2api/kube/quantity.h"

#include <gtest/gtest.h>

#include <string>

namespace dashboard2api::kube {
namespace {

TEST(QuantityTest, Cpu) {
  EXPECT_EQ(CpuMillis("250m"), 250);
  EXPECT_EQ(CpuMillis("2"), 2000);
  EXPECT_EQ(CpuMillis("0.1"), 100);
  EXPECT_EQ(CpuMillis(".5"), 500);
  EXPECT_EQ(CpuMillis("+1.5"), 1500);
  EXPECT_EQ(CpuMillis("156340001n"), 157);  // what metrics-server writes; rounded up
  EXPECT_EQ(CpuMillis("1u"), 1);
  EXPECT_EQ(CpuMillis("0"), 0);
}

TEST(QuantityTest, Memory) {
  EXPECT_EQ(MemoryBytes("1536Mi"), 1536LL << 20);
  EXPECT_EQ(MemoryBytes("32Gi"), 32LL << 30);
  EXPECT_EQ(MemoryBytes("1Ti"), 1LL << 40);
  EXPECT_EQ(MemoryBytes("129e6"), 129'000'000);
  EXPECT_EQ(MemoryBytes("129E6"), 129'000'000);
  EXPECT_EQ(MemoryBytes("1E"), 1'000'000'000'000'000'000);
  EXPECT_EQ(MemoryBytes("1Ei"), 1LL << 60);
  EXPECT_EQ(MemoryBytes("3k"), 3000);
  EXPECT_EQ(MemoryBytes("123456789"), 123456789);
}

TEST(QuantityTest, WhatIsNoQuantity) {
  for (const std::string& bad :
       {std::string(), std::string("m"), std::string("-1"), std::string("inf"), std::string("nan"),
        std::string("1mm"), std::string("1 Gi"), std::string("0x10"), std::string("1e400"),
        std::string("99999E"), std::string("++1"), std::string(10'000, '9')}) {
    EXPECT_EQ(MemoryBytes(bad), std::nullopt) << bad.substr(0, 20);
  }
}

}  // namespace
}  // namespace dashboard2api::kube
