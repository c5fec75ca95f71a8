// The server's own numbers, in Prometheus text form. A Metrics object is made by server and passed
// to whoever counts; counters and gauges live as long as it does. Labels are fixed when a series
// is made and never come from telemetry, so the number of series is bounded by the code. Adding to
// a series is wait-free from any thread; making one takes a lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spanhound {

class Counter {
 public:
  void Add(uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

class Metrics {
 public:
  // The same name and labels give the same counter. `help` of the first call wins.
  Counter& NewCounter(std::string name, std::string help, MetricLabels labels = {});
  // `read` is called at every scrape, from the scraping thread. Of several with the same name and
  // labels the last one counts.
  void NewGauge(std::string name, std::string help, std::function<double()> read,
                MetricLabels labels = {});
  // Prometheus text exposition format 0.0.4.
  std::string PrometheusText() const;

 private:
  struct Series {
    std::string name;
    std::string help;
    std::string labels;
    Counter counter;
    std::function<double()> read_gauge;  // empty for a counter
  };

  mutable std::mutex mutex_;
  std::deque<Series> series_;  // a deque, so that references stay
};

}  // namespace spanhound
