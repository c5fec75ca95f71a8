#include "delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <thread>
#include <vector>

namespace spanhound::sdk {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Clock = StopSignal::Clock;

Reply Accepted(std::string body = "") {
  return {.kind = Reply::Kind::kAccepted, .error = {}, .body = std::move(body)};
}
Reply Retry(milliseconds after = milliseconds(0)) {
  return {.kind = Reply::Kind::kRetry, .error = "busy", .retry_after = after, .body = {}};
}
Reply Refused() { return {.kind = Reply::Kind::kRefused, .error = "HTTP 400", .body = {}}; }

// Answers from a list, the last one for ever; remembers when it was asked.
class ScriptedTransport : public Transport {
 public:
  ScriptedTransport(std::deque<Reply> replies, std::vector<Clock::time_point>* calls)
      : replies_(std::move(replies)), calls_(*calls) {}
  Reply Send(std::string_view, Clock::time_point, const StopSignal&) override {
    calls_.push_back(Clock::now());
    Reply reply = replies_.front();
    if (replies_.size() > 1) replies_.pop_front();
    return reply;
  }
  const std::string& destination() const override { return destination_; }

 private:
  std::deque<Reply> replies_;
  std::vector<Clock::time_point>& calls_;
  const std::string destination_ = "http://backend";
};

class DeliveryTest : public ::testing::Test {
 protected:
  Delivery Make(std::deque<Reply> replies, milliseconds timeout = std::chrono::seconds(10)) {
    return Delivery(
        {.signal = "spans", .timeout = timeout, .stop = stop_.get(), .errors = &errors_},
        std::make_unique<ScriptedTransport>(std::move(replies), &calls_));
  }

  std::shared_ptr<StopSignal> stop_ = std::make_shared<StopSignal>();
  std::vector<Clock::time_point> calls_;
  std::vector<std::string> lines_;
  ErrorReporter errors_{
      ErrorReporter::Seams{.write = [this](const std::string& line) { lines_.push_back(line); }}};
};

TEST_F(DeliveryTest, AcceptedAtOnce) {
  Delivery delivery = Make({Accepted("reply")});
  EXPECT_EQ(delivery.Deliver("body", 3), "reply");
  EXPECT_EQ(delivery.Losses(), std::nullopt);
  EXPECT_TRUE(lines_.empty());
}

TEST_F(DeliveryTest, TriesAgainAfterAPause) {
  Delivery delivery = Make({Retry(), Retry(), Accepted()});
  EXPECT_TRUE(delivery.Deliver("body", 3).has_value());
  ASSERT_EQ(calls_.size(), 3u);
  EXPECT_GE(calls_[1] - calls_[0], milliseconds(100));
  EXPECT_GE(calls_[2] - calls_[1], milliseconds(200)) << "pauses grow";
  EXPECT_EQ(delivery.Losses(), std::nullopt);
}

TEST_F(DeliveryTest, HonoursTheBackendsWish) {
  Delivery delivery = Make({Retry(milliseconds(700)), Accepted()});
  EXPECT_TRUE(delivery.Deliver("body", 1).has_value());
  ASSERT_EQ(calls_.size(), 2u);
  EXPECT_GE(calls_[1] - calls_[0], milliseconds(700));
}

TEST_F(DeliveryTest, WaitsForNoWishBeyondItsTimeout) {
  Delivery delivery = Make({Retry(std::chrono::hours(1))}, milliseconds(500));
  EXPECT_EQ(delivery.Deliver("body", 1), std::nullopt);
  EXPECT_EQ(calls_.size(), 1u);
}

TEST_F(DeliveryTest, RefusedIsLostAndTold) {
  Delivery delivery = Make({Refused(), Accepted()});
  EXPECT_EQ(delivery.Deliver("body", 3), std::nullopt);
  EXPECT_TRUE(delivery.Deliver("body", 2).has_value());
  EXPECT_EQ(calls_.size(), 2u) << "not tried again";
  EXPECT_EQ(delivery.Losses(), "3 of 5 spans lost on the way to http://backend: HTTP 400");
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("3 spans lost on the way to http://backend")));
}

TEST_F(DeliveryTest, WhatTheBackendRejectedIsLost) {
  Delivery delivery = Make({Accepted()});
  delivery.Deliver("body", 10);
  delivery.CountRejected(4, "too old");
  EXPECT_EQ(delivery.Losses(), "4 of 10 spans lost on the way to http://backend: too old");
}

TEST_F(DeliveryTest, StopEndsThePause) {
  Delivery delivery = Make({Retry(std::chrono::seconds(60))}, std::chrono::seconds(90));
  std::thread stopper([this] {
    std::this_thread::sleep_for(milliseconds(100));
    stop_->StopBy(Clock::now() + std::chrono::seconds(5));
  });
  const auto start = Clock::now();
  EXPECT_EQ(delivery.Deliver("body", 1), std::nullopt);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(30));
  stopper.join();
}

TEST_F(DeliveryTest, OneAttemptOnceStopping) {
  stop_->StopBy(Clock::now() + std::chrono::seconds(5));
  Delivery delivery = Make({Retry()});
  EXPECT_EQ(delivery.Deliver("body", 1), std::nullopt);
  EXPECT_EQ(calls_.size(), 1u);
  EXPECT_TRUE(lines_.empty()) << "told with the other signals' losses";
  EXPECT_NE(delivery.Losses(), std::nullopt);
}

}  // namespace
}  // namespace spanhound::sdk
