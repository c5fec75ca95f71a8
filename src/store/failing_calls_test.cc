// One fixed life of a store, again and again, with every single call to the disk failing once: in
// every way a call fails, and with every way to go on. MemoryFileSystem counts the calls,
// StoreOracle says what must be there.
#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "base/log.h"
#include "store/testing/test_effort.h"
#include "store/testing/watched_store.h"

namespace spanhound::store {
namespace {

// How a call fails: with an error, and how much a write wrote until then.
struct Failure {
  const char* name;
  Status status;
  uint64_t count;
  uint64_t kept_percent;
};

const Failure kFailures[] = {
    {"EIO once", Internal("EIO"), 1, 0},
    {"EIO after a short write", Internal("EIO"), 1, 50},
    {"EIO after the whole write", Internal("EIO"), 1, 100},
    {"EIO from then on", Internal("EIO"), UINT64_MAX, 50},
    {"ENOSPC after a short write", ResourceExhausted("ENOSPC"), 1, 50},
    {"ENOSPC from then on", ResourceExhausted("ENOSPC"), UINT64_MAX, 50},
};

enum class End { kClean, kKill, kPowerCut };

class FailingCallsTest : public testing::Test {
 protected:
  FailingCallsTest() { SetLogLevel(LogLevel::kSilent); }
  ~FailingCallsTest() override { SetLogLevel(LogLevel::kInfo); }

  // Crosses every border there is: segments, row groups, blocks, tenants, tables, a restart.
  // Errors are answers.
  static void Live(WatchedStore& watched) {
    watched.options.wal_segment_bytes = 3'000;
    watched.options.compact_inputs_min = 2;
    if (!watched.Open().ok()) return;
    (void)watched.Append({1, 2, 3});
    (void)watched.Append({4, 5});
    (void)watched.Append({3});
    (void)watched.Flush();
    (void)watched.Append({6});
    (void)watched.Flush();
    (void)watched.Compact();
    watched.oracle().Check(watched.store());
    (void)watched.Append({7, 8, 9});
    (void)watched.Append({10});
    watched.Close();
    if (!watched.Open().ok()) return;
    (void)watched.Append({11, 12});
    watched.oracle().Check(watched.store());
  }

  static void OpenAndCheck(WatchedStore& watched) {
    const Status opened = watched.Open();
    ASSERT_TRUE(opened.ok()) << opened.ToString();
    watched.oracle().Check(watched.store());
  }

  // What was found after the first end has to outlast another one.
  static void Finish(MemoryFileSystem& files, WatchedStore& watched, End end, uint64_t seed) {
    SeededRandom random(seed);
    if (end != End::kClean) files.CutPower();
    watched.Close();
    end == End::kPowerCut ? files.Crash(random) : files.Restart();
    OpenAndCheck(watched);
    if (HasFailure()) return;
    EXPECT_TRUE(seed % 2 == 0 || watched.Append({20})[0].ok());
    files.CutPower();
    watched.Close();
    files.Crash(random);
    OpenAndCheck(watched);
    if (HasFailure()) return;
    EXPECT_TRUE(watched.Append({21})[0].ok());
    EXPECT_TRUE(watched.Flush().ok());
    watched.oracle().Check(watched.store());
  }

  // Calls of a life in which none fails, as `count` counts them.
  static uint64_t CallsOfALife(uint64_t (MemoryFileSystem::*count)() const) {
    MemoryFileSystem files;
    WatchedStore watched(files);
    Live(watched);
    return (files.*count)();
  }
};

TEST_F(FailingCallsTest, EveryChangingCall) {
  const uint64_t calls = CallsOfALife(&MemoryFileSystem::calls);
  EXPECT_GT(calls, 60u);
  for (const Failure& failure : kFailures) {
    for (uint64_t n = 1; n <= calls; n += EveryNth()) {
      for (End end : {End::kClean, End::kPowerCut}) {
        SCOPED_TRACE(std::string(failure.name) + ", call " + std::to_string(n) + ", end " +
                     std::to_string(static_cast<int>(end)));
        MemoryFileSystem files(n);
        WatchedStore watched(files);
        files.FailFrom(n, failure.status, failure.count, failure.kept_percent);
        Live(watched);
        Finish(files, watched, end, n);
        if (HasFailure()) return;
      }
    }
  }
}

TEST_F(FailingCallsTest, KilledOrWithoutPowerAtEveryCall) {
  const uint64_t calls = CallsOfALife(&MemoryFileSystem::calls);
  for (uint64_t n = 1; n <= calls; n += EveryNth()) {
    for (uint64_t seed = 0; seed < 8; ++seed) {
      const End end = seed % 3 == 0 ? End::kKill : End::kPowerCut;
      SCOPED_TRACE("call " + std::to_string(n) + ", seed " + std::to_string(seed));
      MemoryFileSystem files(n);
      WatchedStore watched(files);
      files.DieFrom(n);
      Live(watched);
      Finish(files, watched, end, seed);
      if (HasFailure()) return;
    }
  }
}

// A store that cannot be read is not a damaged one, and rows that cannot be read are an error and
// not missing.
TEST_F(FailingCallsTest, EveryReadingCall) {
  MemoryFileSystem files;
  WatchedStore watched(files);
  Live(watched);
  watched.Close();
  ASSERT_TRUE(watched.Open().ok());
  ScanRequest request;
  const auto wanted = ScanExactRows(watched.store(), request);
  ASSERT_TRUE(wanted.ok());
  bool has_failed = true;
  uint64_t n = 0;
  while (has_failed) {
    SCOPED_TRACE("read " + std::to_string(++n));
    watched.Close();
    files.FailReadsFrom(n, Internal("EIO"), 1);
    Status status = watched.Open();
    if (status.ok()) {
      const auto found = ScanExactRows(watched.store(), request);
      status = found.status();
      EXPECT_TRUE(!found.ok() || *found == *wanted) << "wrong rows";
    }
    has_failed = !status.ok();
    EXPECT_TRUE(status.ok() || status.code() == Code::kInternal) << status.ToString();
    files.StopFailing();
    ASSERT_TRUE(watched.is_open() || watched.Open().ok());
    watched.oracle().Check(watched.store());
    if (HasFailure()) return;
  }
  EXPECT_GT(n, 30u);
}

// What could not be read once is left out of merging, and nothing is lost or there twice.
TEST_F(FailingCallsTest, EveryReadingCallOfAMerge) {
  bool was_reached = true;
  for (uint64_t n = 1; was_reached; n += EveryNth()) {
    SCOPED_TRACE("read " + std::to_string(n));
    MemoryFileSystem files;
    WatchedStore watched(files);
    watched.options.compact_inputs_min = UINT32_MAX;
    ASSERT_TRUE(watched.Open().ok());
    for (uint64_t batch = 1; batch <= 9; batch += 3) {
      (void)watched.Append({batch, batch + 1, batch + 2});
      ASSERT_TRUE(watched.Flush().ok());
    }
    watched.Close();
    watched.options.compact_inputs_min = 2;
    ASSERT_TRUE(watched.Open().ok());
    const uint64_t before = files.reads();
    files.FailReadsFrom(n, Internal("EIO"), 1 + n % 3);
    (void)watched.Compact();
    was_reached = files.reads() - before >= n;
    files.StopFailing();
    watched.oracle().Check(watched.store());
    ASSERT_TRUE(watched.Compact().ok());
    watched.oracle().Check(watched.store());
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace spanhound::store
