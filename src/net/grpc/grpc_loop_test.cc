#include "net/grpc/grpc_loop.h"

#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace spanhound::net {
namespace {

class GrpcLoopTest : public testing::Test {
 protected:
  GrpcLoopTest() : loop_(builder_.AddCompletionQueue(), 100) { loop_.Start(); }
  ~GrpcLoopTest() override {
    loop_.Run([this] { loop_.Close(); });
  }
  // Runs `task` on the loop and waits for it.
  void RunAndWait(const GrpcLoop::Task& task) {
    std::promise<void> done;
    loop_.Run([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  grpc::ServerBuilder builder_;
  GrpcLoop loop_;
};

TEST_F(GrpcLoopTest, TasksOfAllThreadsRunOnOneInTheirOrder) {
  constexpr int kThreads = 8, kTasks = 1000;
  std::vector<std::vector<int>> seen(kThreads);
  std::vector<std::thread::id> ids;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kTasks; ++i) loop_.Run([&, t, i] { seen[t].push_back(i); });
      loop_.Run([&] { ids.push_back(std::this_thread::get_id()); });
    });
  }
  for (std::thread& thread : threads) thread.join();
  RunAndWait([] {});
  for (const std::vector<int>& one : seen) {
    ASSERT_EQ(one.size(), kTasks);
    EXPECT_TRUE(std::ranges::is_sorted(one));
  }
  EXPECT_EQ(ids, std::vector<std::thread::id>(kThreads, ids[0]));
  EXPECT_NE(ids[0], std::this_thread::get_id());
}

TEST_F(GrpcLoopTest, OnTheLoopATaskRunsAtOnce) {
  std::vector<int> order;
  RunAndWait([&] {
    loop_.Run([&] { order.push_back(1); });
    order.push_back(2);
  });
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST_F(GrpcLoopTest, HeldAnswersAreGivenThoughNothingElseHappens) {
  std::promise<HeldAnswers::Time> given;
  const HeldAnswers::Time due = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
  RunAndWait(
      [&] { loop_.held().Add(due, [&] { given.set_value(std::chrono::steady_clock::now()); }); });
  EXPECT_GE(given.get_future().get(), due);
}

TEST(GrpcLoopEndTest, RunsUntilTheLastUserHasGone) {
  grpc::ServerBuilder builder;
  auto loop = std::make_unique<GrpcLoop>(builder.AddCompletionQueue(), 100);
  std::optional<GrpcLoop::User> user(*loop);
  loop->Start();
  bool is_told = false;
  loop->Run([&] {
    loop->held().Add(std::chrono::steady_clock::now() + std::chrono::hours(1),
                     [&] { is_told = true; });
    loop->Close();
  });
  std::promise<bool> after_close;
  loop->Run([&] { after_close.set_value(is_told); });
  EXPECT_TRUE(after_close.get_future().get());
  loop->Run([&] { user.reset(); });
  loop.reset();  // waits for the thread
  EXPECT_FALSE(user.has_value());
}

}  // namespace
}  // namespace spanhound::net
