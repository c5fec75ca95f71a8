#include "batcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <utility>

namespace spanhound::sdk {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

// Collects what is exported; each export waits while `held`.
class Exported {
 public:
  void Export(std::span<const EncodedRecord> batch) {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    batches_.emplace_back();
    for (const EncodedRecord& record : batch) batches_.back().emplace_back(record.bytes);
  }
  void Hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  void AwaitExport(int count = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }
  std::vector<std::size_t> sizes() const {
    std::vector<std::size_t> sizes;
    for (const auto& batch : batches_) sizes.push_back(batch.size());
    return sizes;
  }
  const std::vector<std::vector<std::string>>& batches() const { return batches_; }
  std::atomic<std::uint64_t> drops_told{0};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int waiting_ = 0;
  std::vector<std::vector<std::string>> batches_;
};

Batcher::Settings SettingsFor(Exported* exported) {
  return {.delay = std::chrono::hours(1),
          .export_batch = [exported](auto batch) { exported->Export(batch); },
          .tell_drops = [exported](std::uint64_t count) { exported->drops_told += count; }};
}

constexpr std::chrono::seconds kLong{10};

TEST(BatcherTest, AFullBatchIsExportedAtOnce) {
  Exported exported;
  auto settings = SettingsFor(&exported);
  settings.batch_records_max = 2;
  Batcher batcher(settings);
  batcher.Add({nullptr, "a"});
  batcher.Add({nullptr, "b"});
  exported.AwaitExport();  // although the delay is an hour
  batcher.Stop();
  EXPECT_THAT(exported.batches(), ElementsAre(ElementsAre("a", "b")));
}

// What is under way counts, so that a batch may be full and then not, with nobody to take it.
TEST(BatcherTest, TheNextFullBatchIsExportedAtOnceToo) {
  Exported exported;
  auto settings = SettingsFor(&exported);
  settings.batch_bytes_max = 1000;
  Batcher batcher(settings);
  const std::string full(1000, 'x');
  exported.Hold(true);
  batcher.Add({nullptr, full});
  exported.AwaitExport();
  batcher.Add({nullptr, "y"});
  exported.Hold(false);
  for (int i = 2; i < 5; ++i) {
    std::this_thread::sleep_for(milliseconds(20));  // most likely the thread waits again by then
    batcher.Add({nullptr, full});
    exported.AwaitExport(i);
  }
  batcher.Stop();
}

TEST(BatcherTest, TheDelayEndsTheWait) {
  Exported exported;
  auto settings = SettingsFor(&exported);
  settings.delay = milliseconds(1);
  Batcher batcher(settings);
  batcher.Add({nullptr, "a"});
  exported.AwaitExport();
  batcher.Stop();
  EXPECT_THAT(exported.sizes(), ElementsAre(1u));
}

TEST(BatcherTest, LimitsOfABatchHoldWhenFlushingAndAfter) {
  Exported exported;
  auto settings = SettingsFor(&exported);
  settings.batch_records_max = 4;
  Batcher batcher(settings);
  exported.Hold(true);
  for (int i = 0; i < 10; ++i) batcher.Add({nullptr, "x"});
  exported.Hold(false);
  EXPECT_TRUE(batcher.Flush(kLong));
  for (int i = 0; i < 5; ++i) batcher.Add({nullptr, "x"});
  batcher.Stop();
  std::size_t all = 0;
  for (const std::size_t size : exported.sizes()) {
    EXPECT_LE(size, 4u);
    all += size;
  }
  EXPECT_EQ(all, 15u);
}

TEST(BatcherTest, ABatchIsBoundedInBytes) {
  Exported exported;
  auto settings = SettingsFor(&exported);
  settings.batch_bytes_max = 1000;
  Batcher batcher(settings);
  exported.Hold(true);
  for (const std::size_t size : {400, 400, 400, 5000, 1}) {
    batcher.Add({nullptr, std::string(size, 'x')});
  }
  exported.Hold(false);
  batcher.Stop();
  EXPECT_THAT(exported.sizes(), ElementsAre(2u, 1u, 1u, 1u)) << "one too large goes alone";
}

TEST(BatcherTest, WhatTheQueueCannotHoldIsDroppedAndTold) {
  Exported exported;
  auto settings = SettingsFor(&exported);
  settings.queue_records_max = 3;
  settings.batch_records_max = 2;
  exported.Hold(true);
  Batcher batcher(settings);
  batcher.Add({nullptr, "a"});
  batcher.Add({nullptr, "b"});
  exported.AwaitExport();
  for (int i = 0; i < 100; ++i) batcher.Add({nullptr, "c"});  // two are still under way
  EXPECT_EQ(batcher.dropped(), 99u);
  exported.Hold(false);
  batcher.Stop();
  EXPECT_EQ(exported.drops_told, 99u);
  batcher.Add({nullptr, "late"});
  EXPECT_EQ(batcher.dropped(), 100u);
  EXPECT_THAT(exported.sizes(), ElementsAre(2u, 1u));
}

TEST(BatcherTest, TheQueueIsBoundedInBytes) {
  Exported exported;
  auto settings = SettingsFor(&exported);
  settings.queue_bytes_max = 1000;
  Batcher batcher(settings);
  batcher.Add({nullptr, std::string(2000, 'x')});
  batcher.Add({nullptr, std::string(600, 'x')});
  batcher.Add({nullptr, std::string(600, 'x')});
  EXPECT_EQ(batcher.dropped(), 2u);
}

TEST(BatcherTest, FlushGivesUpInTime) {
  Exported exported;
  exported.Hold(true);
  Batcher batcher(SettingsFor(&exported));
  EXPECT_TRUE(batcher.Flush(milliseconds(1))) << "nothing to wait for";
  batcher.Add({nullptr, "a"});
  EXPECT_FALSE(batcher.Flush(milliseconds(20)));
  exported.Hold(false);
  EXPECT_TRUE(batcher.Flush(kLong));
}

TEST(BatcherTest, NothingIsLostBetweenManyThreads) {
  Exported exported;
  auto settings = SettingsFor(&exported);
  settings.queue_records_max = 100'000;
  settings.delay = milliseconds(1);
  Batcher batcher(settings);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 5000; ++j) batcher.Add({nullptr, "x"});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(batcher.Flush(kLong));
  batcher.Stop();
  std::size_t all = 0;
  for (const std::size_t size : exported.sizes()) all += size;
  EXPECT_EQ(all, 20'000u);
}

}  // namespace
}  // namespace spanhound::sdk
