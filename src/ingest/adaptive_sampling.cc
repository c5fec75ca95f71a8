#include "ingest/adaptive_sampling.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace spanhound::ingest {
namespace {

using model::AttributeValue;
using model::ValueType;

constexpr double kNanosPerSecond = 1e9;
// Operations are first seen at some moment; the rate of the first few seconds says little.
constexpr double kSecondsMin = 60;

struct Traffic {
  double traces = 0;  // sampled or not
  uint64_t first_unix_nanos = UINT64_MAX;
  double bound_probability = 0;  // of clients that only sent what the lower bound made them send
};

using TrafficByOperation = std::map<std::pair<std::string, std::string>, Traffic>;

double ProbabilityOf(const AttributeValue& value) {
  double probability = 0;
  if (value.type == ValueType::kDouble) probability = value.real;
  if (value.type == ValueType::kInt) probability = static_cast<double>(value.integer);
  return probability > 0 && probability <= 1 ? probability : 0;
}

store::ScanRequest RootsSince(std::string_view tenant, uint64_t min_unix_nanos,
                              uint64_t max_unix_nanos) {
  using store::Field;
  store::ScanRequest request;
  request.tenant = tenant;
  request.time = {min_unix_nanos, max_unix_nanos};
  const std::string none(model::SpanId::kSize, '\0');
  request.filter = store::Predicate::And(
      {store::Predicate::Exists({Field::kAttribute, "sampler.type"}),
       store::Predicate::Compare({Field::kParentSpanId}, store::Op::kEqual, none)});
  request.columns = {{Field::kServiceName},
                     {Field::kName},
                     {Field::kTime},
                     {Field::kAttribute, "sampler.type"},
                     {Field::kAttribute, "sampler.param"}};
  return request;
}

void CountRoot(std::string_view type, double probability, uint64_t time, Traffic* traffic) {
  if (type == "probabilistic") {
    traffic->traces += 1 / probability;
  } else if (type == "lowerbound") {
    traffic->bound_probability = std::max(traffic->bound_probability, probability);
  } else {
    return;
  }
  traffic->first_unix_nanos = std::min(traffic->first_unix_nanos, time);
}

void CountRoots(const store::ColumnBatch& batch, TrafficByOperation* traffic, Counter& left_out) {
  const auto& services = batch.column<std::string_view>(0);
  const auto& names = batch.column<std::string_view>(1);
  const auto& times = batch.column<uint64_t>(2);
  const auto& types = batch.column<AttributeValue>(3);
  const auto& parameters = batch.column<AttributeValue>(4);
  for (size_t i = 0; i < batch.row_count; ++i) {
    const double probability = ProbabilityOf(parameters[i]);
    if (types[i].type != ValueType::kString || probability == 0) continue;
    std::pair<std::string, std::string> operation(services[i], names[i]);
    auto found = traffic->find(operation);
    if (found == traffic->end()) {
      if (traffic->size() == kAdaptiveOperationsMax) {
        left_out.Add();
        continue;
      }
      found = traffic->emplace(std::move(operation), Traffic()).first;
    }
    CountRoot(types[i].text(), probability, times[i], &found->second);
  }
}

double NewProbability(const Traffic& traffic, uint64_t now_unix_nanos,
                      const AdaptiveSamplingOptions& options) {
  if (traffic.traces == 0) return std::min(1.0, 2 * traffic.bound_probability);
  const double seconds = std::max(
      kSecondsMin,
      static_cast<double>(now_unix_nanos - std::min(now_unix_nanos, traffic.first_unix_nanos)) /
          kNanosPerSecond);
  return options.target_per_second * seconds / traffic.traces;
}

}  // namespace

wire::SamplingStrategies InitialStrategies(const AdaptiveSamplingOptions& options) {
  wire::SamplingStrategies strategies;
  strategies.default_strategy.sampling_rate = options.initial_probability;
  strategies.default_strategy.per_operation = wire::PerOperationSampling{
      options.initial_probability, options.lower_bound_per_second, 0, {}};
  return strategies;
}

Result<wire::SamplingStrategies> AdaptiveStrategies(store::ScanSource& source,
                                                    std::string_view tenant,
                                                    uint64_t now_unix_nanos,
                                                    const AdaptiveSamplingOptions& options,
                                                    Counter& left_out) {
  const uint64_t window = static_cast<uint64_t>(options.window_seconds * kNanosPerSecond);
  const uint64_t since = now_unix_nanos - std::min(now_unix_nanos, window);
  ASSIGN_OR_RETURN(auto stream, source.Scan(RootsSince(tenant, since, now_unix_nanos)));
  TrafficByOperation traffic;
  while (true) {
    ASSIGN_OR_RETURN(std::optional<store::ColumnBatch> batch, stream->Next());
    if (!batch) break;
    CountRoots(*batch, &traffic, left_out);
  }
  wire::SamplingStrategies strategies = InitialStrategies(options);
  for (const auto& [operation, seen] : traffic) {
    if (seen.first_unix_nanos == UINT64_MAX) continue;  // sampled in some other way
    const auto& [service, name] = operation;
    auto& strategy =
        strategies.by_service.try_emplace(service, strategies.default_strategy).first->second;
    const double probability =
        std::clamp(NewProbability(seen, now_unix_nanos, options), options.probability_min, 1.0);
    strategy.per_operation->operations.push_back({name, probability});
  }
  return strategies;
}

}  // namespace spanhound::ingest
