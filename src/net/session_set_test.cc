#include "net/session_set.h"

#include <gtest/gtest.h>

#include <thread>

namespace spanhound::net {
namespace {

struct Session;
using Sessions = SessionSet<Session>;

struct Session : std::enable_shared_from_this<Session> {
  explicit Session(Sessions& of) : set(of) {}
  ~Session() { set.Remove(this); }
  Sessions& set;
};

TEST(SessionSetTest, NoMoreThanAllowed) {
  Sessions set;
  const auto make = [&set] { return std::make_shared<Session>(set); };
  std::shared_ptr<Session> first, second;
  EXPECT_EQ(set.Admit(1, make, &first), Sessions::Refusal::kNone);
  EXPECT_EQ(set.Admit(1, make, &second), Sessions::Refusal::kFull);
  EXPECT_EQ(second, nullptr);
  first.reset();
  EXPECT_EQ(set.Admit(1, make, &second), Sessions::Refusal::kNone);
}

TEST(SessionSetTest, StoppingWaitsForThoseThereAre) {
  Sessions set;
  const auto make = [&set] { return std::make_shared<Session>(set); };
  std::shared_ptr<Session> session, late;
  ASSERT_EQ(set.Admit(9, make, &session), Sessions::Refusal::kNone);
  EXPECT_EQ(set.BeginStop().size(), 1u);
  EXPECT_EQ(set.Admit(9, make, &late), Sessions::Refusal::kStopping);
  set.WaitUntilEmpty(1);
  EXPECT_EQ(set.BeginStop().size(), 1u);
  std::thread end([&session] { session.reset(); });
  set.WaitUntilEmpty(60'000);
  EXPECT_TRUE(set.BeginStop().empty());
  end.join();
}

}  // namespace
}  // namespace spanhound::net
