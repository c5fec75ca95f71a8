#include "ingest/recent_chunks.h"

#include <gtest/gtest.h>

namespace spanhound::ingest {
namespace {

TEST(RecentChunks, TheOldestAreForgotten) {
  RecentChunks chunks(2);
  chunks.Add("a");
  chunks.Add("a");
  chunks.Add("b");
  EXPECT_TRUE(chunks.Contains("a"));
  chunks.Add("c");
  EXPECT_FALSE(chunks.Contains("a"));
  EXPECT_TRUE(chunks.Contains("b"));
  EXPECT_TRUE(chunks.Contains("c"));
}

TEST(RecentChunks, LongIdsAreNotKept) {
  RecentChunks chunks;
  const std::string id(kRecentChunkIdBytesMax + 1, 'x');
  chunks.Add(id);
  chunks.Add("");
  EXPECT_FALSE(chunks.Contains(id));
  EXPECT_FALSE(chunks.Contains(""));
}

}  // namespace
}  // namespace spanhound::ingest
