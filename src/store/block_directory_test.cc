#include "store/block_directory.h"

#include <gtest/gtest.h>

#include "store/columns/batch_columns.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

// The disk is full at every byte of a block and of the manifest that would name it.
TEST(BlockDirectoryTest, AFullDiskGetsBackTheRoomOfBlocksThatNothingNames) {
  MemoryFileSystem files;
  for (const char* path : {"/data", "/data/wal", "/data/blocks"}) {
    ASSERT_TRUE(files.CreateDirectory(path).ok());
  }
  BlockDirectory blocks(files, SystemClock(), "/data");
  ASSERT_TRUE(blocks.Open().ok());
  const std::vector<ChunkPtr> chunks = {*ChunkOf(RichSpans())};
  const uint64_t used_before = files.used_bytes();
  uint64_t room = 0;
  bool is_added = false;
  bool was_manifest_cut = false;
  for (; !is_added && room < 100'000; room += 16) {
    files.SetCapacity(used_before + room);
    const auto added = blocks.Add(chunks, 1, 100);
    is_added = added.ok();
    if (is_added) break;
    EXPECT_EQ(added.status().code(), Code::kResourceExhausted);
    EXPECT_TRUE(files.List("/data/blocks")->empty()) << room;
    was_manifest_cut |= files.Open("/data/MANIFEST.tmp").ok();
  }
  EXPECT_TRUE(is_added);
  EXPECT_TRUE(was_manifest_cut);
  EXPECT_EQ(files.List("/data/blocks")->size(), 1u);
}

}  // namespace
}  // namespace spanhound::store
