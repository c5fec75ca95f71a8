// What Jaeger's clients ask a collector about sampling: strategies, the file operators write them
// in, and the answers in JSON and protobuf. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash_map.h"
#include "base/status.h"

namespace spanhound::wire {

struct OperationSampling {
  std::string operation;
  double sampling_rate = 0;
};

struct PerOperationSampling {
  double default_probability = 0;
  double default_lower_bound_per_second = 0;
  double default_upper_bound_per_second = 0;
  std::vector<OperationSampling> operations;
};

struct SamplingStrategy {
  enum class Type { kProbabilistic, kRateLimiting };
  Type type = Type::kProbabilistic;
  double sampling_rate = 0.001;       // kProbabilistic; Jaeger's default
  int32_t traces_per_second_max = 0;  // kRateLimiting
  std::optional<PerOperationSampling> per_operation;
};

struct SamplingStrategies {
  SamplingStrategy default_strategy;
  HashMap<std::string, SamplingStrategy> by_service;
  // What the file asks for and does not get, a sentence each.
  std::vector<std::string> warnings;

  const SamplingStrategy& Of(const std::string& service) const;
};

// Jaeger's file: { default_strategy, service_strategies }; "null" means the defaults.
// INVALID_ARGUMENT says what is wrong.
Result<SamplingStrategies> ParseSamplingStrategies(std::string json);

// SamplingStrategyResponse. Jaeger's first clients know the type as a number only.
enum class SamplingTypeForm { kName, kNumber };
std::string EncodeSamplingJson(const SamplingStrategy& strategy, SamplingTypeForm form);
std::string EncodeSamplingProto(const SamplingStrategy& strategy);

// SamplingStrategyParameters { 1 serviceName }.
Result<std::string> DecodeSamplingRequest(std::string_view bytes);

}  // namespace spanhound::wire
