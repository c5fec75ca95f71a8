#include "store/scan/read_ahead.h"

#include <gtest/gtest.h>

#include <vector>

namespace spanhound::store {
namespace {

constexpr uint64_t kPlenty = 1u << 30;

std::vector<ScanPart> RowGroups(size_t count) {
  std::vector<ScanPart> parts(count);
  for (ScanPart& part : parts) part.row_count = 8192;
  return parts;
}

TEST(ReadAhead, StartsWithOnePartAndReadsAsManyAsItHasRead) {
  ReadAhead ahead(2, /*reads_all=*/false);
  const std::vector<ScanPart> parts = RowGroups(16);
  std::vector<size_t> counts;
  for (size_t next = 0; next < 15; next += counts.back()) {
    counts.push_back(ahead.Choose(std::span(parts).subspan(next), kPlenty));
    for (size_t i = 0; i < counts.back(); ++i) ahead.Learn(8192, 1 << 20);
  }
  EXPECT_EQ(counts, (std::vector<size_t>{1, 1, 2, 4, 4, 4}));
}

TEST(ReadAhead, StartsWithAllThreadsWhereAllPartsAreRead) {
  ReadAhead ahead(2, /*reads_all=*/true);
  EXPECT_EQ(ahead.Choose(RowGroups(20), kPlenty), 16);
  EXPECT_EQ(ahead.Choose(RowGroups(3), kPlenty), 3);
}

TEST(ReadAhead, StaysWithinMemory) {
  ReadAhead ahead(2, /*reads_all=*/true);
  EXPECT_EQ(ahead.Choose(RowGroups(16), 2 * 8192 * 1024), 2);
  ahead.Learn(8192, 8192 * 4096);
  EXPECT_EQ(ahead.Choose(RowGroups(16), 2 * 8192 * 1024), 1);
  EXPECT_EQ(ahead.Choose(RowGroups(16), 0), 1);
}

}  // namespace
}  // namespace spanhound::store
