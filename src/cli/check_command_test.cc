#include "cli/check_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/clock.h"
#include "base/log.h"
#include "store/store.h"
#include "store/testing/test_data.h"

namespace spanhound::cli {
namespace {

using testing::HasSubstr;

// On real files, because that is where locks and missing directories are.
class CheckCommandTest : public testing::Test {
 protected:
  CheckCommandTest() : directory_(testing::TempDir() + "/check_command_test") {
    SetLogLevel(LogLevel::kSilent);
    std::filesystem::remove_all(directory_);
  }
  ~CheckCommandTest() override {
    std::filesystem::remove_all(directory_);
    SetLogLevel(LogLevel::kInfo);
  }

  std::unique_ptr<store::Store> OpenStore() {
    store::StoreOptions options;
    options.directory = directory_;
    return std::move(store::Store::Open(options, PosixFileSystem(), SystemClock(), metrics_))
        .value();
  }

  int Run() {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int exit_code = CheckStore(PosixFileSystem(), directory_);
    output_ = testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
    return exit_code;
  }

  const std::string directory_;
  Metrics metrics_;
  std::string output_;
};

TEST_F(CheckCommandTest, RefusesWhileAServerHasItOpen) {
  const auto store = OpenStore();
  ASSERT_TRUE(AppendAndWait(*store, store::RichSpans()).ok());
  ASSERT_TRUE(store->Flush().ok());
  EXPECT_EQ(Run(), 2);
  EXPECT_THAT(output_, HasSubstr("another process holds it; stop the server"));
}

TEST_F(CheckCommandTest, SumsUp) {
  {
    const auto store = OpenStore();
    ASSERT_TRUE(AppendAndWait(*store, store::RichSpans()).ok());
    ASSERT_TRUE(store->Flush().ok());
  }
  EXPECT_EQ(Run(), 0);
  EXPECT_THAT(output_, HasSubstr(": sound; looked at 1 blocks"));
  EXPECT_THAT(output_, HasSubstr(": 4 spans, 0 logs, 1 tenants\n"));
}

TEST_F(CheckCommandTest, NamesADamagedFileOnALineOfItsOwn) {
  {
    const auto store = OpenStore();
    ASSERT_TRUE(AppendAndWait(*store, store::RichSpans()).ok());
    ASSERT_TRUE(store->Flush().ok());
  }
  const std::string path = directory_ + "/blocks/0000000000000001.blk";
  std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(40).put('!');
  std::ofstream(directory_ + "/\x1b[31m") << "hostile";
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(output_, HasSubstr("damaged: " + path + ": the section at byte "));
  EXPECT_THAT(output_, HasSubstr("note:    " + directory_ + "/\\x1b[31m: is no file of the store"));
  EXPECT_THAT(output_, HasSubstr(": 1 damaged; looked at 1 blocks"));
}

TEST_F(CheckCommandTest, CannotCheckWhatIsNotThere) {
  EXPECT_EQ(Run(), 2);
  EXPECT_THAT(output_, HasSubstr("there is no store"));
  EXPECT_FALSE(std::filesystem::exists(directory_));
}

}  // namespace
}  // namespace spanhound::cli
