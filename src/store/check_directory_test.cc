#include "store/check_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "store/manifest/manifest.h"
#include "store/testing/watched_store.h"

namespace spanhound::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kBlock1[] = "/data/blocks/0000000000000001.blk";

// damage_test.cc damages every byte; here is what a check says of the directory as a whole.
class CheckDirectoryTest : public testing::Test {
 protected:
  CheckDirectoryTest() {
    SetLogLevel(LogLevel::kSilent);
    WatchedStore watched(files_);
    EXPECT_TRUE(watched.Open().ok());
    (void)watched.Append({1, 2, 3, 5});
    EXPECT_TRUE(watched.Flush().ok());
    (void)watched.Append({4});
    rows_ = *ScanExactRows(watched.store(), {});
  }
  ~CheckDirectoryTest() override { SetLogLevel(LogLevel::kInfo); }

  // "damaged: ..." or "note: ..." for each finding.
  std::vector<std::string> Check() {
    std::vector<std::string> found;
    auto totals = CheckDirectory(files_, "/data", [&found](const CheckFinding& finding) {
      found.push_back((finding.is_damage ? "damaged: " : "note: ") + finding.what);
    });
    if (!totals.ok()) return {totals.status().ToString()};
    totals_ = *totals;
    return found;
  }

  Manifest ManifestOnDisk() { return **ReadManifest(files_, "/data"); }
  void SetManifest(const Manifest& manifest) {
    files_.SetBytes("/data/MANIFEST", EncodeManifest(manifest));
  }

  MemoryFileSystem files_;
  std::vector<std::string> rows_;
  CheckTotals totals_;
};

TEST_F(CheckDirectoryTest, ASoundStoreHasNoFindingAndTotals) {
  EXPECT_THAT(Check(), IsEmpty());
  EXPECT_EQ(totals_.blocks, 3u);  // spans, logs, spans of another tenant
  EXPECT_EQ(totals_.log_segments, 1u);
  EXPECT_EQ(totals_.tenants, 2u);
  uint64_t block_bytes = 0;
  for (const BlockEntry& entry : ManifestOnDisk().blocks) block_bytes += entry.file_bytes;
  EXPECT_EQ(totals_.block_bytes, block_bytes);
  EXPECT_GT(totals_.spans, rows_.size());  // those of the other tenant too
}

TEST_F(CheckDirectoryTest, ChangesNothing) {
  const uint64_t changes = files_.calls();
  files_.SetBytes("/data/blocks/00000000000000ff.blk", "left behind");
  files_.SetBytes("/data/MANIFEST.tmp", "left behind");
  Check();
  EXPECT_EQ(files_.calls(), changes);
}

TEST_F(CheckDirectoryTest, RefusesWhileTheStoreIsOpen) {
  WatchedStore watched(files_);
  ASSERT_TRUE(watched.Open().ok());
  EXPECT_THAT(Check(), ElementsAre(HasSubstr("FAILED_PRECONDITION")));
}

TEST_F(CheckDirectoryTest, SaysWhenThereIsNoStore) {
  MemoryFileSystem nothing;
  const auto totals = CheckDirectory(nothing, "/data", [](const CheckFinding&) {});
  EXPECT_EQ(totals.status().code(), Code::kNotFound);
}

TEST_F(CheckDirectoryTest, NamesWhatIsLeftOverAndWhatIsForeign) {
  files_.SetBytes("/data/MANIFEST.tmp", "half");
  files_.SetBytes("/data/notes.txt", "");
  files_.SetBytes("/data/blocks/00000000000000ff.blk", "half");
  files_.SetBytes("/data/blocks/x", "");
  files_.SetBytes("/data/wal/0000000000000000.wal", "old");
  files_.SetBytes("/data/wal/x", "");
  EXPECT_THAT(Check(), ElementsAre(HasSubstr("note: /data/wal/0000000000000000.wal: left over"),
                                   HasSubstr("note: /data/MANIFEST.tmp: left over"),
                                   HasSubstr("note: /data/notes.txt: is no file of the store"),
                                   HasSubstr("note: /data/blocks/00000000000000ff.blk: left over"),
                                   HasSubstr("note: /data/blocks/x: is no file of the store"),
                                   HasSubstr("note: /data/wal/x: is no file of the store")));
}

TEST_F(CheckDirectoryTest, GoesOnBehindDamageAndNamesEveryFile) {
  for (const BlockEntry& entry : ManifestOnDisk().blocks) {
    const std::string path = "/data/blocks/" + BlockFileName(entry.id);
    std::string bytes = files_.Bytes(path);
    bytes[20] ^= 1;
    files_.SetBytes(path, bytes);
  }
  EXPECT_EQ(Check().size(), 3u);
}

TEST_F(CheckDirectoryTest, LooksAtTheFilesWithoutAManifestToo) {
  std::string bytes = files_.Bytes(kBlock1);
  bytes[20] ^= 1;
  files_.SetBytes(kBlock1, bytes);
  files_.SetBytes("/data/MANIFEST", "x");
  EXPECT_THAT(Check(), ElementsAre(HasSubstr("/data/MANIFEST: the manifest is damaged"),
                                   HasSubstr(kBlock1)));
  ASSERT_TRUE(files_.Remove("/data/MANIFEST").ok());
  EXPECT_THAT(Check(), ElementsAre(HasSubstr("/data/MANIFEST: missing"), HasSubstr(kBlock1)));
}

// Sound by its checksums, but not of this store or not at this place.
TEST_F(CheckDirectoryTest, AForeignBlockOfTheSameSizeIsTold) {
  Manifest manifest = ManifestOnDisk();
  manifest.blocks[0].bounds.max_time += 1;
  SetManifest(manifest);
  EXPECT_THAT(Check(), ElementsAre(HasSubstr("its footer is not what the manifest says")));
}

TEST_F(CheckDirectoryTest, AManifestThatListsABlockTwiceIsTold) {
  Manifest manifest = ManifestOnDisk();
  manifest.blocks.push_back(manifest.blocks[0]);
  SetManifest(manifest);
  EXPECT_THAT(Check(), ElementsAre(HasSubstr("damaged: /data/MANIFEST: block")));
}

TEST_F(CheckDirectoryTest, AMissingSegmentIsNamed) {
  Manifest manifest = ManifestOnDisk();
  manifest.first_wal_segment -= 1;
  SetManifest(manifest);
  EXPECT_THAT(Check(), ElementsAre("damaged: /data/wal/0000000000000001.wal: missing"));
}

}  // namespace
}  // namespace spanhound::store
