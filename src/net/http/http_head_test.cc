#include "net/http/http_head.h"

#include <gtest/gtest.h>

namespace spanhound::net {
namespace {

TEST(HttpHeadTest, LineEndsAndFolding) {
  EXPECT_EQ(CheckRawHead("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status, 0);
  for (std::string_view head : {
           std::string_view("GET / HTTP/1.1\nHost: a\r\n\r\n"),
           std::string_view("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"),
           std::string_view("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"),
           std::string_view("GET / HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n"),
           std::string_view("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 31),
       }) {
    EXPECT_EQ(CheckRawHead(head).status, 400) << head;
  }
}

TEST(HttpHeadTest, AmbiguousLengths) {
  EXPECT_FALSE(CheckHeaders({{"host", "a"}, {"content-length", "1"}}, false));
  EXPECT_FALSE(CheckHeaders({}, true));
  EXPECT_TRUE(CheckHeaders({}, false));
  EXPECT_TRUE(CheckHeaders({{"host", "a"}, {"host", "a"}}, false));
  EXPECT_TRUE(
      CheckHeaders({{"host", "a"}, {"content-length", "1"}, {"content-length", "1"}}, false));
  EXPECT_TRUE(CheckHeaders(
      {{"host", "a"}, {"content-length", "1"}, {"transfer-encoding", "chunked"}}, false));
}

TEST(HttpHeadTest, TransferCodingsButChunkedHaveNoKnownEnd) {
  EXPECT_FALSE(CheckHeaders({{"host", "a"}, {"transfer-encoding", "Chunked"}}, false));
  for (const char* coding :
       {"gzip", "identity", "xchunked", "chunked, gzip", "gzip, chunked", "chunked, chunked", ""}) {
    EXPECT_EQ(CheckHeaders({{"host", "a"}, {"transfer-encoding", coding}}, false).status, 501)
        << coding;
  }
  EXPECT_EQ(CheckHeaders({{"transfer-encoding", "chunked"}}, true).status, 400);
}

TEST(HttpHeadTest, OurHosts) {
  for (const char* host : {"127.0.0.1", "127.0.0.1:16686", "[::1]", "[::1]:80", "localhost",
                           "LOCALHOST:1", "ui.localhost", "localhost.", "10.1.2.3:4318"}) {
    EXPECT_TRUE(IsOurHost(host, {})) << host;
  }
  for (const char* host :
       {"", "evil.example", "evil.example:16686", "127.0.0.1.evil.example", "notlocalhost",
        "localhost.evil.example", "[::1", ":80", "2130706433x"}) {
    EXPECT_FALSE(IsOurHost(host, {})) << host;
  }
  EXPECT_TRUE(IsOurHost("Traces.Example:443", {"traces.example"}));
  EXPECT_FALSE(IsOurHost("x.traces.example", {"traces.example"}));
}

}  // namespace
}  // namespace spanhound::net
