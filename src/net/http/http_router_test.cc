#include "net/http/http_router.h"

#include <gtest/gtest.h>

namespace spanhound::net {
namespace {

class HttpRouterTest : public testing::Test {
 protected:
  HttpHandler Named(const std::string& name) {
    return [name](HttpRequest request, HttpResponder respond) {
      std::string text = name;
      for (const std::string& parameter : request.path_parameters) text += "," + parameter;
      respond({200, "text/plain", text});
    };
  }

  HttpResponse Ask(const std::string& method, const std::string& path) {
    HttpRequest request;
    request.method = method;
    request.path = path;
    HttpResponse response{-1, "", ""};
    router_.Handle(std::move(request), [&](HttpResponse answer) { response = std::move(answer); });
    return response;
  }

  HttpRouter router_;
};

TEST_F(HttpRouterTest, LiteralsBeatParametersInAnyOrder) {
  router_.Add("GET", "/api/traces/{id}", Named("trace"));
  router_.Add("GET", "/api/traces/newest", Named("newest"));
  router_.Add("GET", "/api/{a}/x/{b}", Named("ab"));
  router_.Add("GET", "/", Named("root"));
  EXPECT_EQ(Ask("GET", "/api/traces/12ab").body, "trace,12ab");
  EXPECT_EQ(Ask("GET", "/api/traces/newest").body, "newest");
  EXPECT_EQ(Ask("HEAD", "/api/p/x/q").body, "ab,p,q");
  EXPECT_EQ(Ask("GET", "/").body, "root");
}

TEST_F(HttpRouterTest, ParametersAreDecodedAfterSplitting) {
  router_.Add("GET", "/tag/{name}/values", Named("tag"));
  EXPECT_EQ(Ask("GET", "/tag/http%2Fa%20b+c/values").body, "tag,http/a b+c");
  EXPECT_EQ(Ask("GET", "/tag/%zz/values").status, 400);
  EXPECT_EQ(Ask("GET", "/tag//values").status, 404);
  EXPECT_EQ(Ask("GET", "/tag/a/values/").status, 404);
}

TEST_F(HttpRouterTest, MethodsAndFallback) {
  router_.Add("POST", "/v1/traces", Named("post"));
  router_.Add("GET", "/v1/traces", Named("get"));
  router_.Add("POST", "/only", Named("only"));
  EXPECT_EQ(Ask("POST", "/v1/traces").body, "post");
  HttpResponse refused = Ask("DELETE", "/v1/traces");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.headers.at(0), std::make_pair(std::string("Allow"), std::string("POST, GET")));
  EXPECT_EQ(Ask("GET", "/else").status, 404);
  router_.SetFallback(Named("ui"));
  EXPECT_EQ(Ask("GET", "/else").body, "ui");
  EXPECT_EQ(Ask("POST", "/else").status, 404);
  EXPECT_EQ(Ask("GET", "/only").status, 405);
}

TEST_F(HttpRouterTest, ErrorsAreRendered) {
  HttpRouter router([](const HttpRequest& request, int status, std::string_view message) {
    return HttpResponse{status, "x/y", request.method + ":" + std::string(message)};
  });
  HttpResponse response;
  HttpRequest request;
  request.method = "GET";
  request.path = "/nowhere";
  router.Handle(std::move(request), [&](HttpResponse answer) { response = std::move(answer); });
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, "GET:no such path");
}

}  // namespace
}  // namespace spanhound::net
