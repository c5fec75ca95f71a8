// For the tests of the middleware: a meter provider that can be asked what was measured.
#pragma once

#include <opentelemetry/metrics/noop.h>
#include <opentelemetry/metrics/provider.h>
#include <opentelemetry/sdk/metrics/data/point_data.h>
#include <opentelemetry/sdk/metrics/export/metric_producer.h>
#include <opentelemetry/sdk/metrics/meter_provider.h>
#include <opentelemetry/sdk/metrics/metric_reader.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace spanhound::sdk {

// Global meter provider while it lives.
class MetricRecorder {
 public:
  MetricRecorder() {
    provider_->AddMetricReader(reader_);
    opentelemetry::metrics::Provider::SetMeterProvider(
        opentelemetry::nostd::shared_ptr<opentelemetry::metrics::MeterProvider>(provider_));
  }
  ~MetricRecorder() {
    opentelemetry::metrics::Provider::SetMeterProvider(
        opentelemetry::nostd::shared_ptr<opentelemetry::metrics::MeterProvider>(
            new opentelemetry::metrics::NoopMeterProvider()));
  }

  // How often each set of attributes was measured in the histogram: "a=1,b=x" -> 2.
  std::map<std::string, std::uint64_t> Counts(const std::string& metric) {
    std::map<std::string, std::uint64_t> counts;
    reader_->Collect([&](opentelemetry::sdk::metrics::ResourceMetrics& all) {
      for (const auto& scope : all.scope_metric_data_) {
        for (const auto& data : scope.metric_data_) {
          if (data.instrument_descriptor.name_ == metric) AddPoints(data, &counts);
        }
      }
      return true;
    });
    return counts;
  }

 private:
  class Reader : public opentelemetry::sdk::metrics::MetricReader {
   public:
    opentelemetry::sdk::metrics::AggregationTemporality GetAggregationTemporality(
        opentelemetry::sdk::metrics::InstrumentType) const noexcept override {
      return opentelemetry::sdk::metrics::AggregationTemporality::kCumulative;
    }

   private:
    bool OnForceFlush(std::chrono::microseconds) noexcept override { return true; }
    bool OnShutDown(std::chrono::microseconds) noexcept override { return true; }
  };

  static void AddPoints(const opentelemetry::sdk::metrics::MetricData& data,
                        std::map<std::string, std::uint64_t>* counts) {
    using Histogram = opentelemetry::sdk::metrics::HistogramPointData;
    for (const auto& point : data.point_data_attr_) {
      std::string key;
      for (const auto& [name, value] : point.attributes) {
        key += (key.empty() ? "" : ",") + name + "=" + ToText(value);
      }
      const auto& histogram = opentelemetry::nostd::get<Histogram>(point.point_data);
      (*counts)[key] += histogram.count_;
    }
  }

  static std::string ToText(const opentelemetry::sdk::common::OwnedAttributeValue& value) {
    if (const auto* text = opentelemetry::nostd::get_if<std::string>(&value)) return *text;
    if (const auto* number = opentelemetry::nostd::get_if<std::int64_t>(&value)) {
      return std::to_string(*number);
    }
    return "?";
  }

  std::shared_ptr<Reader> reader_ = std::make_shared<Reader>();
  std::shared_ptr<opentelemetry::sdk::metrics::MeterProvider> provider_ =
      std::make_shared<opentelemetry::sdk::metrics::MeterProvider>();
};

}  // namespace spanhound::sdk
