#include "net/work_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

namespace spanhound::net {
namespace {

TEST(WorkQueue, RunsInOrder) {
  WorkQueue queue(1);
  std::vector<int> seen;
  std::promise<void> last;
  for (int i = 0; i < 100; ++i) queue.Add([&seen, i] { seen.push_back(i); });
  queue.Add([&last] { last.set_value(); });
  last.get_future().wait();
  ASSERT_EQ(seen.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(seen[static_cast<size_t>(i)], i);
}

TEST(WorkQueue, KnowsHowLongTheNextHasWaited) {
  WorkQueue queue(1);
  EXPECT_EQ(queue.delay_ms(), 0);
  std::promise<void> begun, may_end;
  queue.Add([&] {
    begun.set_value();
    may_end.get_future().wait();
  });
  begun.get_future().wait();
  EXPECT_EQ(queue.delay_ms(), 0);  // it runs, nothing waits
  queue.Add([] {});
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_GE(queue.delay_ms(), 20);
  may_end.set_value();
}

TEST(WorkQueue, AFloodIsKnownByItsLength) {
  WorkQueue queue(1);
  for (int i = 0; i < 50; ++i) {
    queue.Add([] { std::this_thread::sleep_for(std::chrono::milliseconds(2)); });
  }
  std::promise<void> begun, may_end;
  queue.Add([&] {
    begun.set_value();
    may_end.get_future().wait();
  });
  begun.get_future().wait();
  for (int i = 0; i < 1000; ++i) queue.Add([] {});
  EXPECT_GE(queue.delay_ms(), 1000);  // nobody has waited that long
  may_end.set_value();
}

TEST(WorkQueue, StopWaitsForWhatRunsAndDropsTheRest) {
  std::atomic<bool> has_ended = false;
  auto held = std::make_shared<int>(1);
  WorkQueue queue(1);
  std::promise<void> next_waits;
  queue.Add([&] {
    while (queue.delay_ms() == 0) std::this_thread::yield();
    next_waits.set_value();
    while (queue.delay_ms() > 0) std::this_thread::yield();  // until Stop has dropped the next
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    has_ended = true;
  });
  queue.Add([held] { ADD_FAILURE() << "ran after Stop"; });
  next_waits.get_future().wait();
  queue.Stop();
  EXPECT_TRUE(has_ended);
  EXPECT_EQ(held.use_count(), 1);
  queue.Add([held] { ADD_FAILURE() << "ran after Stop"; });
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace spanhound::net
