// Cancels queries that run too long. One thread sleeps until the next deadline, so that a query
// need not look at a clock between rows. Any thread may call; a Ticket belongs to its query.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <thread>

#include "query/query.h"

namespace spanhound::query {

class DeadlineWatch {
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Entry {
    SteadyTime deadline;
    Cancellation* cancellation;
    bool expired = false;
  };

 public:
  // Ends the watching when it dies; its cancellation is not touched after that.
  class Ticket {
   public:
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    bool expired() const;

   private:
    friend class DeadlineWatch;
    Ticket(DeadlineWatch& watch, std::list<Entry>::iterator entry) : watch_(watch), entry_(entry) {}
    DeadlineWatch& watch_;
    const std::list<Entry>::iterator entry_;
  };

  DeadlineWatch();
  ~DeadlineWatch();

  [[nodiscard]] Ticket Watch(uint32_t run_ms_max, Cancellation& cancellation);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Entry> entries_;  // a list, so that tickets stay valid; few at a time
  bool stopping_ = false;
  std::thread thread_;  // last: starts when all else is ready
};

}  // namespace spanhound::query
