// Runs a job every so often on a thread of its own. Every run is a trace of its own, linked to the
// run before it.
//
// Threads: construct and destroy on one; the job runs on the cron's. Failure: the job's business.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace dashboard2api {

class Cron {
 public:
  // The first run is at once; one that takes longer than the period is followed at once.
  Cron(std::string name, std::chrono::milliseconds period, std::function<void()> job);
  ~Cron();  // waits for a run under way
  Cron(const Cron&) = delete;
  Cron& operator=(const Cron&) = delete;

 private:
  void Run();

  const std::string name_;
  const std::chrono::milliseconds period_;
  const std::function<void()> job_;
  std::mutex mutex_;  // guards stopped_
  std::condition_variable stop_signal_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace dashboard2api
