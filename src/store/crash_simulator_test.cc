// A store lives on a disk that fails, fills up and loses its power, and must keep its promises:
// everything acknowledged is there, once, byte for byte; everything else whole or not at all; and
// it opens again. What a store must have is told by StoreOracle, what a disk may do by
// MemoryFileSystem.
//
// A run is decided by its seed, but for what happens in the background: in seeds divisible by two
// blocks are merged after flushes, in those divisible by four flushes happen by themselves; in
// every third of the others time passes and old blocks are dropped. SPANHOUND_CRASH_SEED=17
// store_test --gtest_filter='CrashSimulator.*' repeats one. SPANHOUND_CRASH_SEEDS is how many are
// tried, from SPANHOUND_CRASH_FIRST_SEED on.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/log.h"
#include "store/check_directory.h"
#include "store/testing/test_effort.h"
#include "store/testing/watched_store.h"

namespace spanhound::store {
namespace {

constexpr uint64_t kSeeds = 600;
// Where blocks are dropped: their age, and how much younger than the last one every batch is.
constexpr int64_t kMinute = 60'000'000'000;
constexpr int64_t kKeptNanos = 30 * kMinute;
constexpr uint64_t kSeedsWithDrops = 100;  // so many are never without a drop

class CrashRun {
 public:
  explicit CrashRun(uint64_t seed) : random_(seed), files_(seed) {
    StoreOptions& options = watched_.options;
    options.durability = random_.Below(4) != 0   ? Durability::kSync
                         : random_.Below(2) == 0 ? Durability::kInterval
                                                 : Durability::kNone;
    options.compact_inputs_min = seed % 2 == 0 ? 2 : UINT32_MAX;
    if (seed % 4 == 0) {
      options.flush_bytes = WatchedStore::kFlushedByItself;
    } else if (seed % 3 == 0) {
      options.retention.store.age_nanos = kKeptNanos;
      watched_.batch_step_nanos = kMinute;
    }
  }

  void Run() {
    for (uint64_t lives = 2 + random_.Below(5); lives > 0; --lives) {
      if (!OpenDespiteFaults()) return;
      Live();
      if (testing::Test::HasFailure()) return;
      Die();
      CheckFiles();
    }
    (void)OpenDespiteFaults();
  }

  size_t dropped_count() { return watched_.oracle().dropped_count(); }

 private:
  Status Open() {
    watched_.options.wal_segment_bytes = random_.Below(2) == 0 ? 2'000 : 64u << 20;
    watched_.row_group_rows = 1 + random_.Below(9);
    return watched_.Open();
  }

  // What does not open because of a failing call opens when the disk works again; it is not taken
  // for damaged meanwhile.
  bool OpenDespiteFaults() {
    for (uint64_t attempts = random_.Below(3); attempts > 0 && !watched_.is_open(); --attempts) {
      InjectOpenFault();
      const Status opened = Open();
      files_.StopFailing();
      if (opened.ok()) break;
      EXPECT_NE(opened.code(), Code::kDataLoss) << opened.ToString();
      if (random_.Below(3) == 0) LosePower();
    }
    if (!watched_.is_open()) {
      const Status opened = Open();
      EXPECT_TRUE(opened.ok()) << opened.ToString();
      if (!opened.ok()) return false;
    }
    watched_.oracle().Check(watched_.store());
    watched_.oracle().AllIsSynced();
    return !testing::Test::HasFailure();
  }

  void InjectOpenFault() {
    switch (random_.Below(3)) {
      case 0: return files_.FailFrom(1 + random_.Below(8), Internal("EIO"), 1);
      case 1: return files_.FailReadsFrom(1 + random_.Below(12), Internal("EIO"), 1);
      default: return files_.DieFrom(1 + random_.Below(8));
    }
  }

  void Live() {
    const uint64_t end = random_.Below(6);
    if (end == 0) files_.FailFrom(1 + random_.Below(40), Internal("EIO"), UINT64_MAX, Percent());
    if (end == 1) files_.DieFrom(1 + random_.Below(40));
    is_sound_ = end > 1;
    for (uint64_t step = 3 + random_.Below(20); step > 0; --step) {
      if (testing::Test::HasFailure()) return;
      Step();
    }
  }

  void Step() {
    switch (random_.Below(15)) {
      case 0:
      case 1: return Flush();
      case 2: return SendAgain();
      case 3: return FailOneCall();
      case 4: return FillDisk();
      case 5: return QueryDespiteFaults();
      case 6: return watched_.oracle().Check(watched_.store());
      case 7: return LetTimePass();
      default: return AppendNew(1 + random_.Below(4));
    }
  }

  void Flush() {
    const Status flushed = watched_.Flush();
    EXPECT_TRUE(flushed.ok() || !is_sound_) << flushed.ToString();
    const Status merged = watched_.Compact();
    EXPECT_TRUE(merged.ok() || !is_sound_) << merged.ToString();
  }

  // Blocks that became too old are gone at once, and stay gone.
  void LetTimePass() {
    if (!watched_.options.retention.store.age_nanos) return;
    watched_.LetTimePass(static_cast<int64_t>(random_.Below(20)) * kMinute);
    const Status dropped = watched_.Compact();
    EXPECT_TRUE(dropped.ok() || !is_sound_) << dropped.ToString();
    watched_.oracle().Check(watched_.store());
  }

  void Append(const std::vector<uint64_t>& numbers) {
    for (const Status& status : watched_.Append(numbers)) {
      EXPECT_TRUE(status.ok() || !is_sound_) << status.ToString();
    }
  }

  void AppendNew(uint64_t count) {
    std::vector<uint64_t> numbers;
    for (; count > 0; --count) numbers.push_back(next_batch_++);
    Append(numbers);
  }

  // A client that got no answer sends the same again.
  void SendAgain() {
    if (next_batch_ > 1) Append({1 + random_.Below(next_batch_ - 1)});
  }

  void FailOneCall() {
    if (!is_sound_) return;  // another one waits already
    const Status error = random_.Below(2) == 0 ? Internal("EIO") : ResourceExhausted("ENOSPC");
    files_.FailFrom(1 + random_.Below(6), error, 1, Percent());
    is_sound_ = false;
  }

  // Refuses while there is no room, and takes again when there is.
  void FillDisk() {
    if (!is_sound_) return;
    files_.SetCapacity(files_.used_bytes() + random_.Below(600));
    is_sound_ = false;
    for (uint64_t count = 1 + random_.Below(4); count > 0; --count) {
      AppendNew(1 + random_.Below(3));
      if (random_.Below(3) == 0) Flush();
      if (random_.Below(3) == 0) watched_.oracle().Check(watched_.store());
    }
    files_.SetCapacity(UINT64_MAX);
    is_sound_ = true;
    AppendNew(1);
  }

  // An error, or the right answer.
  void QueryDespiteFaults() {
    ScanRequest request;
    request.order = random_.Below(2) == 0 ? Order::kNone : Order::kSlowestFirst;
    auto wanted = ScanExactRows(watched_.store(), request);
    ASSERT_TRUE(wanted.ok()) << wanted.status().ToString();
    files_.FailReadsFrom(1 + random_.Below(60), Internal("EIO"), 1 + random_.Below(3));
    auto found = ScanExactRows(watched_.store(), request);
    files_.FailReadsFrom(1, Status::Ok(), 0);
    if (!found.ok()) {
      EXPECT_EQ(found.status().code(), Code::kInternal) << found.status().ToString();
      return;
    }
    for (std::vector<std::string>* rows : {&*found, &*wanted}) {
      if (request.order == Order::kNone) std::ranges::sort(*rows);
      // A merge in between drops what is there twice.
      rows->erase(std::ranges::unique(*rows).begin(), rows->end());
    }
    const auto were_dropped = [&] {
      return watched_.oracle().WereDropped(request.tenant, request.table,
                                           {wanted->begin(), wanted->end()}, *found);
    };
    EXPECT_TRUE(*found == *wanted || were_dropped()) << "wrong rows";
  }

  void Die() {
    switch (random_.Below(4)) {
      case 0:  // a clean end
        watched_.Close();
        return files_.StopFailing();
      case 1:  // kill -9
        files_.DieFrom(1);
        watched_.Close();
        return files_.Restart();
      default:
        files_.DieFrom(1);
        watched_.Close();
        LosePower();
    }
  }

  // A crash is no damage, and nothing else happened.
  void CheckFiles() {
    const auto checked = CheckDirectory(
        files_, watched_.options.directory,
        [](const CheckFinding& finding) { EXPECT_FALSE(finding.is_damage) << finding.what; });
    EXPECT_TRUE(checked.ok() || checked.status().code() == Code::kNotFound)
        << checked.status().ToString();
  }

  void LosePower() {
    files_.Crash(random_);
    watched_.oracle().LoseUnsynced();
  }

  uint64_t Percent() {
    constexpr uint64_t kKept[] = {0, 10, 50, 100};
    return kKept[random_.Below(std::size(kKept))];
  }

  SeededRandom random_;
  MemoryFileSystem files_;
  WatchedStore watched_{files_};
  uint64_t next_batch_ = 1;
  bool is_sound_ = true;  // no call fails, so that none of the store's may
};

TEST(CrashSimulator, AcknowledgedMeansStored) {
  const bool is_one = std::getenv("SPANHOUND_CRASH_SEED") != nullptr;
  const uint64_t first = is_one ? FromEnvironment("SPANHOUND_CRASH_SEED", 1)
                                : FromEnvironment("SPANHOUND_CRASH_FIRST_SEED", 1);
  const uint64_t count = is_one ? 1 : FromEnvironment("SPANHOUND_CRASH_SEEDS", kSeeds);
  if (!is_one) SetLogLevel(LogLevel::kSilent);
  size_t dropped_count = 0;
  for (uint64_t seed = first; seed < first + count && !HasFailure(); ++seed) {
    SCOPED_TRACE("SPANHOUND_CRASH_SEED=" + std::to_string(seed));
    CrashRun run(seed);
    run.Run();
    dropped_count += run.dropped_count();
  }
  printf("%zu batches dropped by retention\n", dropped_count);
  EXPECT_TRUE(count < kSeedsWithDrops || dropped_count > 0);
  SetLogLevel(LogLevel::kInfo);
}

}  // namespace
}  // namespace spanhound::store
