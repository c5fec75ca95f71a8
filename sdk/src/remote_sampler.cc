#include "remote_sampler.h"

#include <opentelemetry/common/attribute_value.h>
#include <opentelemetry/trace/span_context.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "curl_client.h"
#include "error_reporter.h"
#include "fork_hooks.h"
#include "ratio_sampler.h"
#include "remote_parent.h"

namespace spanhound::sdk {
namespace {

namespace common = opentelemetry::common;
namespace nostd = opentelemetry::nostd;
namespace sdk_trace = opentelemetry::sdk::trace;
namespace trace = opentelemetry::trace;
using sdk_trace::SamplingResult;

constexpr std::chrono::seconds kRequestTimeout{10};

struct SpanFacts {
  const trace::SpanContext& parent;
  trace::TraceId trace_id;
  nostd::string_view name;
  trace::SpanKind kind;
  const common::KeyValueIterable& attributes;
  const trace::SpanContextKeyValueIterable& links;
};

// Tells the backend how a span was chosen, as Jaeger's clients do.
SamplingResult Kept(SamplingResult result, const char* type, double parameter) {
  if (!result.IsSampled()) return result;
  result.attributes = std::make_unique<const std::map<std::string, common::AttributeValue>>(
      std::map<std::string, common::AttributeValue>{{"jaeger.sampler.type", type},
                                                    {"jaeger.sampler.param", parameter}});
  return result;
}

class Probabilistic {
 public:
  explicit Probabilistic(double ratio) : ratio_(ratio), sampler_(ratio) {}
  SamplingResult Decide(const SpanFacts& span) {
    return Kept(sampler_.ShouldSample(span.parent, span.trace_id, span.name, span.kind,
                                      span.attributes, span.links),
                "probabilistic", ratio_);
  }

 private:
  double ratio_;
  RatioSampler sampler_;
};

// A strategy of the backend. Immutable but for its rate limiters.
class Strategy : public sdk_trace::Sampler {
 public:
  SamplingResult ShouldSample(const trace::SpanContext& parent, trace::TraceId trace_id,
                              nostd::string_view name, trace::SpanKind kind,
                              const common::KeyValueIterable& attributes,
                              const trace::SpanContextKeyValueIterable& links) noexcept override {
    return Decide({parent, trace_id, name, kind, attributes, links});
  }
  nostd::string_view GetDescription() const noexcept override { return "JaegerStrategy"; }

 protected:
  virtual SamplingResult Decide(const SpanFacts& span) = 0;
};

class RatioStrategy : public Strategy {
 public:
  explicit RatioStrategy(double ratio) : ratio_(ratio) {}

 protected:
  SamplingResult Decide(const SpanFacts& span) override { return ratio_.Decide(span); }

 private:
  Probabilistic ratio_;
};

class RateStrategy : public Strategy {
 public:
  explicit RateStrategy(double per_second) : per_second_(per_second), limiter_(per_second) {}

 protected:
  SamplingResult Decide(const SpanFacts& span) override {
    const auto decision =
        limiter_.Take() ? sdk_trace::Decision::RECORD_AND_SAMPLE : sdk_trace::Decision::DROP;
    return Kept({decision, nullptr, span.parent.trace_state()}, "ratelimiting", per_second_);
  }

 private:
  double per_second_;
  RateLimiter limiter_;
};

// A ratio for each operation, and at least so many traces a second of each.
class OperationStrategy : public Strategy {
 public:
  struct Operation {
    Probabilistic ratio;
    RateLimiter at_least;
  };
  OperationStrategy(double default_ratio, double at_least_per_second)
      : at_least_per_second_(at_least_per_second), otherwise_(default_ratio) {}

  void Add(const std::string& operation, double ratio) {
    if (operations_.size() >= kRemoteOperationsMax) return;
    operations_.try_emplace(operation,
                            Operation{Probabilistic(ratio), RateLimiter(at_least_per_second_)});
  }

 protected:
  SamplingResult Decide(const SpanFacts& span) override {
    const auto found = operations_.find(ToStd(span.name));
    if (found == operations_.end()) return otherwise_.Decide(span);
    SamplingResult result = found->second.ratio.Decide(span);
    const bool token = found->second.at_least.Take();
    if (result.IsSampled() || !token) return result;
    result.decision = sdk_trace::Decision::RECORD_AND_SAMPLE;
    return Kept(std::move(result), "lowerbound", at_least_per_second_);
  }

 private:
  double at_least_per_second_;
  Probabilistic otherwise_;
  std::map<std::string, Operation, std::less<>> operations_;
};

// A number in [0, max], or nothing.
std::optional<double> NumberIn(const nlohmann::json& object, const char* name, double max) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  const double number = found->get<double>();
  if (!(number >= 0 && number <= max)) return std::nullopt;
  return number;
}

std::shared_ptr<sdk_trace::Sampler> ParseOperations(const nlohmann::json& json) {
  constexpr double kRateMax = 1e6;
  const auto ratio = NumberIn(json, "defaultSamplingProbability", 1);
  if (!ratio) return nullptr;
  auto strategy = std::make_shared<OperationStrategy>(
      *ratio, NumberIn(json, "defaultLowerBoundTracesPerSecond", kRateMax).value_or(0));
  const auto list = json.find("perOperationStrategies");
  if (list == json.end() || !list->is_array()) return strategy;
  for (const nlohmann::json& each : *list) {
    if (!each.is_object()) continue;
    const auto name = each.find("operation");
    const auto how = each.find("probabilisticSampling");
    if (name == each.end() || !name->is_string() || how == each.end()) continue;
    if (const auto share = NumberIn(*how, "samplingRate", 1)) {
      strategy->Add(name->get<std::string>(), *share);
    }
  }
  return strategy;
}

std::string QueryValue(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.') {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

// Asks, and keeps the last good answer. Of one process.
class Poller {
 public:
  explicit Poller(const RemoteSamplerSettings& settings)
      : settings_(settings),
        sampler_(std::make_shared<RatioStrategy>(settings.initial_ratio)),
        thread_([this] { Run(); }) {}

  ~Poller() {
    stop_.StopBy(StopSignal::Clock::now());
    thread_.join();
  }

  std::shared_ptr<sdk_trace::Sampler> sampler() const {
    return sampler_.load(std::memory_order_acquire);
  }

 private:
  void Run() {
    CurlClient client(
        {}, {.url = settings_.endpoint + "?service=" + QueryValue(settings_.service), .get = true});
    do {
      const auto response = client.Send("", StopSignal::Clock::now() + kRequestTimeout, stop_);
      if (stop_.stopping()) return;
      auto answer = response.status == 200 ? ParseSamplingAnswer(response.body) : nullptr;
      if (answer != nullptr) {
        sampler_.store(std::move(answer), std::memory_order_release);
      } else {
        const std::string why = response.status == 0 ? response.error
                                : response.status == 200
                                    ? "no sampling strategy in the answer"
                                    : "HTTP " + std::to_string(response.status);
        TelemetryErrors().Report("no sampling strategy from " + settings_.endpoint + ": " + why);
      }
    } while (stop_.SleepUntil(StopSignal::Clock::now() + settings_.polling_interval));
  }

  const RemoteSamplerSettings settings_;
  std::atomic<std::shared_ptr<sdk_trace::Sampler>> sampler_;
  StopSignal stop_;
  std::thread thread_;
};

class RemoteSampler : public sdk_trace::Sampler {
 public:
  explicit RemoteSampler(RemoteSamplerSettings settings)
      : settings_(std::move(settings)),
        poller_(new Poller(settings_)),
        fork_({.before = [this] { making_.lock(); },
               .in_parent = [this] { making_.unlock(); },
               .in_child =
                   [this] {
                     poller_ = nullptr;  // left behind: its thread is the parent's
                     making_.unlock();
                   }}) {}
  ~RemoteSampler() override { delete poller_.load(); }

  SamplingResult ShouldSample(const trace::SpanContext& parent, trace::TraceId trace_id,
                              nostd::string_view name, trace::SpanKind kind,
                              const common::KeyValueIterable& attributes,
                              const trace::SpanContextKeyValueIterable& links) noexcept override {
    return ThisPoller().sampler()->ShouldSample(parent, trace_id, name, kind, attributes, links);
  }
  nostd::string_view GetDescription() const noexcept override { return "JaegerRemoteSampler"; }

 private:
  Poller& ThisPoller() {
    if (Poller* const poller = poller_.load(std::memory_order_acquire)) return *poller;
    const std::lock_guard lock(making_);
    if (poller_.load() == nullptr) poller_ = new Poller(settings_);
    return *poller_.load();
  }

  const RemoteSamplerSettings settings_;
  std::mutex making_;
  std::atomic<Poller*> poller_;
  ForkRegistration fork_;
};

}  // namespace

struct RateLimiter::State {
  std::mutex mutex;
  double per_second;
  double most;  // tokens
  double tokens;
  std::function<Clock::time_point()> now;
  Clock::time_point last;
};

RateLimiter::RateLimiter(double per_second, std::function<Clock::time_point()> now)
    : state_(std::make_shared<State>()) {
  state_->per_second = per_second;
  state_->most = std::max(per_second, 1.0);
  state_->tokens = per_second > 0 ? state_->most : 0;
  state_->now = std::move(now);
  state_->last = state_->now();
}

bool RateLimiter::Take() {
  const std::lock_guard lock(state_->mutex);
  const Clock::time_point now = state_->now();
  const std::chrono::duration<double> passed = now - std::exchange(state_->last, now);
  state_->tokens = std::min(state_->most, state_->tokens + passed.count() * state_->per_second);
  if (state_->tokens < 1) return false;
  state_->tokens -= 1;
  return true;
}

std::shared_ptr<sdk_trace::Sampler> ParseSamplingAnswer(std::string_view text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return nullptr;
  // The kinds in this order; strategyType says what old clients are to do.
  if (const auto found = json.find("operationSampling");
      found != json.end() && found->is_object()) {
    return ParseOperations(*found);
  }
  if (const auto found = json.find("probabilisticSampling"); found != json.end()) {
    const auto ratio = NumberIn(*found, "samplingRate", 1);
    return ratio ? std::make_shared<RatioStrategy>(*ratio) : nullptr;
  }
  if (const auto found = json.find("rateLimitingSampling"); found != json.end()) {
    const auto rate = NumberIn(*found, "maxTracesPerSecond", 2147483647);
    return rate ? std::make_shared<RateStrategy>(*rate) : nullptr;
  }
  return nullptr;
}

std::unique_ptr<sdk_trace::Sampler> MakeRemoteSampler(RemoteSamplerSettings settings) {
  return std::make_unique<RemoteSampler>(std::move(settings));
}

}  // namespace spanhound::sdk
