#include "net/http/http_reply.h"

#include <gtest/gtest.h>

#include "net/compression/gzip.h"

namespace spanhound::net {
namespace {

TEST(HttpReplyTest, AcceptsGzip) {
  for (const char* text : {"gzip", "deflate, gzip;q=0.5", "*", "GZIP", "br , gzip "}) {
    EXPECT_TRUE(AcceptsGzip(text)) << text;
  }
  for (const char* text : {"", "deflate, br", "gzip;q=0", "gzip; q=0.0", "xgzip"}) {
    EXPECT_FALSE(AcceptsGzip(text)) << text;
  }
}

TEST(HttpReplyTest, CompressesOnlyWhatPays) {
  std::string text(5000, 'a');
  HttpResponse json{200, "application/json; charset=utf-8", text};
  CompressReply("gzip", json);
  EXPECT_EQ(GzipDecompress(json.body, {1 << 20}).value(), text);

  HttpResponse kept[] = {{200, "application/json", "short"},
                         {200, "image/png", text},
                         {200, "text/html", text, {{"content-encoding", "br"}}}};
  for (HttpResponse& response : kept) {
    std::string before = response.body;
    CompressReply("gzip", response);
    EXPECT_EQ(response.body, before) << response.content_type;
  }
}

TEST(HttpReplyTest, HeadHasNoRoomForInjection) {
  HttpResponse response{200, "text/plain", "abc", {{"X-Id", "1\r\nSet-Cookie: evil=1"}}};
  std::string head = ReplyHead(response, true);
  EXPECT_EQ(head.find("\r\nSet-Cookie"), std::string::npos);
  EXPECT_NE(head.find("HTTP/1.1 200 OK\r\n"), std::string::npos);
  EXPECT_NE(head.find("Content-Length: 3\r\n"), std::string::npos);
  EXPECT_NE(head.find("Connection: keep-alive\r\n\r\n"), std::string::npos);
}

TEST(HttpReplyTest, NoLengthWhereNoBodyMayBe) {
  EXPECT_EQ(ReplyHead({204, "", ""}, true).find("Content-Length"), std::string::npos);
  EXPECT_NE(ReplyHead({404, "", ""}, false).find("Content-Length: 0"), std::string::npos);
}

}  // namespace
}  // namespace spanhound::net
