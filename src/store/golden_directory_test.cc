// A store of every format version that was ever released lies in tests/format/ as text, with the
// rows it holds. It is read as it was written for ever: whoever changes bytes in a way that old
// files cannot be read fails here, and gives the new bytes a new version.
//
// SPANHOUND_GOLDEN_OUT=DIR makes a store of today there (tools/make_golden.sh).
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "store/check_directory.h"
#include "store/testing/golden_store.h"

namespace spanhound::store {
namespace {

std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteText(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// The rows of a store with these files, as text.
std::string RowsOf(MemoryFileSystem& files) {
  StoreOptions options;
  options.directory = GoldenStore::kDirectory;
  options.compact_inputs_min = UINT32_MAX;
  ManualClock clock;
  Metrics metrics;
  const auto engine = Engine::Open(options, files, clock, metrics);
  EXPECT_TRUE(engine.ok()) << engine.status().ToString();
  return engine.ok() ? Joined(GoldenStore::RowLines(**engine)) : "";
}

void CheckGolden(const std::string& directory) {
  MemoryFileSystem files;
  for (const auto& [path, bytes] : GoldenStore::ParseDump(ReadText(directory + "/store.txt"))) {
    files.SetBytes(std::string(GoldenStore::kDirectory) + "/" + path, bytes);
  }
  const auto checked =
      CheckDirectory(files, GoldenStore::kDirectory,
                     [](const CheckFinding& finding) { ADD_FAILURE() << finding.what; });
  ASSERT_TRUE(checked.ok()) << checked.status().ToString();
  EXPECT_GE(checked->blocks, 5u);
  EXPECT_EQ(checked->log_segments, 2u);
  EXPECT_TRUE(RowsOf(files) == ReadText(directory + "/rows.txt"))
      << "other rows than " << directory << "/rows.txt has";
}

TEST(GoldenDirectory, Version2IsReadAsItWasWritten) { CheckGolden("tests/format/v2"); }

TEST(GoldenDirectory, Version3IsReadAsItWasWritten) { CheckGolden("tests/format/v3"); }

TEST(GoldenDirectory, TodaysStoreHoldsTheSameRows) {
  const char* out = std::getenv("SPANHOUND_GOLDEN_OUT");
  const bool is_large = out != nullptr && std::getenv("SPANHOUND_GOLDEN_LARGE") != nullptr;
  MemoryFileSystem files;
  GoldenStore(files).Write(is_large);
  const std::string dump = GoldenStore::Dump(GoldenStore::FilesOf(files));
  EXPECT_EQ(GoldenStore::ParseDump(dump), GoldenStore::FilesOf(files));
  const std::string rows = RowsOf(files);
  if (out != nullptr) {
    WriteText(std::string(out) + "/store.txt", dump);
    WriteText(std::string(out) + "/rows.txt", rows);
    return;
  }
  EXPECT_TRUE(rows == ReadText("tests/format/v3/rows.txt"));
}

}  // namespace
}  // namespace spanhound::store
