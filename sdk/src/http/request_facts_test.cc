#include "http/request_facts.h"

#include <gtest/gtest.h>

#include "attribute_text.h"

namespace spanhound::sdk {
namespace {

TEST(RequestFactsTest, HostAndPort) {
  const struct {
    const char* text;
    const char* host;
    int port;
  } kCases[] = {{"example.org", "example.org", 0},
                {"example.org:80", "example.org", 80},
                {"[::1]:8080", "::1", 8080},
                {"[::1]", "::1", 0},
                {"[::1", "", 0},
                {"host:99999", "host", 0},
                {"host:8x", "host", 0},
                {"", "", 0}};
  for (const auto& each : kCases) {
    const HostAndPort parsed = ParseHostAndPort(each.text);
    EXPECT_EQ(parsed.host, each.host) << each.text;
    EXPECT_EQ(parsed.port, each.port) << each.text;
  }
  EXPECT_EQ(ParseHostAndPort(std::string(5000, 'a')).host, "");
}

TEST(RequestFactsTest, TargetIsSplitAndSignaturesAreHidden) {
  EXPECT_EQ(SplitTarget("/a/b?x=1&y").path, "/a/b");
  EXPECT_EQ(SplitTarget("/a/b?x=1&y").query, "x=1&y");
  EXPECT_EQ(SplitTarget("http://h:1/a?sig=secret&b=2").path, "/a");
  EXPECT_EQ(SplitTarget("http://h:1/a?sig=secret&b=2").query, "sig=REDACTED&b=2");
  EXPECT_EQ(SplitTarget("/?Signature=s").query, "Signature=REDACTED");
  EXPECT_EQ(SplitTarget("http://h").path, "");
  EXPECT_EQ(SplitTarget("*").path, "*");
  EXPECT_EQ(SplitTarget("").path, "");
  EXPECT_EQ(SplitTarget("/?next=http://x/").path, "/");
}

TEST(RequestFactsTest, ForwardedFor) {
  EXPECT_EQ(FirstForwardedFor(" 10.0.0.1 , 10.0.0.2"), "10.0.0.1");
  EXPECT_EQ(FirstForwardedFor("2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(FirstForwardedFor("<script>"), "");
  EXPECT_EQ(FirstForwardedFor(std::string(1000, '1')), "");
}

TEST(RequestFactsTest, MethodsAndVersions) {
  EXPECT_TRUE(IsKnownMethod("PATCH"));
  EXPECT_FALSE(IsKnownMethod("get"));
  EXPECT_EQ(ProtocolVersion(11), "1.1");
  EXPECT_EQ(ProtocolVersion(10), "1.0");
}

TEST(AttributeTextTest, KeepsUtf8ReplacesTheRestAndCuts) {
  EXPECT_EQ(AttributeText("caf\xC3\xA9 \xE4\xB8\xAD \xF0\x9F\x90\x95"),
            "caf\xC3\xA9 \xE4\xB8\xAD \xF0\x9F\x90\x95");
  EXPECT_EQ(AttributeText("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(AttributeText("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD") << "overlong slash";
  EXPECT_EQ(AttributeText("\xED\xA0\x80").size(), 9u) << "surrogate";
  EXPECT_EQ(AttributeText("\xE4\xB8"), "\xEF\xBF\xBD\xEF\xBF\xBD") << "cut sequence";
  EXPECT_EQ(AttributeText(std::string(10'000, 'a')).size(), kAttributeBytesMax);
  EXPECT_EQ(AttributeText(std::string(1, '\0')).size(), 1u);
}

}  // namespace
}  // namespace spanhound::sdk
