#include "load/page_cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

namespace spanhound::load {
namespace {

constexpr size_t kBytes = 1 << 20;

size_t CachedPages(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY);
  void* pages = mmap(nullptr, kBytes, PROT_READ, MAP_SHARED, fd, 0);
  std::vector<unsigned char> resident(kBytes / static_cast<size_t>(getpagesize()));
  EXPECT_EQ(mincore(pages, kBytes, resident.data()), 0);
  munmap(pages, kBytes);
  close(fd);
  return static_cast<size_t>(
      std::ranges::count_if(resident, [](unsigned char page) { return (page & 1) != 0; }));
}

TEST(PageCacheTest, FilesBelowADirectoryBecomeCold) {
  std::filesystem::path directory = std::filesystem::temp_directory_path() /
                                    ("spanhound-page-cache-test-" + std::to_string(getpid()));
  std::filesystem::create_directories(directory / "sub");
  struct statfs info;
  ASSERT_EQ(statfs(directory.c_str(), &info), 0);
  std::string path = directory / "sub" / "file";
  std::ofstream(path) << std::string(kBytes, 'x');
  size_t before = CachedPages(path);
  Status dropped = DropFromPageCache(directory);
  size_t after = CachedPages(path);
  std::filesystem::remove_all(directory);
  ASSERT_TRUE(dropped.ok()) << dropped.ToString();
  EXPECT_GT(before, 0u);
  // A tmpfs has nowhere to drop its pages to.
  EXPECT_EQ(after, info.f_type == TMPFS_MAGIC ? before : 0u);
}

TEST(PageCacheTest, NoDirectoryIsAnError) {
  EXPECT_EQ(DropFromPageCache("/nonexistent/spanhound").code(), Code::kNotFound);
}

}  // namespace
}  // namespace spanhound::load
