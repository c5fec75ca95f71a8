#include "net/udp/udp_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace spanhound::net {
namespace {

class UdpServerTest : public ::testing::Test {
 protected:
  UdpServerTest() {
    options_.name = "test";
    sender_ = socket(AF_INET, SOCK_DGRAM, 0);
  }
  ~UdpServerTest() override {
    Open();
    server_.reset();
    close(sender_);
  }

  void Start() {
    auto server = UdpServer::Start(
        options_, [this](std::vector<std::string> datagrams) { Handle(std::move(datagrams)); },
        metrics_);
    ASSERT_TRUE(server.ok()) << server.status().ToString();
    server_ = std::move(server).value();
  }

  void Send(const std::string& bytes) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(server_->port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(
        sendto(sender_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to),
        static_cast<ssize_t>(bytes.size()));
  }

  // Until the gate is open, the handler waits in its call.
  void Handle(std::vector<std::string> datagrams) {
    std::unique_lock lock(mutex_);
    calls_.push_back(std::move(datagrams));
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
  }
  void Open() {
    std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  void WaitForCalls(size_t count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(
        changed_.wait_for(lock, std::chrono::seconds(20), [&] { return calls_.size() >= count; }));
  }
  int64_t Metric(const std::string& series) {
    const std::string text = metrics_.PrometheusText();
    const size_t at = text.find("\n" + series + " ");
    return at == text.npos ? -1 : std::stoll(text.substr(at + series.size() + 2));
  }
  int64_t Dropped(const std::string& reason) {
    return Metric("spanhound_udp_packets_dropped_total{server=\"test\",reason=\"" + reason + "\"}");
  }
  int64_t Packets(const std::string& what) {
    return Metric("spanhound_udp_packets_" + what + "{server=\"test\"}");
  }
  void WaitForReceived(int64_t count) {
    for (int i = 0; i < 2000 && Packets("received_total") < count; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ASSERT_EQ(Packets("received_total"), count);
  }

  UdpServerOptions options_;
  Metrics metrics_;
  int sender_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::vector<std::string>> calls_;
  bool is_open_ = false;
  std::unique_ptr<UdpServer> server_;
};

TEST_F(UdpServerTest, GivesWhatWaitsToTheHandlerAtOnce) {
  Start();
  Send("first");
  WaitForCalls(1);  // and its handler now waits
  Send("");
  Send("second");
  Send("third");
  WaitForReceived(4);
  EXPECT_EQ(Packets("queued"), 4);
  Open();
  WaitForCalls(2);
  server_->Stop();
  EXPECT_EQ(calls_[0], std::vector<std::string>{"first"});
  EXPECT_EQ(calls_[1], (std::vector<std::string>{"", "second", "third"}));
  EXPECT_EQ(Packets("queued"), 0);
  EXPECT_EQ(Packets("handled_total"), 4);
}

TEST_F(UdpServerTest, CountsDatagramsThatAreTooLarge) {
  options_.datagram_bytes_max = 100;
  Start();
  Open();
  Send(std::string(101, 'x'));
  Send(std::string(100, 'x'));
  WaitForCalls(1);
  EXPECT_EQ(Dropped("too_large"), 1);
  server_->Stop();
  EXPECT_EQ(Packets("handled_total"), 1);
  EXPECT_EQ(Packets("received_total"), 2);
}

TEST_F(UdpServerTest, QueueIsBounded) {
  options_.queue_bytes_max = 10'000;
  Start();
  Send("first");
  WaitForCalls(1);
  for (int i = 0; i < 20; ++i) Send(std::string(1000, 'x'));
  WaitForReceived(21);
  EXPECT_EQ(Dropped("queue_full"), 11);
  EXPECT_EQ(Packets("queued"), 10);
  Open();
  server_->Stop();  // what was queued is handled
  EXPECT_EQ(Packets("handled_total"), 10);
  EXPECT_EQ(Packets("queued"), 0);
}

// Also when the last of a burst is lost and nothing comes after it.
TEST_F(UdpServerTest, CountsWhatTheKernelLostWithoutAnotherDatagram) {
  options_.socket_buffer_bytes = 1;  // the kernel's least: room for one or two
  Start();
  Open();
  int64_t sent = 0;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 200; ++i, ++sent) Send("x");
    ASSERT_NO_FATAL_FAILURE(WaitForReceived(sent));
    if (round >= 3 && Dropped("socket_buffer") > 0) break;
  }
  EXPECT_GT(Dropped("socket_buffer"), 0);
  server_->Stop();
  EXPECT_EQ(Packets("handled_total") + Dropped("socket_buffer"), sent);
}

TEST_F(UdpServerTest, SecondServerOnThePortIsRefused) {
  Start();
  options_.port = server_->port();
  auto second = UdpServer::Start(
      options_, [](std::vector<std::string>) {}, metrics_);
  EXPECT_EQ(second.status().code(), Code::kUnavailable);
  options_.address = "localhost";
  auto named = UdpServer::Start(
      options_, [](std::vector<std::string>) {}, metrics_);
  EXPECT_EQ(named.status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::net
