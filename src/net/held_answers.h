// HeldAnswers: answers that are given a little later. A client that is told at once to come back
// sends its next request at once; one whose refusal is held has fewer under way, and the server
// more time for those it has taken. Any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace spanhound::net {

class HeldAnswers {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Answer = std::function<void()>;

  // Past `count_max` the one that is due first is given at once.
  explicit HeldAnswers(size_t count_max);
  ~HeldAnswers() { Stop(); }
  HeldAnswers(const HeldAnswers&) = delete;
  HeldAnswers& operator=(const HeldAnswers&) = delete;

  // Calls `answer` at `due`, on the thread of this object; or sooner, on the caller's.
  void Add(Time due, Answer answer);
  // Gives all that are held; those that come later are given at once.
  void Stop();

 private:
  void Run();
  Answer TakeFirst();

  const size_t count_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<Time, Answer> held_;  // guarded by mutex_
  bool stops_ = false;                // guarded by mutex_
  std::thread thread_;                // last: runs on the members above
};

}  // namespace spanhound::net
