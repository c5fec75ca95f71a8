#include "store/encoding/strings.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace spanhound::store {
namespace {

size_t RoundTrip(const std::vector<std::string>& values) {
  const std::vector<std::string_view> views(values.begin(), values.end());
  std::string bytes;
  AppendStrings(bytes, views);
  ByteReader in(bytes);
  std::vector<std::string_view> back;
  EXPECT_TRUE(ReadStrings(in, views.size(), &back));
  EXPECT_TRUE(in.empty());
  EXPECT_EQ(back, views);
  return bytes.size();
}

TEST(StringsTest, FewDistinctValuesCostACodeEach) {
  EXPECT_EQ(RoundTrip({}), 0u);
  EXPECT_LT(RoundTrip(std::vector<std::string>(10'000, std::string(100, 'x'))), 120u);
  std::vector<std::string> mixed;
  for (int i = 0; i < 1000; ++i) mixed.push_back("operation " + std::to_string(i % 7));
  EXPECT_LT(RoundTrip(mixed), 1100u);
}

TEST(StringsTest, KeepsDistinctHugeAndEmptyValues) {
  std::vector<std::string> values = {"", std::string(1 << 20, 'h'), std::string("\0\xff", 2), ""};
  for (int i = 0; i < 1000; ++i) values.push_back("distinct " + std::to_string(i * 7919));
  RoundTrip(values);
  SeededRandom random(2);
  for (int round = 0; round < 100; ++round) {
    std::vector<std::string> some(random.Below(400));
    for (std::string& value : some) value = std::to_string(random.Below(round * 4 + 1));
    RoundTrip(some);
  }
}

TEST(StringsTest, RefusesDamageWithoutReadingBeyondTheEnd) {
  for (const std::vector<std::string_view>& values :
       {std::vector<std::string_view>{"a", "b", "c"}, std::vector<std::string_view>(9, "same")}) {
    std::string bytes;
    AppendStrings(bytes, values);
    std::vector<std::string_view> back;
    for (size_t length = 0; length < bytes.size(); ++length) {
      ByteReader in(std::string_view(bytes).substr(0, length));
      EXPECT_FALSE(ReadStrings(in, values.size(), &back)) << length;
    }
    for (size_t i = 0; i < bytes.size(); ++i) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(~damaged[i]);
      ByteReader in(damaged);
      (void)ReadStrings(in, values.size(), &back);  // either way, within bounds
    }
  }
}

}  // namespace
}  // namespace spanhound::store
