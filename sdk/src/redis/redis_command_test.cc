#include "redis/redis_command.h"

#include <gtest/gtest.h>

namespace spanhound::sdk {
namespace {

using Command = std::vector<std::string_view>;

TEST(RedisCommandTest, ParsesWhatIsWhole) {
  EXPECT_EQ(ParseCommand("*2\r\n$3\r\nGET\r\n$1\r\na\r\n"), (Command{"GET", "a"}));
  EXPECT_EQ(ParseCommand("*2\r\n$3\r\nGET\r\n$3\r\n\r\n\n\r\n"), (Command{"GET", "\r\n\n"}));
  for (const char* cut :
       {"", "*", "*2", "*2\r\n", "*-1\r\n", "*2\r\n$", "*2\r\n$3\r\nGE",
        "*2\r\n$99999999999999999999\r\nGET", "*1\r\n$18446744073709551615\r\n"}) {
    EXPECT_TRUE(ParseCommand(cut).empty()) << cut;
  }
  EXPECT_EQ(ParseCommand("*1000000000\r\n$3\r\nGET\r\n"), Command{"GET"});
}

TEST(RedisCommandTest, OperationNameComesFromASmallSet) {
  EXPECT_EQ(OperationName({"get", "a"}), "GET");
  EXPECT_EQ(OperationName({"json.set", "a"}), "JSON.SET");
  EXPECT_EQ(OperationName({}), "_OTHER");
  EXPECT_EQ(OperationName({""}), "_OTHER");
  EXPECT_EQ(OperationName({"GET a"}), "_OTHER");
  EXPECT_EQ(OperationName({"\xFF"}), "_OTHER");
  EXPECT_EQ(OperationName({std::string(33, 'A')}), "_OTHER");
}

TEST(RedisCommandTest, TextShowsKeysAndNoValue) {
  EXPECT_EQ(QueryText({"SET", "pods", "secret", "EX", "30"}, true), "SET pods ? ? ?");
  EXPECT_EQ(QueryText({"SET", "pods", "secret"}, false), "SET ? ?");
  EXPECT_EQ(QueryText({"MGET", "a", "b"}, true), "MGET a b");
  EXPECT_EQ(QueryText({"AUTH", "user", "password"}, true), "AUTH ? ?");
  EXPECT_EQ(QueryText({"EVAL", "return 1", "0"}, true), "EVAL ? ?");
  EXPECT_EQ(QueryText({"PING"}, true), "PING");
  EXPECT_EQ(QueryText({}, true), "_OTHER");
  EXPECT_EQ(QueryText({"GET", "\xFF"}, true), "GET \xEF\xBF\xBD");
}

TEST(RedisCommandTest, TextIsBounded) {
  const Command many(100'000, std::string_view("MGET"));
  EXPECT_EQ(QueryText(many, true), "MGET MGET MGET MGET MGET MGET MGET MGET MGET ...");
  const std::string key(100'000, 'k');
  EXPECT_EQ(QueryText({"GET", key}, true).size(), 4u + 128u);
}

TEST(RedisCommandTest, ErrorPrefix) {
  EXPECT_EQ(ErrorPrefix("WRONGTYPE Operation against a key"), "WRONGTYPE");
  EXPECT_EQ(ErrorPrefix("MOVED"), "MOVED");
  EXPECT_EQ(ErrorPrefix(""), "ERR");
  EXPECT_EQ(ErrorPrefix("user_script:1: bad"), "ERR");
}

}  // namespace
}  // namespace spanhound::sdk
