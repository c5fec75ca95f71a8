#include "sampler_config.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace spanhound::sdk {
namespace {

// Jaeger's own, of all its clients.
constexpr double kInitialRatio = 0.001;
constexpr char kDefaultEndpoint[] = "http://127.0.0.1:5778/sampling";
constexpr std::uint64_t kIntervalMsMax = 24ULL * 3600 * 1000;

template <typename T>
bool Parse(std::string_view text, T* value) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), *value);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

void SetRatio(SettingsReader& read, const std::string& argument, SamplerConfig* sampler) {
  double ratio = 0;
  if (!Parse(argument, &ratio) || !(ratio >= 0 && ratio <= 1)) {
    read.Problem("OTEL_TRACES_SAMPLER_ARG: '" + argument + "' is no ratio from 0 to 1, 1 is used");
    return;
  }
  sampler->ratio = ratio;
}

// "endpoint=http://host:5778/sampling,pollingIntervalMs=5000,initialSamplingRate=0.25"
void SetRemote(SettingsReader& read, const std::string& argument, SamplerConfig* sampler) {
  sampler->endpoint = kDefaultEndpoint;
  std::vector<std::string> bad;
  for (const auto& [name, value] : ParseKeyValues(argument, &bad)) {
    std::uint64_t milliseconds = 0;
    double ratio = 0;
    if (name == "endpoint") {
      sampler->endpoint = value.find("://") == std::string::npos ? "http://" + value : value;
      const std::size_t host = sampler->endpoint.find("://") + 3;
      if (sampler->endpoint.find('/', host) == std::string::npos) sampler->endpoint += "/sampling";
    } else if (name == "pollingIntervalMs" && Parse(value, &milliseconds) && milliseconds > 0 &&
               milliseconds <= kIntervalMsMax) {
      sampler->polling_interval = std::chrono::milliseconds(milliseconds);
    } else if (name == "initialSamplingRate" && Parse(value, &ratio) && ratio >= 0 && ratio <= 1) {
      sampler->ratio = ratio;
    } else {
      bad.push_back(name + "=" + value);
    }
  }
  for (const std::string& entry : bad) {
    read.Problem("OTEL_TRACES_SAMPLER_ARG: '" + entry +
                 "' means nothing to jaeger_remote, ignored");
  }
}

}  // namespace

SamplerConfig ResolveSampler(SettingsReader& read, const SetupOptions& options) {
  struct Named {
    std::string_view name;
    SamplerConfig sampler;
  };
  static const std::array<Named, 8> kSamplers{{
      {"always_on", {SamplerKind::kAlwaysOn, false, 1.0}},
      {"always_off", {SamplerKind::kAlwaysOff, false, 1.0}},
      {"traceidratio", {SamplerKind::kRatio, false, 1.0}},
      {"parentbased_always_on", {SamplerKind::kAlwaysOn, true, 1.0}},
      {"parentbased_always_off", {SamplerKind::kAlwaysOff, true, 1.0}},
      {"parentbased_traceidratio", {SamplerKind::kRatio, true, 1.0}},
      {"jaeger_remote", {SamplerKind::kJaegerRemote, false, kInitialRatio}},
      {"parentbased_jaeger_remote", {SamplerKind::kJaegerRemote, true, kInitialRatio}},
  }};
  const std::string name = FirstOf<std::string>(options.sampler, read.Text({"OTEL_TRACES_SAMPLER"}),
                                                "parentbased_always_on");
  const auto* const found =
      std::find_if(kSamplers.begin(), kSamplers.end(),
                   [&](const Named& each) { return each.name == ToLower(name); });
  if (found == kSamplers.end()) {
    read.Problem("OTEL_TRACES_SAMPLER: '" + name +
                 "' is not supported, parentbased_always_on is used");
    return {};
  }
  SamplerConfig sampler = found->sampler;
  const std::string argument =
      FirstOf<std::string>(options.sampler_arg, read.Text({"OTEL_TRACES_SAMPLER_ARG"}), "");
  if (sampler.kind == SamplerKind::kJaegerRemote) {
    SetRemote(read, argument, &sampler);
  } else if (sampler.kind == SamplerKind::kRatio && !argument.empty()) {
    SetRatio(read, argument, &sampler);
  }
  return sampler;
}

}  // namespace spanhound::sdk
