// The sampler that OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG ask for.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "settings_reader.h"
#include "spanhound/setup.h"

namespace spanhound::sdk {

enum class SamplerKind : std::uint8_t { kAlwaysOn, kAlwaysOff, kRatio, kJaegerRemote };

struct SamplerConfig {
  SamplerKind kind = SamplerKind::kAlwaysOn;
  bool parent_based = true;
  double ratio = 1.0;  // Jaeger remote: until the backend has told another
  std::string endpoint = {};
  std::chrono::milliseconds polling_interval{60000};
};

SamplerConfig ResolveSampler(SettingsReader& read, const SetupOptions& options);

}  // namespace spanhound::sdk
