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
#include <optional>
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

// A number of things that wait: goes up and down, scraped as a gauge.
class Level {
 public:
  void Add(uint64_t count) { value_.fetch_add(count, std::memory_order_relaxed); }
  void Subtract(uint64_t count) { value_.fetch_sub(count, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

class Metrics {
 public:
  // The same name and labels give the same counter. `help` of the first call wins.
  Counter& NewCounter(std::string name, std::string help, MetricLabels labels = {});
  Level& NewLevel(std::string name, std::string help, MetricLabels labels = {});
  // `read` is called at every scrape, from the scraping thread. Of several with the same name and
  // labels the last one counts.
  void NewGauge(std::string name, std::string help, std::function<double()> read,
                MetricLabels labels = {});
  // Counts something in several series at once: a scrape sees all of `change` or nothing, so that
  // what came in is always what went out and what waits. `change` only adds and subtracts.
  template <typename Change>
  void Together(Change change) {
    std::lock_guard lock(together_mutex_);
    change();
  }
  // Prometheus text exposition format 0.0.4.
  std::string PrometheusText() const;

 private:
  struct Series {
    std::string name;
    std::string help;
    std::string labels;
    // The one of the three that it is.
    std::optional<Counter> counter = {};
    std::optional<Level> level = {};
    std::function<double()> read_gauge = {};
  };

  Series& FindOrMake(std::string name, std::string help, const MetricLabels& labels);
  static std::string ValueText(const Series& series);

  mutable std::mutex mutex_;   // before together_mutex_
  std::deque<Series> series_;  // a deque, so that references stay
  mutable std::mutex together_mutex_;
};

}  // namespace spanhound
