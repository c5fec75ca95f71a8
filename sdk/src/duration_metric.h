// A histogram of durations in seconds, kept by whatever meter provider the application has set.
// While it has set none, asking costs a pointer comparison and nothing is recorded.
//
// Threads: any. Make one per metric, as a static that is never destroyed: requests may end while
// statics go away.
#pragma once

#include <opentelemetry/context/context.h>
#include <opentelemetry/metrics/meter.h>
#include <opentelemetry/metrics/meter_provider.h>
#include <opentelemetry/metrics/noop.h>
#include <opentelemetry/metrics/provider.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "spanhound/attribute.h"

namespace spanhound::sdk {

class DurationMetric {
 public:
  using Histogram = opentelemetry::metrics::Histogram<double>;

  DurationMetric(std::string_view scope_name, std::string_view name, std::string_view description)
      : scope_name_(scope_name), name_(name), description_(description) {}

  // Null while nobody keeps metrics; then there is no need to gather attributes.
  std::shared_ptr<Histogram> Listener() {
    auto provider = opentelemetry::metrics::Provider::GetMeterProvider();
    if (provider.get() == deaf_.load(std::memory_order_acquire)) return nullptr;
    const std::lock_guard lock(mutex_);
    if (provider.get() != provider_.get()) {
      deaf_.store(nullptr, std::memory_order_release);  // before its address can be another's
      provider_ = std::move(provider);
      histogram_ = MakeHistogram();
      if (histogram_ == nullptr) deaf_.store(provider_.get(), std::memory_order_release);
    }
    return histogram_;
  }

 private:
  std::shared_ptr<Histogram> MakeHistogram() const {
    if (dynamic_cast<opentelemetry::metrics::NoopMeterProvider*>(provider_.get()) != nullptr) {
      return nullptr;
    }
    return std::shared_ptr<Histogram>(
        provider_->GetMeter(ToOtel(scope_name_))
            ->CreateDoubleHistogram(ToOtel(name_), ToOtel(description_), "s")
            .release());
  }

  const std::string_view scope_name_, name_, description_;
  std::mutex mutex_;
  opentelemetry::nostd::shared_ptr<opentelemetry::metrics::MeterProvider> provider_;
  std::shared_ptr<Histogram> histogram_;
  // provider_ when it keeps nothing, which is the rule: then nobody takes the lock.
  std::atomic<const opentelemetry::metrics::MeterProvider*> deaf_{nullptr};
};

inline double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace spanhound::sdk
