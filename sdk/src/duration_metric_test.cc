#include "duration_metric.h"

#include <gtest/gtest.h>
#include <opentelemetry/metrics/noop.h>
#include <opentelemetry/metrics/provider.h>

#include <memory>

namespace spanhound::sdk {
namespace {

namespace metrics = opentelemetry::metrics;
namespace nostd = opentelemetry::nostd;

// Any provider but opentelemetry's own that keeps nothing.
class SomeProvider : public metrics::MeterProvider {
 public:
  nostd::shared_ptr<metrics::Meter> GetMeter(nostd::string_view, nostd::string_view,
                                             nostd::string_view) noexcept override {
    return nostd::shared_ptr<metrics::Meter>(new metrics::NoopMeter());
  }
};

void Use(metrics::MeterProvider* provider) {
  metrics::Provider::SetMeterProvider(nostd::shared_ptr<metrics::MeterProvider>(provider));
}

TEST(DurationMetricTest, TheListenerFollowsTheProvider) {
  DurationMetric metric("scope", "duration", "How long it takes.");
  for (int i = 0; i < 3; ++i) {
    Use(new metrics::NoopMeterProvider());
    EXPECT_EQ(metric.Listener(), nullptr);
    EXPECT_EQ(metric.Listener(), nullptr);  // now it knows the provider
    Use(new SomeProvider());
    const auto listener = metric.Listener();
    EXPECT_NE(listener, nullptr);
    EXPECT_EQ(metric.Listener(), listener);
  }
  Use(new metrics::NoopMeterProvider());
  EXPECT_EQ(metric.Listener(), nullptr);
}

}  // namespace
}  // namespace spanhound::sdk
