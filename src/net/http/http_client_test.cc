#include "net/http/http_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace {
std::atomic<size_t> most_asked_for = 0;  // of the kernel, at once
}

// In place of the C library's: what is linked into this program reads from sockets by it.
extern "C" ssize_t recvmsg(int socket, msghdr* message, int flags) {
  size_t room = 0;
  for (size_t i = 0; i < message->msg_iovlen; ++i) room += message->msg_iov[i].iov_len;
  if (room > most_asked_for) most_asked_for = room;
  return syscall(SYS_recvmsg, socket, message, flags);
}

namespace spanhound::net {
namespace {

constexpr uint32_t kLongMs = 60'000;  // until a test that hangs is given up

// Answers every connection with fixed bytes, then closes it.
class CannedServer {
 public:
  explicit CannedServer(std::string reply) : reply_(std::move(reply)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { Serve(); });
  }
  ~CannedServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  const std::string& url() const { return url_; }
  int connections() const { return connections_; }

 private:
  void Serve() {
    int fd;
    while ((fd = accept(listener_, nullptr, nullptr)) >= 0) {
      ++connections_;
      char request[4096];
      if (recv(fd, request, sizeof request, 0) > 0 && !reply_.empty()) {
        send(fd, reply_.data(), reply_.size(), MSG_NOSIGNAL);
      }
      if (reply_.empty()) recv(fd, request, sizeof request, 0);  // hangs until the client gives up
      shutdown(fd, SHUT_WR);
      close(fd);
    }
  }

  std::string reply_, url_;
  int listener_;
  std::atomic<int> connections_{0};
  std::thread thread_;
};

TEST(HttpClientTest, ReadsStatusHeadersAndBody) {
  CannedServer server(
      "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Type: text/x\r\nContent-Length: "
      "4\r\n\r\nwait");
  auto client = HttpClient::Create(server.url());
  auto response = client.value()->Get("/");
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->body, "wait");
  EXPECT_EQ(response->content_type, "text/x");
  EXPECT_EQ(response->header("retry-after"), "7");
}

TEST(HttpClientTest, ReconnectsWhenTheKeptConnectionIsGone) {
  CannedServer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");  // and closes all the same
  auto client = HttpClient::Create(server.url());
  for (int i = 0; i < 5; ++i) {
    auto response = client.value()->Post("/", "a/b", "body");
    ASSERT_TRUE(response.ok()) << response.status().ToString();
    EXPECT_EQ(response->body, "ok");
  }
  EXPECT_EQ(server.connections(), 5);
}

// On the first connection and on the next one.
TEST(HttpClientTest, LargeAnswersAreReadInLargePieces) {
  CannedServer large("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" +
                     std::string(1'000'000, 'x'));
  const auto client = HttpClient::Create(large.url(), kLongMs).value();
  for (int i = 0; i < 2; ++i) {
    most_asked_for = 0;
    const auto response = client->Get("/");
    ASSERT_TRUE(response.ok()) << response.status().ToString();
    EXPECT_EQ(response->body.size(), 1'000'000u);
    EXPECT_GE(most_asked_for, 64u << 10);
  }
}

TEST(HttpClientTest, ResponsesAreBounded) {
  CannedServer big("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'));
  EXPECT_EQ(HttpClient::Create(big.url(), kLongMs, 999).value()->Get("/").status().code(),
            Code::kResourceExhausted);
  EXPECT_TRUE(HttpClient::Create(big.url(), kLongMs, 1000).value()->Get("/").ok());
  CannedServer head("HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'x'));
  EXPECT_FALSE(HttpClient::Create(head.url(), kLongMs).value()->Get("/").ok());
}

TEST(HttpClientTest, TimeoutsAndRefusals) {
  CannedServer silent("");
  EXPECT_EQ(HttpClient::Create(silent.url(), 100).value()->Get("/").status().code(),
            Code::kDeadlineExceeded);
  std::string gone;
  {
    CannedServer server("x");
    gone = server.url();
  }
  EXPECT_EQ(HttpClient::Create(gone).value()->Get("/").status().code(), Code::kUnavailable);
  CannedServer garbage("not http\r\n\r\n");
  EXPECT_FALSE(HttpClient::Create(garbage.url()).value()->Get("/").ok());
}

TEST(HttpClientTest, Urls) {
  EXPECT_TRUE(HttpClient::Create("http://localhost:80/").ok());
  EXPECT_TRUE(HttpClient::Create("http://[::1]:4318").ok());
  EXPECT_TRUE(HttpClient::Create("http://host").ok());
  EXPECT_TRUE(HttpClient::Create("https://host").ok());
  EXPECT_FALSE(HttpClient::Create("https://host", 1000, 1000, "/no/such/file").ok());
  for (const char* url :
       {"", "localhost:80", "ftp://x", "http://", "http://:80", "http://h:p", "http://h:1/path"}) {
    EXPECT_FALSE(HttpClient::Create(url).ok()) << url;
  }
}

}  // namespace
}  // namespace spanhound::net
