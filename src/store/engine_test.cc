// What the store does when something is full, fails or happens at the same time.
#include "store/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store/testing/memory_file_system.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

using testing::HasSubstr;

class EngineTest : public testing::Test {
 protected:
  Status Open() {
    store_.reset();
    auto store = Engine::Open(options_, files_, SystemClock(), metrics_, 64);
    if (!store.ok()) return store.status();
    store_ = std::move(store).value();
    return Status::Ok();
  }

  Status AppendOne(uint64_t span) {
    SpanBatchBuilder batch;
    batch.Add(span, span, "span", span, 0);
    return AppendAndWait(*store_, batch.Take());
  }

  size_t CountRows() {
    ScanRequest request;
    request.columns = {{Field::kSpanId}};
    return ScanRows(*store_, request).size();
  }

  StoreOptions options_{.directory = "/data"};
  MemoryFileSystem files_;
  Metrics metrics_;
  std::unique_ptr<Engine> store_;
};

TEST_F(EngineTest, FailedSyncIsNeverTrusted) {
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(AppendOne(1).ok());
  files_.FailFrom(2, Internal("fdatasync: I/O error"), 1);  // the write works, its sync does not
  EXPECT_EQ(AppendOne(2).code(), Code::kUnavailable);
  // The disk is fine again, but what it has of the log is unknown.
  EXPECT_EQ(AppendOne(3).code(), Code::kUnavailable);
  EXPECT_EQ(CountRows(), 1u);
  ASSERT_TRUE(Open().ok());
  EXPECT_TRUE(AppendOne(4).ok());
}

TEST_F(EngineTest, ANewDirectoryLastsHoweverItIsWritten) {
  SeededRandom random(1);
  for (int i = 0; i < 16; ++i) {
    options_.directory = "/data" + std::to_string(i) + "/";
    ASSERT_TRUE(Open().ok());
    ASSERT_TRUE(AppendOne(1).ok());
    files_.CutPower();
    store_.reset();
    files_.Crash(random);
    ASSERT_TRUE(Open().ok());
    EXPECT_EQ(CountRows(), 1u) << options_.directory;
  }
}

TEST_F(EngineTest, IngestGoesOnAfterAFullDisk) {
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(AppendOne(1).ok());
  files_.SetCapacity(files_.used_bytes() + 50);
  EXPECT_EQ(AppendOne(2).code(), Code::kResourceExhausted);
  EXPECT_EQ(AppendOne(2).code(), Code::kResourceExhausted);
  EXPECT_EQ(CountRows(), 1u);
  files_.SetCapacity(UINT64_MAX);
  EXPECT_TRUE(AppendOne(3).ok());
  EXPECT_EQ(CountRows(), 2u);
  const Status reopened = Open();
  ASSERT_TRUE(reopened.ok()) << reopened.ToString();
  EXPECT_EQ(CountRows(), 2u);
}

TEST_F(EngineTest, FlushIsTriedAgainAfterAFullDisk) {
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(AppendOne(1).ok());
  files_.SetCapacity(files_.used_bytes() + 50);
  EXPECT_EQ(store_->Flush().code(), Code::kResourceExhausted);
  EXPECT_EQ(CountRows(), 1u);
  files_.SetCapacity(UINT64_MAX);
  EXPECT_TRUE(AppendOne(2).ok());
  EXPECT_EQ(CountRows(), 2u);
  EXPECT_TRUE(store_->Flush().ok());
  EXPECT_EQ(CountRows(), 2u);
  EXPECT_TRUE(files_.List("/data/wal")->empty());
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(CountRows(), 2u);
}

TEST_F(EngineTest, EveryFailingCallOfAFlushLeavesAllRowsOnce) {
  for (uint64_t n = 1; n < 30; ++n) {
    files_.StopFailing();
    options_.directory = "/data" + std::to_string(n);
    ASSERT_TRUE(Open().ok());
    for (uint64_t span = 1; span <= 5; ++span) ASSERT_TRUE(AppendOne(span).ok());
    files_.FailFrom(n, Internal("I/O error"), 1);
    (void)store_->Flush();
    EXPECT_EQ(CountRows(), 5u) << n;
    files_.StopFailing();
    const Status again = store_->Flush();
    EXPECT_EQ(CountRows(), 5u) << n;
    const Status reopened = Open();
    ASSERT_TRUE(reopened.ok()) << n << ": " << reopened.ToString();
    EXPECT_EQ(CountRows(), 5u) << n;
  }
}

TEST_F(EngineTest, FullHeadRefuses) {
  options_.flush_bytes = UINT64_MAX;
  options_.head_bytes_max = 100'000;
  options_.room_wait_ms_max = 1;
  ASSERT_TRUE(Open().ok());
  Status status;
  uint64_t taken = 0;
  for (uint64_t span = 1; span < 1000 && status.ok(); ++span) {
    status = AppendOne(span);
    if (status.ok()) ++taken;
  }
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_THAT(metrics_.PrometheusText(), HasSubstr("spanhound_store_refused_head_full_total 1"));
  ASSERT_TRUE(store_->Flush().ok());
  EXPECT_TRUE(AppendOne(1000).ok());
  EXPECT_EQ(CountRows(), taken + 1);
}

TEST_F(EngineTest, AFloodWaitsForFlushesInsteadOfBeingRefused) {
  options_.flush_bytes = 20'000;
  options_.head_bytes_max = 40'000;
  options_.room_wait_ms_max = 60'000;
  ASSERT_TRUE(Open().ok());
  constexpr uint64_t kThreads = 4, kSpans = 500;
  std::vector<std::jthread> threads;
  for (uint64_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, thread] {
      for (uint64_t span = 1; span <= kSpans; ++span) {
        EXPECT_TRUE(AppendOne(thread * kSpans + span).ok());
      }
    });
  }
  threads.clear();
  EXPECT_EQ(CountRows(), kThreads * kSpans);
  EXPECT_THAT(metrics_.PrometheusText(), HasSubstr("spanhound_store_refused_head_full_total 0"));
}

TEST_F(EngineTest, FloodOfOneTenantLeavesRoomForTheOthers) {
  options_.flush_bytes = UINT64_MAX;
  options_.head_bytes_max = 200'000;
  ASSERT_TRUE(Open().ok());
  const auto append = [this](std::string_view tenant, uint64_t span) {
    SpanBatchBuilder batch;
    batch.batch().tenant = tenant;
    batch.Add(span, span, "span", span, 0);
    return AppendAndWait(*store_, batch.Take());
  };
  ASSERT_TRUE(append("quiet", 1).ok());
  Status status;
  for (uint64_t span = 1; span < 1000 && status.ok(); ++span) status = append("loud", span);
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_THAT(status.message(), HasSubstr("tenant_head_share"));
  EXPECT_GT(store_->head_bytes(), 60'000u);
  EXPECT_LE(store_->head_bytes(), 120'000u);
  EXPECT_TRUE(append("quiet", 2).ok());
  EXPECT_TRUE(append("new", 1).ok());
  ASSERT_TRUE(store_->Flush().ok());
  EXPECT_TRUE(append("loud", 1000).ok());
}

TEST_F(EngineTest, TenantsOnDiskCountTowardsTenantsMax) {
  options_.tenants_max = 2;
  ASSERT_TRUE(Open().ok());
  const auto append = [this](std::string_view tenant) {
    SpanBatchBuilder batch;
    batch.batch().tenant = tenant;
    batch.Add(1, 1, "span", 1, 0);
    return AppendAndWait(*store_, batch.Take()).code();
  };
  EXPECT_EQ(append("in-block"), Code::kOk);
  ASSERT_TRUE(store_->Flush().ok());
  EXPECT_EQ(append("in-log"), Code::kOk);
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(append("new"), Code::kFailedPrecondition);
  EXPECT_EQ(append("in-block"), Code::kOk);
  EXPECT_EQ(append("in-log"), Code::kOk);
}

TEST_F(EngineTest, SmallBatchesAreMerged) {
  ASSERT_TRUE(Open().ok());
  uint64_t fresh_bytes = 0;
  {
    SpanBatchBuilder batch;
    batch.Add(1, 1, "span", 1, 0);
    ASSERT_TRUE(AppendAndWait(*store_, batch.Take()).ok());
    fresh_bytes = store_->head_bytes();
  }
  for (uint64_t span = 2; span <= 2000; ++span) ASSERT_TRUE(AppendOne(span).ok());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (store_->head_bytes() > 200 * fresh_bytes && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_LE(store_->head_bytes(), 200 * fresh_bytes);
  EXPECT_EQ(CountRows(), 2000u);
}

TEST_F(EngineTest, SmallBatchesAreMergedWhileTheLogIsReplayed) {
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(AppendOne(1).ok());
  const uint64_t fresh_bytes = store_->head_bytes();
  for (uint64_t span = 2; span <= 2000; ++span) ASSERT_TRUE(AppendOne(span).ok());
  ASSERT_TRUE(Open().ok());
  EXPECT_LE(store_->head_bytes(), 200 * fresh_bytes);
  EXPECT_EQ(CountRows(), 2000u);
}

TEST_F(EngineTest, ALongLogBecomesSeveralBlocks) {
  options_.flush_bytes = UINT64_MAX;
  options_.wal_segment_bytes = 10'000;
  ASSERT_TRUE(Open().ok());
  constexpr uint64_t kSpans = 1000;
  for (uint64_t span = 1; span <= kSpans; ++span) ASSERT_TRUE(AppendOne(span).ok());
  options_.flush_bytes = 20'000;
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(CountRows(), kSpans);
  ASSERT_TRUE(store_->Flush().ok());
  EXPECT_EQ(CountRows(), kSpans);
  const std::string text = metrics_.PrometheusText();
  const std::string_view counter = "\nspanhound_store_flushes_total ";
  EXPECT_GE(std::stoi(text.substr(text.find(counter) + counter.size())), 3);
}

TEST_F(EngineTest, EveryRowIsSeenOnceWhileItMovesToABlock) {
  options_.flush_bytes = 100'000;  // many flushes
  ASSERT_TRUE(Open().ok());
  constexpr uint64_t kBatches = 1500;
  std::atomic<uint64_t> acknowledged = 0;
  std::jthread writer([&] {  // joined when an assertion below leaves, too
    for (uint64_t span = 1; span <= kBatches; ++span) {
      EXPECT_TRUE(AppendOne(span).ok());
      acknowledged = span;
    }
  });
  while (acknowledged < kBatches) {
    const uint64_t before = acknowledged;
    ScanRequest request;
    request.order = Order::kOldestFirst;
    request.columns = {{Field::kTime}};
    const std::vector<std::string> rows = ScanRows(*store_, request);
    ASSERT_GE(rows.size(), before);
    for (size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(rows[i], std::to_string(i + 1) + " ");
  }
  writer.join();
}

TEST_F(EngineTest, FilesOfAnUnfinishedFlushAreRemoved) {
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(AppendOne(1).ok());
  ASSERT_TRUE(store_->Flush().ok());
  files_.SetBytes("/data/blocks/00000000000000aa.blk", "half a block");
  ASSERT_TRUE(Open().ok());
  EXPECT_FALSE(files_.Exists("/data/blocks/00000000000000aa.blk"));
  EXPECT_EQ(CountRows(), 1u);
}

TEST_F(EngineTest, DamagedAndMissingFilesAreNamed) {
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(AppendOne(1).ok());
  ASSERT_TRUE(store_->Flush().ok());
  store_.reset();
  const std::string block = "/data/blocks/0000000000000001.blk";
  const std::string sound = files_.Bytes(block);
  files_.SetBytes(block, sound.substr(0, sound.size() - 1));
  EXPECT_EQ(Open().code(), Code::kDataLoss);
  EXPECT_THAT(Open().message(), HasSubstr(block));
  ASSERT_TRUE(files_.Remove(block).ok());
  EXPECT_THAT(Open().message(), HasSubstr(block));
  EXPECT_EQ(Open().code(), Code::kDataLoss);
  files_.SetBytes(block, sound);
  ASSERT_TRUE(files_.Remove("/data/MANIFEST").ok());
  EXPECT_THAT(Open().message(), HasSubstr("MANIFEST"));
  EXPECT_TRUE(files_.Exists(block));  // nothing was removed for that
}

TEST_F(EngineTest, EveryDurabilityKeepsItsPromiseOverARestart) {
  for (Durability durability : {Durability::kInterval, Durability::kNone}) {
    options_.durability = durability;
    options_.sync_interval_ms = 1;
    options_.directory = durability == Durability::kNone ? "/none" : "/interval";
    ASSERT_TRUE(Open().ok());
    for (uint64_t span = 1; span <= 20; ++span) ASSERT_TRUE(AppendOne(span).ok());
    ASSERT_TRUE(Open().ok());
    EXPECT_EQ(CountRows(), 20u);
  }
}

}  // namespace
}  // namespace spanhound::store
