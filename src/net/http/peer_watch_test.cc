#include "net/http/peer_watch.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <future>

namespace spanhound::net {
namespace {

using std::chrono::milliseconds;

class PeerWatchTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
  void TearDown() override {
    for (const int end : ends_) close(end);
  }

  std::array<int, 2> ends_;
  std::promise<void> gone_;
  std::future<void> told_ = gone_.get_future();
  PeerWatch watch_;
};

TEST_F(PeerWatchTest, TellsOfAPeerThatCloses) {
  const auto ticket = watch_.Watch(ends_[0], [this] { gone_.set_value(); });
  EXPECT_EQ(told_.wait_for(milliseconds(30)), std::future_status::timeout);
  shutdown(ends_[1], SHUT_WR);
  EXPECT_EQ(told_.wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(PeerWatchTest, TellsOfOneThatHadGoneBeforeAndLeftBytesUnread) {
  ASSERT_EQ(write(ends_[1], "x", 1), 1);
  shutdown(ends_[1], SHUT_WR);
  const auto ticket = watch_.Watch(ends_[0], [this] { gone_.set_value(); });
  EXPECT_EQ(told_.wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(PeerWatchTest, BytesAloneAreNoEnd) {
  const auto ticket = watch_.Watch(ends_[0], [this] { gone_.set_value(); });
  ASSERT_EQ(write(ends_[1], "next request", 12), 12);
  EXPECT_EQ(told_.wait_for(milliseconds(30)), std::future_status::timeout);
}

TEST_F(PeerWatchTest, NothingIsToldAfterTheTicketAndTheSocketMayBeWatchedAgain) {
  {
    const auto ticket = watch_.Watch(ends_[0], [] { ADD_FAILURE() << "told too late"; });
  }
  const auto again = watch_.Watch(ends_[0], [this] { gone_.set_value(); });
  shutdown(ends_[1], SHUT_WR);
  EXPECT_EQ(told_.wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(HttpPeer, WithoutAConnectionNobodyGoes) {
  const auto ticket = HttpPeer().OnGone([] { ADD_FAILURE(); });
}

}  // namespace
}  // namespace spanhound::net
