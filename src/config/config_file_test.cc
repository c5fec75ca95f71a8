#include "config/config_file.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace spanhound::config {
namespace {

std::string ErrorOf(std::string_view yaml) {
  auto given = ParseConfigFile(yaml, "f.yaml");
  return given.ok() ? "" : given.status().message();
}

TEST(ConfigFile, ValuesAndListsWithTheirLines) {
  auto given = ParseConfigFile(
      "# comment\n"
      "data: /var/lib/spanhound\n"
      "retention: [7d, '80%']\n"
      "allowed-host:\n"
      "  - a.example\n"
      "  - \"b.example\"\n",
      "f.yaml");
  ASSERT_TRUE(given.ok()) << given.status().ToString();
  ASSERT_EQ(given->size(), 3u);
  EXPECT_EQ((*given)[0].name, "data");
  EXPECT_EQ((*given)[0].values, std::vector<std::string>{"/var/lib/spanhound"});
  EXPECT_EQ((*given)[0].origin, "f.yaml line 2");
  EXPECT_EQ((*given)[1].values, (std::vector<std::string>{"7d", "80%"}));
  EXPECT_EQ((*given)[2].values, (std::vector<std::string>{"a.example", "b.example"}));
  EXPECT_EQ((*given)[2].origin, "f.yaml line 4");
}

TEST(ConfigFile, NothingIsFine) {
  for (const char* yaml : {"", "# only this\n", "---\n", "{}\n"}) EXPECT_EQ(ErrorOf(yaml), "");
}

TEST(ConfigFile, SaysWhereItIsWrong) {
  EXPECT_EQ(ErrorOf("a: 1\na: 2\n"), "f.yaml line 2: 'a' for the second time");
  EXPECT_EQ(ErrorOf("a: 1\nb:\n"), "f.yaml line 2: 'b' has no value");
  EXPECT_EQ(ErrorOf("a:\n  b: 1\n"),
            "f.yaml line 2: settings are not nested; every name stands at the left margin");
  EXPECT_EQ(ErrorOf("- a\n"), "f.yaml line 1: a list where none belongs");
  EXPECT_EQ(ErrorOf("just text\n"), "f.yaml line 1: expected 'name: value' lines");
  EXPECT_EQ(ErrorOf("a: &x 1\nb: *x\n"), "f.yaml line 1: anchors are not taken");
  EXPECT_EQ(ErrorOf("a: !!int 1\n"), "f.yaml line 1: tags are not taken");
  EXPECT_EQ(ErrorOf("a: 1\n---\nb: 2\n"), "f.yaml line 2: a second document");
  EXPECT_NE(ErrorOf("a: 1\nb: [1\n").find("line"), std::string::npos);
}

TEST(ConfigFile, HostileFilesAreRefusedInBoundedTime) {
  EXPECT_NE(ErrorOf("a: " + std::string(kConfigFileBytesMax, 'x')), "");
  EXPECT_NE(ErrorOf("a: " + std::string(100'000, '[')), "");
  EXPECT_NE(ErrorOf(std::string(100'000, '{')), "");
  EXPECT_NE(ErrorOf(std::string(100'000, '?')), "");
}

TEST(ConfigFile, NoMutationOfAFileDoesHarm) {
  const std::string seed =
      "data: /d\nretention: [7d, '80%']\nallowed-host:\n  - \"b\\x41\"\ntenancy: true # on\n"
      "listen: |\n  text\nquery-port: >-\n  0\n";
  SeededRandom random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string yaml = seed;
    for (uint64_t change = 0; change <= random.Below(4); ++change) {
      const size_t at = random.Below(yaml.size());
      constexpr std::string_view kBytes = "\n :-[]{}&*!|>'\"%@`?#,\t\x01\xff";
      switch (random.Below(3)) {
        case 0: yaml[at] = kBytes[random.Below(kBytes.size())]; break;
        case 1: yaml.insert(at, 1, kBytes[random.Below(kBytes.size())]); break;
        default: yaml.erase(at, 1 + random.Below(5));
      }
    }
    auto given = ParseConfigFile(yaml, "f.yaml");
    if (given.ok()) continue;
    EXPECT_EQ(given.status().code(), Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace spanhound::config
