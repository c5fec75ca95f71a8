#include "server/base_path.h"

#include <gtest/gtest.h>

namespace spanhound::server {
namespace {

TEST(BasePath, Forms) {
  for (const auto& [text, path] : {std::pair("", ""),
                                   {"/", ""},
                                   {"/jaeger", "/jaeger"},
                                   {"/jaeger/", "/jaeger"},
                                   {"/a/b-c", "/a/b-c"}}) {
    auto parsed = ParseBasePath(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(*parsed, path);
  }
  for (const char* text : {"jaeger", "//", "/a//b", "/../x", "/\"onload=", "/a b", "/a?b"}) {
    EXPECT_FALSE(ParseBasePath(text).ok()) << text;
  }
}

std::string Ask(std::string path) {
  net::HttpRequest request;
  request.path = std::move(path);
  std::string answer;
  BelowBasePath("/jaeger", [](net::HttpRequest inner, net::HttpResponder respond) {
    respond({200, "", inner.path});
  })(request, [&](net::HttpResponse response) {
    answer = response.status == 200 ? response.body : std::to_string(response.status);
  });
  return answer;
}

TEST(BasePath, IsTakenOffAndWithoutItThereIsNothing) {
  EXPECT_EQ(Ask("/jaeger"), "/");
  EXPECT_EQ(Ask("/jaeger/"), "/");
  EXPECT_EQ(Ask("/jaeger/api/services"), "/api/services");
  for (const char* path : {"/", "/api/services", "/jaegers", "*", ""}) EXPECT_EQ(Ask(path), "404");
}

TEST(BasePath, ThePageLinksBelowIt) {
  EXPECT_EQ(PageBelow("/j", R"(<head></head><link href="/x.css"><script src="/assets/a.js">)"),
            R"(<head><meta name="base-path" content="/j"></head>)"
            R"(<link href="/j/x.css"><script src="/j/assets/a.js">)");
}

}  // namespace
}  // namespace spanhound::server
