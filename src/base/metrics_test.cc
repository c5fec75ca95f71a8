#include "base/metrics.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace spanhound
