#include "store/wal/wal_recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "store/columns/batch_columns.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/test_data.h"
#include "store/wal/wal_format.h"
#include "store/wal/wal_record.h"

namespace spanhound::store {
namespace {

using testing::HasSubstr;

constexpr uint64_t kSalt = 77;
constexpr uint64_t kNumber = 5;

// A segment of groups of one record each, and where the groups start.
struct Segment {
  std::string bytes;
  std::vector<size_t> starts;

  explicit Segment(uint64_t number = kNumber, uint64_t previous_bytes = 0) {
    AppendWalSegmentHeader(bytes, {number, kSalt, previous_bytes});
  }

  // `synced`: everything before was synced when this group was written.
  void AddGroup(uint64_t span, bool synced = true) {
    SpanBatchBuilder batch;
    batch.Add(1, span, "span", span, 0);
    const std::string record = *EncodeWalRecord(**ChunkOf(batch.Take()));
    starts.push_back(bytes.size());
    AppendWalGroupHeader(bytes,
                         {static_cast<uint32_t>(record.size()),
                          synced ? bytes.size() : kWalSegmentHeaderBytes, bytes.size()},
                         kSalt);
    bytes += record;
  }
};

class WalRecoveryTest : public testing::Test {
 protected:
  Result<WalSegmentContents> ReadSegment(std::string_view segment, bool is_last) {
    spans_.clear();
    return ReadWalSegment(segment, kNumber, is_last, Replay());
  }
  Result<WalRecovery> Recover(FileSystem& files, uint64_t first_segment) {
    spans_.clear();
    return RecoverWal(files, "/wal", first_segment, Replay());
  }

  std::vector<uint64_t> spans_;  // times of those replayed last

 private:
  ReplayChunk Replay() {
    return [this](const ChunkPtr& chunk) { spans_.push_back(chunk->bounds.min_time); };
  }
};

TEST_F(WalRecoveryTest, ReadsWhatWasWritten) {
  Segment segment;
  segment.AddGroup(1);
  segment.AddGroup(2);
  const auto contents = ReadSegment(segment.bytes, true);
  ASSERT_TRUE(contents.ok());
  EXPECT_THAT(spans_, testing::ElementsAre(1, 2));
  EXPECT_EQ(contents->sound_bytes, segment.bytes.size());
}

TEST_F(WalRecoveryTest, TornTailAtEveryOffsetIsCut) {
  Segment segment;
  segment.AddGroup(1);
  segment.AddGroup(2);
  const size_t second = segment.starts[1];
  for (size_t length = 0; length < segment.bytes.size(); ++length) {
    const std::string_view torn = std::string_view(segment.bytes).substr(0, length);
    const auto contents = ReadSegment(torn, true);
    ASSERT_TRUE(contents.ok()) << length;
    const size_t whole = length < second ? 0 : 1;
    EXPECT_EQ(spans_.size(), whole) << length;
    if (whole == 1) {
      EXPECT_EQ(contents->sound_bytes, second);
    }
    // In the middle of the log the same is a loss, except at the end of a group.
    const bool is_whole = length == second || length == kWalSegmentHeaderBytes;
    EXPECT_EQ(ReadSegment(torn, false).ok(), is_whole) << length;
  }
}

TEST_F(WalRecoveryTest, FlippedByteAtEveryOffsetIsNeverServed) {
  Segment segment;
  segment.AddGroup(1);
  segment.AddGroup(2);
  for (size_t i = 0; i < segment.bytes.size(); ++i) {
    std::string damaged = segment.bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    const auto contents = ReadSegment(damaged, true);
    if (i < segment.starts[1]) {
      // The second group proves that all this had been synced.
      ASSERT_EQ(contents.status().code(), Code::kDataLoss) << i;
      EXPECT_THAT(contents.status().message(), HasSubstr("byte"));
    } else {
      ASSERT_TRUE(contents.ok()) << i;
      EXPECT_THAT(spans_, testing::ElementsAre(1)) << i;
    }
    EXPECT_EQ(ReadSegment(damaged, false).status().code(), Code::kDataLoss) << i;
  }
}

TEST_F(WalRecoveryTest, UnsyncedMiddleIsATornTailToo) {
  // Pages of unsynced groups reach the disk in any order: the second group may be there, the
  // first not, and nothing was promised for either.
  Segment segment;
  segment.AddGroup(1);
  segment.AddGroup(2);
  segment.AddGroup(3, /*synced=*/false);
  std::string damaged = segment.bytes;
  std::fill_n(damaged.begin() + static_cast<ptrdiff_t>(segment.starts[0]), 40, '\0');
  EXPECT_EQ(ReadSegment(damaged, true).status().code(), Code::kDataLoss);

  Segment unsynced;
  unsynced.AddGroup(1, false);
  unsynced.AddGroup(2, false);
  std::fill_n(unsynced.bytes.begin() + static_cast<ptrdiff_t>(unsynced.starts[0]), 40, '\0');
  const auto contents = ReadSegment(unsynced.bytes, true);
  ASSERT_TRUE(contents.ok());
  EXPECT_TRUE(spans_.empty());
}

TEST_F(WalRecoveryTest, GroupHeadersInsideValuesProveNothing) {
  // Somebody stores bytes that look like a later group, with another salt.
  Segment segment;
  segment.AddGroup(1);
  std::string tail;
  AppendWalGroupHeader(tail, {10, segment.bytes.size(), segment.bytes.size() + 8}, kSalt + 1);
  const std::string torn = segment.bytes.substr(0, segment.bytes.size() - 3) + "torn!!!!" + tail;
  EXPECT_TRUE(ReadSegment(torn, true).ok());
}

TEST_F(WalRecoveryTest, MissingSegmentIsReported) {
  MemoryFileSystem files;
  Segment segment;
  segment.AddGroup(1);
  files.SetBytes("/wal/" + WalSegmentName(kNumber), segment.bytes);
  EXPECT_TRUE(Recover(files, kNumber).ok());
  EXPECT_EQ(spans_.size(), 1u);
  const auto gap = Recover(files, kNumber - 1);
  EXPECT_EQ(gap.status().code(), Code::kDataLoss);
  EXPECT_THAT(gap.status().message(), HasSubstr(WalSegmentName(kNumber - 1)));
}

TEST_F(WalRecoveryTest, MissingGroupsAreToldByTheNextSegment) {
  MemoryFileSystem files;
  Segment first;
  first.AddGroup(1);
  first.AddGroup(2);
  Segment second(kNumber + 1, first.bytes.size());
  second.AddGroup(3);
  const std::string path = "/wal/" + WalSegmentName(kNumber);
  files.SetBytes(path, first.bytes);
  files.SetBytes("/wal/" + WalSegmentName(kNumber + 1), second.bytes);
  EXPECT_TRUE(Recover(files, kNumber).ok());
  EXPECT_EQ(spans_.size(), 3u);
  files.SetBytes(path, first.bytes.substr(0, first.starts[1]));
  const auto recovery = Recover(files, kNumber);
  EXPECT_EQ(recovery.status().code(), Code::kDataLoss);
  EXPECT_THAT(recovery.status().message(), HasSubstr(path));
}

TEST_F(WalRecoveryTest, WhatAFailedSyncLeftIsWrittenAgain) {
  // The sync of the last group failed: it can be read, and no further sync writes it.
  Segment segment;
  segment.AddGroup(1);
  segment.AddGroup(2);
  const std::string path = "/wal/" + WalSegmentName(kNumber);
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    MemoryFileSystem files(seed);
    auto file = std::move(files.Create(path)).value();
    ASSERT_TRUE(file->Append(segment.bytes.substr(0, segment.starts[1])).ok());
    ASSERT_TRUE(file->Sync().ok());
    ASSERT_TRUE(file->Append(segment.bytes.substr(segment.starts[1])).ok());
    files.FailFrom(1, Internal("EIO"), 1);
    ASSERT_FALSE(file->Sync().ok());
    EXPECT_TRUE(Recover(files, kNumber).ok());
    EXPECT_EQ(spans_.size(), 2u);
    SeededRandom random(seed);
    files.Crash(random);
    EXPECT_EQ(files.Bytes(path), segment.bytes);
  }
}

TEST_F(WalRecoveryTest, SegmentsBeforeTheFirstNeededAreRemoved) {
  MemoryFileSystem files;
  files.SetBytes("/wal/" + WalSegmentName(1), "whatever it says");
  const auto recovery = Recover(files, 2);
  ASSERT_TRUE(recovery.ok());
  EXPECT_EQ(recovery->next_segment, 2u);
  EXPECT_FALSE(files.Exists("/wal/" + WalSegmentName(1)));
}

}  // namespace
}  // namespace spanhound::store
