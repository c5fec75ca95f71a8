// Blocks are merged behind the back of readers: nothing is lost, doubled or stuck, whatever fails.
#include "store/compact/compactor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store/engine.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class SettableClock : public Clock {
 public:
  int64_t NowUnixNanos() const override { return now_unix_nanos; }
  int64_t MonotonicNanos() const override { return SystemClock().MonotonicNanos(); }
  std::atomic<int64_t> now_unix_nanos = 1000;
};

class CompactorTest : public testing::Test {
 protected:
  // With 1000, nothing is merged.
  void Open(uint32_t inputs_min) {
    store_.reset();
    options_.compact_inputs_min = inputs_min;
    auto store = Engine::Open(options_, files_, clock_, metrics_, 4);
    ASSERT_TRUE(store.ok()) << store.status().ToString();
    store_ = std::move(store).value();
  }

  // Blocks of ten spans each, one flush after another.
  void WriteBlocks(uint64_t count) {
    for (; count > 0; --count) {
      SpanBatchBuilder batch;
      for (int i = 0; i < 10; ++i) {
        ++span_count_;
        batch.Add(span_count_ % 7, span_count_, "span", span_count_, 1);
      }
      ASSERT_TRUE(AppendAndWait(*store_, batch.Take()).ok());
      ASSERT_TRUE(store_->Flush().ok());
    }
  }

  void OpenWithBlocks(std::string directory) {
    span_count_ = 0;
    options_.directory = std::move(directory);
    Open(1000);
    WriteBlocks(3);
    Open(2);
  }

  std::vector<std::string> Blocks() { return *files_.List(options_.directory + "/blocks"); }

  // Every span is there once.
  void ExpectAllSpans() {
    ScanRequest request;
    request.order = Order::kOldestFirst;
    request.columns = {{Field::kTime}};
    const std::vector<std::string> rows = ScanRows(*store_, request);
    ASSERT_EQ(rows.size(), span_count_);
    for (size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(rows[i], std::to_string(i + 1) + " ");
  }

  StoreOptions options_{.directory = "/data"};
  MemoryFileSystem files_;
  SettableClock clock_;  // the spans' times are small numbers
  Metrics metrics_;
  std::unique_ptr<Engine> store_;
  uint64_t span_count_ = 0;
};

TEST_F(CompactorTest, BlocksBecomeOne) {
  Open(1000);
  WriteBlocks(5);
  EXPECT_THAT(Blocks(), SizeIs(5));
  Open(2);
  ASSERT_TRUE(store_->Compact().ok());
  EXPECT_THAT(Blocks(), SizeIs(1));
  ExpectAllSpans();
  EXPECT_THAT(metrics_.PrometheusText(), HasSubstr("spanhound_store_merged_rows_total 50\n"));
  Open(2);
  ExpectAllSpans();
}

TEST_F(CompactorTest, FlushesAreMergedInTheBackground) {
  Open(4);
  WriteBlocks(4);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (Blocks().size() > 1 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_THAT(Blocks(), SizeIs(1));
  ExpectAllSpans();
}

TEST_F(CompactorTest, RetriesOfAClientAreDropped) {
  Open(1000);
  for (int retry = 0; retry < 3; ++retry) {
    ASSERT_TRUE(AppendAndWait(*store_, RichSpans()).ok());
    ASSERT_TRUE(store_->Flush().ok());
  }
  Open(2);
  ASSERT_TRUE(store_->Compact().ok());
  ScanRequest request;
  request.columns = {{Field::kName}};
  EXPECT_THAT(ScanRows(*store_, request), SizeIs(4));
  EXPECT_THAT(metrics_.PrometheusText(),
              HasSubstr("spanhound_store_duplicate_rows_dropped_total 8\n"));
}

TEST_F(CompactorTest, RunningScanKeepsItsBlocks) {
  Open(1000);
  WriteBlocks(5);
  Open(2);
  ScanRequest request;
  request.columns = {{Field::kTime}};
  auto stream = store_->Scan(request).value();
  ASSERT_TRUE(store_->Compact().ok());
  EXPECT_THAT(Blocks(), SizeIs(1));
  size_t row_count = 0;
  while (true) {
    auto batch = stream->Next();
    ASSERT_TRUE(batch.ok());
    if (!*batch) break;
    row_count += (*batch)->row_count;
  }
  EXPECT_EQ(row_count, span_count_);
}

TEST_F(CompactorTest, EveryFailingCallLeavesAllRowsOnce) {
  bool was_reached = true;
  for (uint64_t n = 1; was_reached; ++n) {
    SCOPED_TRACE(n);
    OpenWithBlocks("/data" + std::to_string(n));
    const uint64_t before = files_.calls();
    files_.FailFrom(n, n % 2 == 0 ? Internal("I/O error") : ResourceExhausted("disk full"), 1);
    (void)store_->Compact();
    was_reached = files_.calls() - before >= n;
    ExpectAllSpans();
    files_.StopFailing();
    ASSERT_TRUE(store_->Compact().ok());
    ExpectAllSpans();
    Open(2);
    ExpectAllSpans();
    ASSERT_THAT(Blocks(), SizeIs(1));  // nothing is left behind
  }
}

TEST_F(CompactorTest, PowerCutAtEveryCallLeavesAllRowsOnce) {
  bool was_reached = true;
  for (uint64_t n = 1; was_reached; ++n) {
    SCOPED_TRACE(n);
    OpenWithBlocks("/data" + std::to_string(n));
    const uint64_t before = files_.calls();
    files_.FailFrom(n, Unavailable("power cut"));
    (void)store_->Compact();
    was_reached = files_.calls() - before >= n;
    files_.CutPower();
    store_.reset();
    SeededRandom random(n);
    files_.Crash(random);
    Open(2);
    ExpectAllSpans();
    ASSERT_TRUE(store_->Compact().ok());
    ASSERT_THAT(Blocks(), SizeIs(1));
    ExpectAllSpans();
  }
}

TEST_F(CompactorTest, FullDiskIsCountedAndTriedAgain) {
  Open(1000);
  WriteBlocks(3);
  Open(2);
  const uint64_t calls = files_.calls();
  files_.SetCapacity(files_.used_bytes() * 3 / 2);
  EXPECT_EQ(store_->Compact().code(), Code::kResourceExhausted);
  EXPECT_EQ(files_.calls(), calls);  // does not take the last room to find out
  EXPECT_THAT(Blocks(), SizeIs(3));
  ExpectAllSpans();
  EXPECT_THAT(metrics_.PrometheusText(), HasSubstr("spanhound_store_merge_failures_total 1\n"));
  files_.SetCapacity(UINT64_MAX);
  ASSERT_TRUE(store_->Compact().ok());
  EXPECT_THAT(Blocks(), SizeIs(1));
}

TEST_F(CompactorTest, AFailedMergeDoesNotHoldUpOthers) {
  Open(1000);
  WriteBlocks(4);
  for (uint64_t span = 1; span <= 2; ++span) {
    SpanBatchBuilder batch;
    batch.batch().tenant = "other";
    batch.Add(1, span, "span", 1, 0);
    ASSERT_TRUE(AppendAndWait(*store_, batch.Take()).ok());
    ASSERT_TRUE(store_->Flush().ok());
  }
  Open(2);
  files_.FailFrom(1, Internal("I/O error"), 1);
  EXPECT_FALSE(store_->Compact().ok());  // the four, whose merge brings most
  files_.FailFrom(1, Internal("I/O error"), 1);
  EXPECT_FALSE(store_->Compact().ok());  // now the two
  ASSERT_TRUE(store_->Compact().ok());
  EXPECT_THAT(Blocks(), SizeIs(2));
}

TEST_F(CompactorTest, DamagedBlockIsLeftOutOnce) {
  Open(1000);
  WriteBlocks(4);
  store_.reset();
  const std::string path = options_.directory + "/blocks/" + BlockFileName(2);
  std::string damaged = files_.Bytes(path);
  for (size_t i = 8; i < damaged.size() / 2; ++i) damaged[i] = static_cast<char>(~damaged[i]);
  files_.SetBytes(path, damaged);
  Open(2);
  ASSERT_TRUE(store_->Compact().ok());
  ASSERT_TRUE(store_->Compact().ok());
  EXPECT_THAT(Blocks(), SizeIs(2));
  EXPECT_TRUE(files_.Exists(path));
  EXPECT_THAT(metrics_.PrometheusText(), HasSubstr("spanhound_store_unreadable_blocks_total 1\n"));
}

TEST_F(CompactorTest, ScansSeeEveryRowOnceWhileBlocksAreMerged) {
  options_.flush_bytes = 20'000;
  Open(2);
  std::atomic<bool> is_done = false;
  std::jthread writer([&] {  // joined when an assertion below leaves, too
    WriteBlocks(150);
    is_done = true;
  });
  size_t seen = 0;
  while (!is_done) {
    ScanRequest request;
    request.order = Order::kOldestFirst;
    request.columns = {{Field::kTime}};
    const std::vector<std::string> rows = ScanRows(*store_, request);
    ASSERT_GE(rows.size(), seen);
    seen = rows.size();
    for (size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(rows[i], std::to_string(i + 1) + " ");
  }
  writer.join();
  ExpectAllSpans();
  EXPECT_LT(Blocks().size(), 150u);
}

TEST_F(CompactorTest, OldBlocksAreDropped) {
  ASSERT_TRUE(AddRetention("1h", &options_.retention).ok());
  Open(1000);
  WriteBlocks(2);  // times 1 to 20
  SpanBatchBuilder batch;
  batch.Service("young").Add(1, 1, "young", 1000, 0);
  ASSERT_TRUE(AppendAndWait(*store_, batch.Take()).ok());
  ASSERT_TRUE(store_->Flush().ok());
  ScanRequest request;
  request.columns = {{Field::kName}};
  auto stream = store_->Scan(request).value();
  clock_.now_unix_nanos = 3'600'000'000'000 + 21;
  ASSERT_TRUE(store_->Compact().ok());
  EXPECT_THAT(Blocks(), SizeIs(1));
  EXPECT_THAT(ScanRows(*store_, request), ElementsAre("'young' "));
  EXPECT_EQ(store_->Services("default")->entries, std::vector<std::string>{"young"});
  EXPECT_THAT(metrics_.PrometheusText(),
              HasSubstr("spanhound_store_dropped_blocks_total{reason=\"age\"} 2\n"));
  EXPECT_THAT(metrics_.PrometheusText(), HasSubstr("spanhound_store_blocks{table=\"spans\"} 1\n"));
  EXPECT_TRUE((*stream->Next()).has_value());  // a scan from before still reads them
  Open(1000);
  EXPECT_THAT(ScanRows(*store_, request), ElementsAre("'young' "));
}

TEST_F(CompactorTest, RetentionHoldsWithoutBeingAsked) {
  ASSERT_TRUE(AddRetention("1h", &options_.retention).ok());
  options_.check_interval_ms = 1;
  Open(1000);
  WriteBlocks(1);
  clock_.now_unix_nanos = 7'200'000'000'000;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!Blocks().empty() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_THAT(Blocks(), SizeIs(0));
}

TEST_F(CompactorTest, SizeOfTheStoreIsBounded) {
  Open(1000);
  WriteBlocks(1);
  options_.retention.store.bytes = files_.used_bytes() * 3;
  Open(1000);
  WriteBlocks(9);
  ASSERT_TRUE(store_->Compact().ok());
  EXPECT_LE(files_.used_bytes(), *options_.retention.store.bytes + 500);  // the manifest
  EXPECT_GE(Blocks().size(), 2u);
  EXPECT_TRUE(files_.Exists(options_.directory + "/blocks/" + BlockFileName(10)));  // the newest
}

TEST_F(CompactorTest, DiskIsKeptBelowItsLimit) {
  options_.retention.store.disk_percent = 50;
  Open(1000);
  WriteBlocks(5);
  files_.SetCapacity(files_.used_bytes() * 10 / 6);
  ASSERT_TRUE(store_->Compact().ok());
  EXPECT_THAT(Blocks(), SizeIs(4));
  EXPECT_THAT(metrics_.PrometheusText(),
              HasSubstr("spanhound_store_dropped_blocks_total{reason=\"disk\"} 1\n"));
}

TEST_F(CompactorTest, EveryFailingCallOfADropIsTriedAgain) {
  bool was_reached = true;
  for (uint64_t n = 1; was_reached; ++n) {
    SCOPED_TRACE(n);
    options_.retention = {};
    clock_.now_unix_nanos = 1000;
    OpenWithBlocks("/data" + std::to_string(n));
    ASSERT_TRUE(AddRetention("1h", &options_.retention).ok());
    Open(1000);
    clock_.now_unix_nanos = 7'200'000'000'000;
    const uint64_t before = files_.calls();
    files_.FailFrom(n, Internal("I/O error"), 1);
    (void)store_->Compact();
    was_reached = files_.calls() - before >= n;
    files_.StopFailing();
    ASSERT_TRUE(store_->Compact().ok());
    span_count_ = 0;
    ExpectAllSpans();
    Open(1000);
    ExpectAllSpans();
    ASSERT_THAT(Blocks(), SizeIs(0));
  }
}

TEST_F(CompactorTest, PowerCutAtEveryCallOfADropKeepsWhatIsYoung) {
  bool was_reached = true;
  for (uint64_t n = 1; was_reached; ++n) {
    SCOPED_TRACE(n);
    options_.retention = {};
    clock_.now_unix_nanos = 1000;
    OpenWithBlocks("/data" + std::to_string(n));
    Open(1000);
    SpanBatchBuilder batch;
    batch.Add(1, 1, "young", 1000, 0);
    ASSERT_TRUE(AppendAndWait(*store_, batch.Take()).ok());
    ASSERT_TRUE(store_->Flush().ok());
    ASSERT_TRUE(AddRetention("1h", &options_.retention).ok());
    Open(1000);
    clock_.now_unix_nanos = 3'600'000'000'000 + 100;
    const uint64_t before = files_.calls();
    files_.FailFrom(n, Unavailable("power cut"));
    (void)store_->Compact();
    was_reached = files_.calls() - before >= n;
    files_.CutPower();
    store_.reset();
    SeededRandom random(n);
    files_.Crash(random);
    Open(1000);
    ASSERT_TRUE(store_->Compact().ok());
    ScanRequest request;
    request.columns = {{Field::kName}};
    EXPECT_THAT(ScanRows(*store_, request), ElementsAre("'young' "));
    ASSERT_THAT(Blocks(), SizeIs(1));
  }
}

}  // namespace
}  // namespace spanhound::store
