// Jaeger's remote sampler: asks the backend every so often what share of this service's traces, by
// operation, to keep (GET /sampling?service=... at :5778).
//
// Before the first answer a ratio decides; when the backend is gone the last answer stays. The
// answer is hostile input: its size and its number of operations are bounded.
//
// Threads: any. One thread of its own asks; after fork() the child's first span starts another.
#pragma once

#include <opentelemetry/sdk/trace/sampler.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace spanhound::sdk {

// As Jaeger's other clients: operations beyond fall under the service's default.
inline constexpr std::size_t kRemoteOperationsMax = 256;

struct RemoteSamplerSettings {
  std::string service;
  std::string endpoint;  // whole URL, without parameters
  std::chrono::milliseconds polling_interval{60000};
  double initial_ratio = 0.001;
};

std::unique_ptr<opentelemetry::sdk::trace::Sampler> MakeRemoteSampler(
    RemoteSamplerSettings settings);

// The sampler an answer asks for; null when it is no valid answer.
std::shared_ptr<opentelemetry::sdk::trace::Sampler> ParseSamplingAnswer(std::string_view json);

// Lets through so many a second, and so many at once. Threads: any.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;
  explicit RateLimiter(double per_second, std::function<Clock::time_point()> now = Clock::now);
  bool Take();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace spanhound::sdk
