#include "server/file_watch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>

namespace spanhound::server {
namespace {

TEST(FileWatch, TellsOfEveryChangeAndOnlyOfChanges) {
  const std::string directory = testing::TempDir() + "/file_watch_test";
  std::filesystem::create_directories(directory);
  const std::string path = directory + "/file";
  std::ofstream(path) << "one";
  std::atomic<int> changes = 0, looks = 0;
  {
    FileWatch watch(1);
    watch.Add("file", {path}, [&] {
      changes.fetch_add(1);
      changes.notify_all();
      return Status::Ok();
    });
    // A path that never settles shows that time passes without the other one being told of.
    watch.Add("busy", {directory + "/busy"}, [&] {
      std::ofstream(directory + "/busy", std::ios::app) << "x";
      looks.fetch_add(1);
      looks.notify_all();
      return Unavailable("for ever");
    });
    std::ofstream(directory + "/busy") << "x";
    watch.Start();
    for (int seen = 0; seen < 5; seen = looks.load()) looks.wait(seen);
    EXPECT_EQ(changes.load(), 0);
    std::ofstream(directory + "/new") << "two";
    std::filesystem::rename(directory + "/new", path);
    changes.wait(0);
    const int before = looks.load();
    for (int seen = before; seen < before + 5; seen = looks.load()) looks.wait(seen);
    EXPECT_EQ(changes.load(), 1);
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace spanhound::server
