#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

namespace spanhound {
namespace {

class FileTest : public testing::Test {
 protected:
  FileTest() {
    char pattern[] = "/tmp/spanhound_file_XXXXXX";
    directory_ = ::mkdtemp(pattern);
  }
  ~FileTest() override { std::filesystem::remove_all(directory_); }

  FileSystem& files_ = PosixFileSystem();
  std::string directory_;
};

TEST_F(FileTest, ReplaceThenRead) {
  ASSERT_TRUE(ReplaceFile(files_, directory_, "a", "one").ok());
  ASSERT_TRUE(ReplaceFile(files_, directory_, "a", "two").ok());
  EXPECT_EQ(ReadWholeFile(files_, directory_ + "/a").value(), "two");
  EXPECT_EQ(files_.List(directory_).value(), std::vector<std::string>{"a"});
}

TEST_F(FileTest, ReadPastTheEndIsDataLossAndMissingIsNotFound) {
  ASSERT_TRUE(ReplaceFile(files_, directory_, "a", "abc").ok());
  auto file = files_.Open(directory_ + "/a");
  ASSERT_TRUE(file.ok());
  char out[4];
  EXPECT_EQ((*file)->Read(0, 4, out).code(), Code::kDataLoss);
  EXPECT_EQ(files_.Open(directory_ + "/b").status().code(), Code::kNotFound);
}

TEST_F(FileTest, ReplaceTailWritesAndCuts) {
  const std::string path = directory_ + "/a";
  ASSERT_TRUE(ReplaceFile(files_, directory_, "a", "0123456789").ok());
  ASSERT_TRUE(files_.ReplaceTail(path, 4, "four").ok());
  EXPECT_EQ(ReadWholeFile(files_, path).value(), "0123four");
  ASSERT_TRUE(files_.ReplaceTail(path, 8, "+").ok());
  EXPECT_EQ(ReadWholeFile(files_, path).value(), "0123four+");
  ASSERT_TRUE(files_.ReplaceTail(path, 2, "").ok());
  EXPECT_EQ(ReadWholeFile(files_, path).value(), "01");
  EXPECT_EQ(files_.ReplaceTail(directory_ + "/b", 0, "x").code(), Code::kNotFound);
}

TEST_F(FileTest, SecondLockIsRefusedUntilTheFirstIsGone) {
  auto first = files_.Lock(directory_ + "/LOCK");
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(files_.Lock(directory_ + "/LOCK").status().code(), Code::kFailedPrecondition);
  first = files_.Open("/nonexistent").status();
  EXPECT_TRUE(files_.Lock(directory_ + "/LOCK").ok());
}

TEST_F(FileTest, SharedLocksStandBesideEachOther) {
  const std::string path = directory_ + "/LOCK";
  EXPECT_EQ(files_.LockShared(path).status().code(), Code::kNotFound);
  {
    const auto alone = files_.Lock(path);
    ASSERT_TRUE(alone.ok());
    EXPECT_EQ(files_.LockShared(path).status().code(), Code::kFailedPrecondition);
  }
  const auto first = files_.LockShared(path);
  const auto second = files_.LockShared(path);
  EXPECT_TRUE(first.ok());
  EXPECT_TRUE(second.ok());
  EXPECT_EQ(files_.Lock(path).status().code(), Code::kFailedPrecondition);
}

TEST_F(FileTest, AListIsWholeOrAnError) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
  // As long as nobody reaps it, this directory of it can be opened and not be read.
  EXPECT_FALSE(files_.List("/proc/" + std::to_string(child) + "/net").ok());
  ::waitpid(child, nullptr, 0);
}

TEST_F(FileTest, SpaceOfTheFileSystem) {
  const auto space = files_.Space(directory_);
  ASSERT_TRUE(space.ok());
  EXPECT_GT(space->used_bytes, 0u);
  EXPECT_LE(space->used_bytes + space->available_bytes,
            std::filesystem::space(directory_).capacity);
  EXPECT_EQ(files_.Space("/nonexistent").status().code(), Code::kNotFound);
}

TEST_F(FileTest, DoesNotFollowSymbolicLinks) {
  std::filesystem::create_symlink("/etc/passwd", directory_ + "/link");
  EXPECT_FALSE(files_.Open(directory_ + "/link").ok());
}

TEST_F(FileTest, ADirectoryMayBeALink) {
  const std::string link = directory_ + "/link";
  ASSERT_TRUE(files_.CreateDirectory(directory_ + "/real").ok());
  std::filesystem::create_directory_symlink("real", link);
  EXPECT_TRUE(files_.CreateDirectory(link).ok());
  const Status replaced = ReplaceFile(files_, link, "a", "one");
  EXPECT_TRUE(replaced.ok()) << replaced.ToString();
  EXPECT_EQ(ReadWholeFile(files_, directory_ + "/real/a").value(), "one");
}

}  // namespace
}  // namespace spanhound
