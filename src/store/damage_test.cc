// Every byte of every file of a small closed store is damaged, one at a time, and every file is cut
// to every length. A check must then name that file and no other; whoever opens the store and reads
// all of it must be told as well, and is never given wrong rows. The one exception is the end of
// the log, where damage cannot be told from what a power cut leaves (docs/format/wal.md): there
// whole groups are missing.
//
// SPANHOUND_EVERY_NTH=7 takes every seventh byte only (sanitizers). SPANHOUND_DAMAGE_MASKS=8 flips
// every bit of every byte by itself; by default one bit of each byte, in turns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/log.h"
#include "store/check_directory.h"
#include "store/testing/test_effort.h"
#include "store/testing/watched_store.h"
#include "store/wal/wal_format.h"

namespace spanhound::store {
namespace {

using Files = std::map<std::string, std::string>;  // bytes by path
// All that can be asked of a store: rows of all columns, lookups by trace id, services, operations.
using Reading = std::vector<std::string>;

constexpr uint64_t kTraceCount = 12;

Status AppendTo(Reading& reading, ScanSource& store, ScanRequest request) {
  ASSIGN_OR_RETURN(Reading rows, ScanExactRows(store, std::move(request)));
  std::ranges::sort(rows);
  reading.push_back(std::to_string(rows.size()) + " rows");
  std::ranges::move(rows, std::back_inserter(reading));
  return Status::Ok();
}

Status AppendCatalog(Reading& reading, ScanSource& store, const std::string& tenant) {
  ASSIGN_OR_RETURN(const auto services, store.Services(tenant));
  for (const std::string& service : services.entries) {
    reading.push_back("service " + service);
    ASSIGN_OR_RETURN(const auto operations, store.Operations(tenant, service));
    for (const OperationEntry& operation : operations.entries) {
      reading.push_back(operation.name + " " + std::to_string(static_cast<int>(operation.kind)) +
                        " " + std::to_string(operation.span_count));
    }
  }
  return Status::Ok();
}

Result<Reading> ReadEverything(ScanSource& store) {
  Reading reading;
  for (const char* tenant : {"default", "other"}) {
    ScanRequest request;
    request.tenant = tenant;
    for (Table table : {Table::kSpans, Table::kLogs}) {
      request.table = table;
      request.filter = {};
      RETURN_IF_ERROR(AppendTo(reading, store, request));
      for (uint64_t trace = 1; trace <= kTraceCount; ++trace) {
        const std::string id(IdOf<model::TraceId>(trace).view());
        request.filter = Predicate::Compare({Field::kTraceId}, Op::kEqual, id);
        RETURN_IF_ERROR(AppendTo(reading, store, request));
      }
    }
    RETURN_IF_ERROR(AppendCatalog(reading, store, tenant));
  }
  return reading;
}

class DamageTest : public testing::Test {
 protected:
  DamageTest() {
    SetLogLevel(LogLevel::kSilent);
    MemoryFileSystem files;
    WatchedStore watched(files);
    watched.options.wal_segment_bytes = 1;  // every group has a segment of its own, at first
    EXPECT_TRUE(watched.Open().ok());
    (void)watched.Append({1, 2, 3, 5});
    EXPECT_TRUE(watched.Flush().ok());
    (void)watched.Append({4});
    (void)watched.Append({6});
    watched.Close();
    watched.options.wal_segment_bytes = 64u << 20;
    EXPECT_TRUE(watched.Open().ok());
    // The last segment, with two groups.
    tail_readings_.push_back(*ReadEverything(watched.store()));
    (void)watched.Append({8});
    tail_readings_.push_back(*ReadEverything(watched.store()));
    last_segment_ = files.Paths().back();
    last_group_ = files.Bytes(last_segment_).size();
    (void)watched.Append({9});
    watched.oracle().Check(watched.store());
    sound_reading_ = *ReadEverything(watched.store());
    watched.Close();
    for (const std::string& path : files.Paths()) sound_[path] = files.Bytes(path);
  }
  ~DamageTest() override { SetLogLevel(LogLevel::kInfo); }

  static Result<Reading> OpenAndRead(const Files& stored) {
    MemoryFileSystem files;
    for (const auto& [path, bytes] : stored) files.SetBytes(path, bytes);
    WatchedStore watched(files);
    RETURN_IF_ERROR(watched.Open());
    return ReadEverything(watched.store());
  }

  // What `spanhound check` says of these files.
  static std::vector<CheckFinding> FindingsOf(const Files& stored) {
    MemoryFileSystem files;
    for (const auto& [path, bytes] : stored) files.SetBytes(path, bytes);
    std::vector<CheckFinding> findings;
    const auto totals = CheckDirectory(
        files, "/data", [&findings](const CheckFinding& finding) { findings.push_back(finding); });
    EXPECT_TRUE(totals.ok()) << totals.status().ToString();
    EXPECT_EQ(files.calls(), 0u) << "a check changes nothing";
    return findings;
  }

  // `may_lose_tail`: groups at the end of the log may be missing, and a check only remarks on what
  // is left of them.
  void CheckDamaged(const std::string& path, std::string bytes, bool may_lose_tail) {
    Files damaged = sound_;
    const bool is_at_border = IsGroupBorder(path, bytes.size());
    damaged[path] = std::move(bytes);
    const std::vector<CheckFinding> findings = FindingsOf(damaged);
    if (may_lose_tail && is_at_border) {
      EXPECT_TRUE(findings.empty()) << findings[0].what;
    } else {
      ASSERT_EQ(findings.size(), 1u);
      EXPECT_THAT(findings[0].what, testing::StartsWith(path + ": "));
      EXPECT_TRUE(findings[0].is_damage || may_lose_tail) << findings[0].what;
    }
    CheckReading(path, OpenAndRead(damaged), may_lose_tail, findings);
  }

  // A cut there leaves no trace in the last segment.
  bool IsGroupBorder(const std::string& path, size_t length) const {
    return path == last_segment_ && (length == kWalSegmentHeaderBytes || length == last_group_);
  }

  void CheckReading(const std::string& path, const Result<Reading>& reading, bool may_lose_tail,
                    const std::vector<CheckFinding>& findings) {
    if (!reading.ok()) {
      EXPECT_EQ(reading.status().code(), Code::kDataLoss) << reading.status().ToString();
      EXPECT_THAT(reading.status().message(), testing::HasSubstr(path));
      EXPECT_TRUE(!findings.empty() && findings[0].is_damage) << "a check calls it sound";
      ++detected_count_;
      return;
    }
    const bool is_right = *reading == sound_reading_;
    // Filters and the like lead no reader astray that reads every row, so that a check alone sees.
    if (is_right && !findings.empty() && findings[0].is_damage) {
      ++checked_count_;
      return;
    }
    const bool is_without_tail =
        may_lose_tail && std::ranges::find(tail_readings_, *reading) != tail_readings_.end();
    EXPECT_TRUE(is_without_tail) << (is_right ? "harmless, but not detected" : "wrong rows");
    ++tail_count_;
  }

  void PrintCounts(const char* what) const {
    uint64_t bytes = 0;
    for (const auto& [path, content] : sound_) bytes += content.size();
    printf(
        "%s in %zu files of %zu bytes: %zu told to readers, %zu by a check only, %zu lost the end "
        "of "
        "the log\n",
        what, sound_.size(), static_cast<size_t>(bytes), detected_count_, checked_count_,
        tail_count_);
  }

  Files sound_;
  Reading sound_reading_;
  // As long as the log's last segment has no group, and one.
  std::vector<Reading> tail_readings_;
  std::string last_segment_;
  size_t last_group_ = 0;  // offset in the last segment
  size_t detected_count_ = 0;
  size_t checked_count_ = 0;
  size_t tail_count_ = 0;
};

TEST_F(DamageTest, TheStoreHasEveryKindOfFile) {
  size_t blocks = 0;
  size_t segments = 0;
  for (const auto& [path, bytes] : sound_) {
    blocks += path.ends_with(".blk") ? 1 : 0;
    segments += path.ends_with(".wal") ? 1 : 0;
  }
  EXPECT_EQ(blocks, 3u);  // spans, logs, and spans of another tenant
  EXPECT_EQ(segments, 3u);
  EXPECT_TRUE(sound_.contains("/data/MANIFEST"));
  EXPECT_EQ(*OpenAndRead(sound_), sound_reading_);
  EXPECT_TRUE(FindingsOf(sound_).empty());
}

TEST_F(DamageTest, EveryFlippedByteIsDetected) {
  const bool has_all_masks = FromEnvironment("SPANHOUND_DAMAGE_MASKS", 1) == 8;
  for (const auto& [path, bytes] : sound_) {
    for (size_t i = 0; i < bytes.size(); i += EveryNth()) {
      for (int bit = 0; bit < 8; ++bit) {
        if (!has_all_masks && bit != static_cast<int>(i % 8)) continue;
        SCOPED_TRACE(path + ", byte " + std::to_string(i) + ", bit " + std::to_string(bit));
        std::string damaged = bytes;
        damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
        CheckDamaged(path, std::move(damaged), path == last_segment_ && i >= last_group_);
        if (HasFailure()) return;
      }
    }
  }
  PrintCounts("flips");
}

TEST_F(DamageTest, EveryOverwrittenByteIsDetected) {
  for (const auto& [path, bytes] : sound_) {
    for (size_t i = 0; i < bytes.size(); i += EveryNth()) {
      SCOPED_TRACE(path + ", byte " + std::to_string(i) + " overwritten");
      std::string damaged = bytes;
      damaged[i] = damaged[i] == '\0' ? '\xff' : '\0';
      CheckDamaged(path, std::move(damaged), path == last_segment_ && i >= last_group_);
      if (HasFailure()) return;
    }
  }
  PrintCounts("overwritten bytes");
}

TEST_F(DamageTest, EveryMissingEndIsDetected) {
  for (const auto& [path, bytes] : sound_) {
    for (size_t length = 0; length < bytes.size(); length += EveryNth()) {
      SCOPED_TRACE(path + ", cut to " + std::to_string(length));
      CheckDamaged(path, bytes.substr(0, length), path == last_segment_);
      if (HasFailure()) return;
    }
  }
  PrintCounts("cuts");
}

// Behind the end of a block or of the log there may be anything; it is not taken for data.
TEST_F(DamageTest, WhatIsBehindTheEndIsNeverServed) {
  for (const auto& [path, bytes] : sound_) {
    for (const std::string& more : {std::string("\0", 1), std::string(100, '\0'), bytes}) {
      SCOPED_TRACE(path + ", longer by " + std::to_string(more.size()));
      Files damaged = sound_;
      damaged[path] = bytes + more;
      const std::vector<CheckFinding> findings = FindingsOf(damaged);
      ASSERT_EQ(findings.size(), 1u);
      EXPECT_THAT(findings[0].what, testing::StartsWith(path + ": "));
      EXPECT_EQ(findings[0].is_damage, path != last_segment_);
      const Result<Reading> reading = OpenAndRead(damaged);
      if (reading.ok()) {
        EXPECT_EQ(*reading, sound_reading_);
      } else {
        EXPECT_EQ(reading.status().code(), Code::kDataLoss);
        EXPECT_THAT(reading.status().message(), testing::HasSubstr(path));
      }
    }
  }
}

TEST_F(DamageTest, EveryMissingFileIsDetected) {
  for (const auto& [path, bytes] : sound_) {
    SCOPED_TRACE(path + " removed");
    Files damaged = sound_;
    damaged.erase(path);
    const Result<Reading> reading = OpenAndRead(damaged);
    const std::vector<CheckFinding> findings = FindingsOf(damaged);
    if (path == last_segment_) {
      EXPECT_TRUE(findings.empty());
      ASSERT_TRUE(reading.ok());
      EXPECT_EQ(*reading, tail_readings_[0]);
      continue;
    }
    EXPECT_EQ(reading.status().code(), Code::kDataLoss);
    EXPECT_THAT(reading.status().message(), testing::HasSubstr(path.substr(path.rfind('/') + 1)));
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_TRUE(findings[0].is_damage);
    EXPECT_THAT(findings[0].what, testing::StartsWith(path + ": "));
  }
}

}  // namespace
}  // namespace spanhound::store
