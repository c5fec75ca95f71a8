#include "base/metrics.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace spanhound {
namespace {

TEST(Metrics, PrintsSeriesGroupedByName) {
  Metrics metrics;
  metrics.NewCounter("spans_total", "Spans.", {{"door", "otlp"}}).Add(3);
  metrics.NewGauge("age_seconds", "Age.", [] { return 9.5; });
  metrics.NewGauge("age_seconds", "Age.", [] { return 1.5; });  // takes the place of the first
  metrics.NewCounter("spans_total", "Spans.", {{"door", "jaeger"}}).Add();
  metrics.NewCounter("spans_total", "Spans.", {{"door", "otlp"}}).Add();
  EXPECT_EQ(metrics.PrometheusText(),
            "# HELP age_seconds Age.\n"
            "# TYPE age_seconds gauge\n"
            "age_seconds 1.5\n"
            "# HELP spans_total Spans.\n"
            "# TYPE spans_total counter\n"
            "spans_total{door=\"otlp\"} 4\n"
            "spans_total{door=\"jaeger\"} 1\n");
}

TEST(Metrics, WhatIsCountedTogetherIsScrapedTogether) {
  Metrics metrics;
  Counter& in = metrics.NewCounter("in_total", "In.");
  Counter& out = metrics.NewCounter("out_total", "Out.");
  Level& waiting = metrics.NewLevel("waiting", "Waiting.");
  std::atomic<bool> stop{false};
  std::thread counting([&] {
    while (!stop) {
      metrics.Together([&] {
        in.Add(7);
        waiting.Add(7);
      });
      metrics.Together([&] {
        waiting.Subtract(7);
        out.Add(7);
      });
    }
  });
  const auto value = [](const std::string& text, const std::string& name) {
    return std::stoll(text.substr(text.find("\n" + name + " ") + name.size() + 2));
  };
  for (int i = 0; i < 2000; ++i) {
    const std::string text = metrics.PrometheusText();
    EXPECT_EQ(value(text, "in_total"), value(text, "out_total") + value(text, "waiting"));
  }
  stop = true;
  counting.join();
  EXPECT_NE(metrics.PrometheusText().find("# TYPE waiting gauge\nwaiting 0\n"), std::string::npos);
}

}  // namespace
}  // namespace spanhound
