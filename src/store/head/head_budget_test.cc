#include "store/head/head_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace spanhound::store {
namespace {

using testing::HasSubstr;

class HandClock : public Clock {
 public:
  int64_t NowUnixNanos() const override { return nanos; }
  int64_t MonotonicNanos() const override { return nanos; }
  int64_t nanos = 0;
};

class HeadBudgetTest : public testing::Test {
 protected:
  Code Reserve(std::string_view tenant, uint64_t bytes, HeadUse head = {}) {
    return budget_.Reserve(tenant, bytes, head).code();
  }

  bool HasCounted(const std::string& series, int count) {
    return metrics_.PrometheusText().find("\n" + series + " " + std::to_string(count) + "\n") !=
           std::string::npos;
  }

  HandClock clock_;
  Metrics metrics_;
  std::vector<std::string> stored_;
  HeadBudget budget_{
      {.bytes_max = 100, .tenant_share = 0.5, .tenants_max = 3}, clock_, metrics_, [this] {
        return stored_;
      }};
};

TEST_F(HeadBudgetTest, WhoIsAloneMayFillTheHead) {
  EXPECT_EQ(Reserve("a", 100), Code::kOk);
  EXPECT_EQ(Reserve("a", 1), Code::kResourceExhausted);
  budget_.Release("a", 100);
  EXPECT_EQ(Reserve("a", 41, {.bytes = 60, .tenant_bytes = 60}), Code::kResourceExhausted);
  EXPECT_EQ(Reserve("a", 40, {.bytes = 60, .tenant_bytes = 60}), Code::kOk);
  EXPECT_TRUE(HasCounted("spanhound_store_refused_head_full_total", 2));
}

TEST_F(HeadBudgetTest, ABatchWaitsForRoom) {
  std::atomic<uint64_t> head_bytes = 100;
  std::atomic<int> looks = 0;
  Status status = Internal("not yet");
  std::thread waiter([&] {
    const auto head = [&] {
      ++looks;
      return HeadUse{.bytes = head_bytes, .tenant_bytes = head_bytes};
    };
    status = budget_.ReserveOrWait("a", 30, head, std::chrono::hours(1));
  });
  while (looks == 0) std::this_thread::yield();
  head_bytes = 80;
  budget_.NoteRoom();  // not enough yet
  while (looks == 1) std::this_thread::yield();
  head_bytes = 70;
  budget_.NoteRoom();
  waiter.join();
  EXPECT_TRUE(status.ok());
  EXPECT_TRUE(HasCounted("spanhound_store_refused_head_full_total", 0));
  EXPECT_EQ(Reserve("a", 1, {.bytes = 70}), Code::kResourceExhausted);  // it has taken the room
}

TEST_F(HeadBudgetTest, NobodyWaitsInVain) {
  const auto full = [] { return HeadUse{.bytes = 100, .tenant_bytes = 100}; };
  const auto wait = [&](uint64_t bytes, std::chrono::milliseconds wait_max) {
    return budget_.ReserveOrWait("a", bytes, full, wait_max).code();
  };
  EXPECT_EQ(wait(1, std::chrono::milliseconds(1)), Code::kResourceExhausted);
  EXPECT_EQ(wait(101, std::chrono::hours(1)), Code::kResourceExhausted);  // larger than the head
  ASSERT_EQ(Reserve("b", 1), Code::kOk);
  // Others have room while one has used up its share.
  const auto share = [] { return HeadUse{.bytes = 50, .tenant_bytes = 50}; };
  EXPECT_EQ(budget_.ReserveOrWait("a", 1, share, std::chrono::hours(1)).code(),
            Code::kResourceExhausted);
  EXPECT_TRUE(HasCounted("spanhound_store_refused_head_full_total", 2));
  EXPECT_TRUE(HasCounted("spanhound_store_refused_tenant_head_share_total", 1));
}

TEST_F(HeadBudgetTest, OneOfSeveralHasItsShare) {
  EXPECT_EQ(Reserve("a", 50), Code::kOk);
  EXPECT_EQ(Reserve("b", 10), Code::kOk);
  EXPECT_EQ(Reserve("a", 1), Code::kResourceExhausted);
  EXPECT_THAT(budget_.Reserve("a", 1, {}).message(), HasSubstr("tenant_head_share"));
  EXPECT_TRUE(HasCounted("spanhound_store_refused_tenant_head_share_total", 2));
  EXPECT_EQ(Reserve("b", 40), Code::kOk);
  EXPECT_EQ(Reserve("c", 1), Code::kResourceExhausted);  // the head itself is full
  budget_.Release("a", 50);
  EXPECT_EQ(Reserve("a", 40, {.bytes = 20, .tenant_bytes = 20}), Code::kResourceExhausted);
  EXPECT_EQ(Reserve("a", 30, {.bytes = 20, .tenant_bytes = 20}), Code::kOk);
}

TEST_F(HeadBudgetTest, NewcomerIsMadeRoomForThoughItWasRefused) {
  EXPECT_EQ(Reserve("a", 100), Code::kOk);
  EXPECT_EQ(Reserve("b", 10), Code::kResourceExhausted);
  budget_.Release("a", 100);  // flushed
  stored_ = {"a"};
  EXPECT_EQ(Reserve("a", 60), Code::kResourceExhausted);
  EXPECT_EQ(Reserve("b", 10), Code::kOk);
}

TEST_F(HeadBudgetTest, TenantsOnDiskCount) {
  stored_ = {"b"};
  EXPECT_EQ(Reserve("a", 60), Code::kResourceExhausted);
  // Retired since; asked again, but not at once.
  stored_ = {};
  EXPECT_EQ(Reserve("a", 60), Code::kResourceExhausted);
  clock_.nanos += 1'000'000'000;
  EXPECT_EQ(Reserve("a", 60), Code::kOk);
}

TEST_F(HeadBudgetTest, OneTenantTooManyIsRefusedForGood) {
  for (const char* tenant : {"a", "b", "c"}) EXPECT_EQ(Reserve(tenant, 1), Code::kOk);
  EXPECT_EQ(Reserve("d", 1), Code::kFailedPrecondition);
  EXPECT_THAT(budget_.Reserve("d", 1, {}).message(), HasSubstr("3 tenants"));
  EXPECT_THAT(budget_.Reserve("d", 1, {}).message(), HasSubstr("tenants_max"));
  EXPECT_TRUE(HasCounted("spanhound_store_refused_tenants_max_total", 3));
  EXPECT_EQ(Reserve("a", 1), Code::kOk);
  // The data of b has been retired; a and c still have some on its way.
  budget_.Release("b", 1);
  clock_.nanos += 1'000'000'000;
  EXPECT_EQ(Reserve("d", 1), Code::kOk);
  EXPECT_EQ(Reserve("b", 1), Code::kFailedPrecondition);
}

TEST(HeadBudget, ManyThreadsNeverHoldMoreThanThereIs) {
  Metrics metrics;
  HeadBudget budget({.bytes_max = 100, .tenant_share = 0.5, .tenants_max = 3}, SystemClock(),
                    metrics, [] { return std::vector<std::string>(); });
  std::atomic<uint64_t> held = 0;
  std::atomic<uint64_t> admitted = 0;
  const auto run = [&](std::string_view tenant) {
    for (int i = 0; i < 5000; ++i) {
      if (!budget.Reserve(tenant, 30, {}).ok()) continue;
      EXPECT_LE(held += 30, 100u);
      ++admitted;
      held -= 30;
      budget.Release(tenant, 30);
    }
  };
  std::vector<std::thread> threads;
  for (const char* tenant : {"a", "a", "b", "c", "c"}) threads.emplace_back(run, tenant);
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(admitted, 0u);
  EXPECT_TRUE(budget.Reserve("a", 50, {}).ok());  // everything was given back
}

TEST(HeadBudget, WholeShareIsNoLimit) {
  Metrics metrics;
  HeadBudget budget({.bytes_max = UINT64_MAX, .tenant_share = 1, .tenants_max = 2}, SystemClock(),
                    metrics, [] { return std::vector<std::string>{"other"}; });
  EXPECT_TRUE(budget.Reserve("a", UINT64_MAX / 2, {}).ok());
}

}  // namespace
}  // namespace spanhound::store
