// HeldAnswers: answers that are given a little later. A client that is told at once to come back
// sends its next request at once; one whose refusal is held has fewer under way, and the server
// more time for those it has taken. One thread, which looks here when the first is due.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>

namespace spanhound::net {

class HeldAnswers {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Answer = std::function<void()>;
  // Those that are due in the same time of this length are given together, at its end: a thread
  // that is woken for each of a flood does little else.
  static constexpr std::chrono::milliseconds kTogether{10};

  // Past `count_max` the one that is due first is given at once.
  explicit HeldAnswers(size_t count_max) : count_max_(count_max) {}

  void Add(Time due, Answer answer);
  // When GiveDue has something to do; Time::max() if nothing is held.
  Time wake_time() const { return held_.empty() ? Time::max() : held_.begin()->first; }
  void GiveDue(Time now);
  // Gives all that are held; those that come later are given at once.
  void GiveAll();

 private:
  void GiveFirst();

  const size_t count_max_;
  std::multimap<Time, Answer> held_;
  bool holds_nothing_ = false;
};

}  // namespace spanhound::net
