// Any bytes as an operator's file and as a client's question: refused, or strategies that can be
// answered with in both encodings and both forms.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/jaeger/sampling.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spanhound::wire;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  if (const auto service = DecodeSamplingRequest(bytes); service.ok()) {
    if (service->size() > size) std::abort();
  }
  const auto strategies = ParseSamplingStrategies(bytes);
  if (!strategies.ok()) return 0;
  const auto answer = [](const SamplingStrategy& strategy) {
    if (EncodeSamplingJson(strategy, SamplingTypeForm::kName).empty() ||
        EncodeSamplingJson(strategy, SamplingTypeForm::kNumber).empty()) {
      std::abort();
    }
    EncodeSamplingProto(strategy);
  };
  answer(strategies->Of("no such service"));
  for (const auto& [service, strategy] : strategies->by_service) answer(strategy);
  return 0;
}
