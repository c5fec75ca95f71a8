#include "base/named_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace spanhound {
namespace {

class NamedFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(directory_);
    std::ofstream(path_) << std::string(20'000, 'x');
    chmod(path_.c_str(), 0640);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  const std::string directory_ = testing::TempDir() + "/named_file_test";
  const std::string path_ = directory_ + "/secret";
};

TEST_F(NamedFileTest, ReadsBytesAndModeThroughALink) {
  std::filesystem::create_symlink(path_, directory_ + "/link");
  auto file = ReadNamedFile(directory_ + "/link", 20'000);
  ASSERT_TRUE(file.ok()) << file.status().ToString();
  EXPECT_EQ(file->bytes, std::string(20'000, 'x'));
  EXPECT_EQ(file->mode, 0640u);
}

TEST_F(NamedFileTest, RefusesWhatIsTooLargeOrNoFile) {
  EXPECT_EQ(ReadNamedFile(path_, 19'999).status().code(), Code::kResourceExhausted);
  EXPECT_EQ(ReadNamedFile("/dev/zero", 1 << 20).status().code(), Code::kResourceExhausted);
  EXPECT_EQ(ReadNamedFile(directory_, 100).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(ReadNamedFile(directory_ + "/none", 100).status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace spanhound
