#include "server/ui_routes.h"

#include <gtest/gtest.h>

namespace spanhound::server {
namespace {

constexpr UiFile kFiles[] = {
    {"/index.html", "text/html; charset=utf-8", "<html>", ""},
    {"/assets/app-1.js", "text/javascript", "script", "zipped"},
};

net::HttpResponse Get(std::string path, bool gzip = false) {
  net::HttpRequest request;
  request.method = "GET";
  request.path = std::move(path);
  if (gzip) request.headers.emplace_back("accept-encoding", "gzip, br");
  net::HttpResponse answer;
  UiHandler(kFiles)(request, [&](net::HttpResponse response) { answer = std::move(response); });
  return answer;
}

TEST(UiRoutes, ServesFilesAndTheIndexForPages) {
  EXPECT_EQ(Get("/").body, "<html>");
  EXPECT_EQ(Get("/trace/0123").body, "<html>");
  EXPECT_EQ(Get("/assets/app-1.js").body, "script");
  EXPECT_EQ(Get("/assets/app-1.js", true).body, "zipped");
}

TEST(UiRoutes, NeverAnswersAnApiPathWithAPage) {
  EXPECT_EQ(Get("/api/unknown").status, 404);
  EXPECT_EQ(Get("/assets/app-2.js").status, 404);
}

TEST(UiRoutes, EveryFileCarriesThePolicy) {
  bool has_policy = false;
  for (const auto& [name, value] : Get("/").headers) {
    if (name == "Content-Security-Policy")
      has_policy = value.find("script-src 'self'") != std::string::npos;
  }
  EXPECT_TRUE(has_policy);
}

TEST(UiRoutes, BelowABasePathThePageSaysSoAndOtherFilesStay) {
  const auto body = [](std::string path) {
    net::HttpRequest request;
    request.method = "GET";
    request.path = std::move(path);
    net::HttpResponse answer;
    UiHandler(UiFiles(), "/jaeger")(request,
                                    [&](net::HttpResponse response) { answer = response; });
    return answer.body;
  };
  EXPECT_NE(body("/trace/1").find("name=\"base-path\" content=\"/jaeger\""), std::string::npos);
  EXPECT_EQ(body("/trace/1").find("=\"/assets/"), std::string::npos);
  EXPECT_FALSE(body("/favicon.svg").empty());
}

TEST(UiRoutes, TheRealUiIsEmbedded) {
  net::HttpRequest request;
  request.method = "GET";
  request.path = "/";
  net::HttpResponse answer;
  UiHandler(UiFiles())(request, [&](net::HttpResponse response) { answer = std::move(response); });
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.body.find("<title>Spanhound"), std::string::npos);
}

}  // namespace
}  // namespace spanhound::server
