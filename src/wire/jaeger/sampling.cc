#include "wire/jaeger/sampling.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/json_writer.h"
#include "wire/json_document.h"
#include "wire/proto_reader.h"
#include "wire/proto_writer.h"

namespace spanhound::wire {
namespace {

using Element = simdjson::dom::element;
using simdjson::SUCCESS;
using Type = SamplingStrategy::Type;

constexpr size_t kDepthMax = 16;

std::string TextOf(Element element, std::string_view key) {
  std::string_view text;
  return element[key].get(text) == SUCCESS ? std::string(text) : std::string();
}

double NumberOf(Element element, std::string_view key) {
  double number = 0;
  return element[key].get(number) == SUCCESS ? number : 0;
}

// Service strategies have the default's operations as well; the service's own entry wins.
void MergeOperations(const SamplingStrategy& from, SamplingStrategy* to) {
  if (!from.per_operation) return;
  if (!to->per_operation) {
    to->per_operation = from.per_operation;
    if (to->type == Type::kProbabilistic) {
      to->per_operation->default_probability = to->sampling_rate;
    }
    return;
  }
  std::vector<OperationSampling>& own = to->per_operation->operations;
  for (const OperationSampling& operation : from.per_operation->operations) {
    const auto same = [&](const OperationSampling& one) {
      return one.operation == operation.operation;
    };
    if (std::ranges::none_of(own, same)) own.push_back(operation);
  }
}

class StrategiesReader {
 public:
  explicit StrategiesReader(SamplingStrategies* strategies) : strategies_(*strategies) {}

  Status Run(Element root) {
    if (root.is_null()) return Status::Ok();
    if (!root.is_object()) return InvalidArgument("sampling strategies are not an object");
    Element fallback;
    if (root["default_strategy"].get(fallback) == SUCCESS && !fallback.is_null()) {
      ASSIGN_OR_RETURN(strategies_.default_strategy, Strategy(fallback, "default_strategy"));
    }
    simdjson::dom::array services;
    const auto error = root["service_strategies"].get(services);
    if (error == simdjson::NO_SUCH_FIELD) return Status::Ok();
    if (error != SUCCESS) return InvalidArgument("service_strategies is not a list");
    for (Element service : services) {
      const std::string name = TextOf(service, "service");
      if (name.empty()) return InvalidArgument("a strategy in service_strategies has no service");
      ASSIGN_OR_RETURN(SamplingStrategy strategy, Strategy(service, name));
      MergeOperations(strategies_.default_strategy, &strategy);
      strategies_.by_service.insert_or_assign(name, std::move(strategy));
    }
    return Status::Ok();
  }

 private:
  Result<SamplingStrategy> Strategy(Element element, const std::string& whose) {
    if (!element.is_object()) return InvalidArgument(whose + ": a strategy is not an object");
    SamplingStrategy strategy;
    RETURN_IF_ERROR(ReadType(element, whose, &strategy));
    simdjson::dom::array operations;
    const auto error = element["operation_strategies"].get(operations);
    if (error == simdjson::NO_SUCH_FIELD) return strategy;
    if (error != SUCCESS) return InvalidArgument(whose + ": operation_strategies is not a list");
    PerOperationSampling per_operation;
    per_operation.default_probability = strategy.type == Type::kProbabilistic
                                            ? strategy.sampling_rate
                                            : SamplingStrategy().sampling_rate;
    for (Element operation : operations) {
      RETURN_IF_ERROR(ReadOperation(operation, whose, &per_operation));
    }
    if (!per_operation.operations.empty()) strategy.per_operation = std::move(per_operation);
    return strategy;
  }

  Status ReadType(Element element, const std::string& whose, SamplingStrategy* strategy) {
    const std::string type = TextOf(element, "type");
    const double parameter = NumberOf(element, "param");
    if (type == "probabilistic") {
      if (!(parameter >= 0 && parameter <= 1)) {
        return InvalidArgument(whose + ": param of a probabilistic strategy is from 0 to 1");
      }
      strategy->sampling_rate = parameter;
    } else if (type == "ratelimiting") {
      if (!(parameter >= 0 && parameter <= std::numeric_limits<int32_t>::max())) {
        return InvalidArgument(whose + ": param of a ratelimiting strategy is a number of traces");
      }
      strategy->type = Type::kRateLimiting;
      strategy->traces_per_second_max = static_cast<int32_t>(parameter);
    } else {
      strategies_.warnings.push_back(whose + ": there is no strategy of type '" + type +
                                     "', the default is used");
    }
    return Status::Ok();
  }

  Status ReadOperation(Element element, const std::string& whose,
                       PerOperationSampling* per_operation) {
    if (!element.is_object()) return InvalidArgument(whose + ": an operation is not an object");
    const std::string operation = TextOf(element, "operation");
    if (TextOf(element, "type") != "probabilistic") {
      strategies_.warnings.push_back(whose + ": operation '" + operation +
                                     "' can only be sampled probabilistic, it is left out");
      return Status::Ok();
    }
    SamplingStrategy strategy;
    RETURN_IF_ERROR(ReadType(element, whose + ", " + operation, &strategy));
    per_operation->operations.push_back({operation, strategy.sampling_rate});
    return Status::Ok();
  }

  SamplingStrategies& strategies_;
};

void NumberField(JsonWriter& json, std::string_view key, double value) {
  json.Key(key);
  json.Double(value);
}

void ProbabilisticField(JsonWriter& json, double rate) {
  json.Key("probabilisticSampling");
  json.BeginObject();
  NumberField(json, "samplingRate", rate);
  json.EndObject();
}

void WritePerOperation(JsonWriter& json, const PerOperationSampling& sampling) {
  json.Key("operationSampling");
  json.BeginObject();
  NumberField(json, "defaultSamplingProbability", sampling.default_probability);
  NumberField(json, "defaultLowerBoundTracesPerSecond", sampling.default_lower_bound_per_second);
  json.Key("perOperationStrategies");
  json.BeginArray();
  for (const OperationSampling& operation : sampling.operations) {
    json.BeginObject();
    json.Field("operation", operation.operation);
    ProbabilisticField(json, operation.sampling_rate);
    json.EndObject();
  }
  json.EndArray();
  NumberField(json, "defaultUpperBoundTracesPerSecond", sampling.default_upper_bound_per_second);
  json.EndObject();
}

void DoubleField(ProtoWriter& writer, uint32_t field, double value) {
  writer.Fixed64(field, std::bit_cast<uint64_t>(value));
}

}  // namespace

const SamplingStrategy& SamplingStrategies::Of(const std::string& service) const {
  const auto found = by_service.find(service);
  return found == by_service.end() ? default_strategy : found->second;
}

Result<SamplingStrategies> ParseSamplingStrategies(std::string json) {
  simdjson::dom::parser parser;
  Element root;
  RETURN_IF_ERROR(ParseJson(json, kDepthMax, &parser, &root));
  SamplingStrategies strategies;
  RETURN_IF_ERROR(StrategiesReader(&strategies).Run(root));
  return strategies;
}

std::string EncodeSamplingJson(const SamplingStrategy& strategy, SamplingTypeForm form) {
  const bool is_probabilistic = strategy.type == Type::kProbabilistic;
  std::string text;
  JsonWriter json(text);
  json.BeginObject();
  if (form == SamplingTypeForm::kNumber) {
    json.Field("strategyType", int64_t{is_probabilistic ? 0 : 1});
  } else {
    json.Field("strategyType", is_probabilistic ? "PROBABILISTIC" : "RATE_LIMITING");
  }
  if (is_probabilistic) {
    ProbabilisticField(json, strategy.sampling_rate);
  } else {
    json.Key("rateLimitingSampling");
    json.BeginObject();
    json.Field("maxTracesPerSecond", int64_t{strategy.traces_per_second_max});
    json.EndObject();
  }
  if (strategy.per_operation) WritePerOperation(json, *strategy.per_operation);
  json.EndObject();
  return text;
}

std::string EncodeSamplingProto(const SamplingStrategy& strategy) {
  const bool is_probabilistic = strategy.type == Type::kProbabilistic;
  std::string bytes;
  ProtoWriter writer(bytes);
  writer.Varint(1, is_probabilistic ? 0 : 1);
  if (is_probabilistic) {
    writer.Message(2, [&] { DoubleField(writer, 1, strategy.sampling_rate); });
  } else {
    writer.Message(
        3, [&] { writer.Varint(1, static_cast<uint64_t>(strategy.traces_per_second_max)); });
  }
  if (!strategy.per_operation) return bytes;
  writer.Message(4, [&] {
    const PerOperationSampling& sampling = *strategy.per_operation;
    DoubleField(writer, 1, sampling.default_probability);
    DoubleField(writer, 2, sampling.default_lower_bound_per_second);
    for (const OperationSampling& operation : sampling.operations) {
      writer.Message(3, [&] {
        writer.Bytes(1, operation.operation);
        writer.Message(2, [&] { DoubleField(writer, 1, operation.sampling_rate); });
      });
    }
    DoubleField(writer, 4, sampling.default_upper_bound_per_second);
  });
  return bytes;
}

Result<std::string> DecodeSamplingRequest(std::string_view bytes) {
  std::string service;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    if (reader.tag() == BytesTag(1)) service = reader.bytes();
  }
  if (reader.error() != nullptr) return InvalidArgument(reader.error());
  return service;
}

}  // namespace spanhound::wire
