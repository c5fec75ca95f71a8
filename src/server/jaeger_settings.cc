#include "server/jaeger_settings.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

namespace spanhound::server {
namespace {

// Settings of ours and their values, for one of Jaeger's.
using Translation = std::vector<std::pair<std::string, std::string>>;

bool IsFalse(const std::string& value) {
  return value == "false" || value == "False" || value == "FALSE" || value == "f" || value == "F" ||
         value == "0";
}

Translation OtlpPorts(const std::string& value) {
  if (!IsFalse(value)) return {};
  return {{"otlp-grpc-port", "off"}, {"otlp-http-port", "off"}};
}

Translation Tenancy(const std::string& value) {
  return {{"tenancy", IsFalse(value) ? "false" : "true"}};
}

Translation Level(const std::string& value) {
  const bool is_worse = value == "dpanic" || value == "panic" || value == "fatal";
  return {{"log-level", is_worse ? "error" : value}};
}

// Go also writes 72h as "72h0m0s".
Translation Age(const std::string& value) {
  std::string age = value;
  for (std::string_view zero : {"m0s", "h0m"}) {
    if (age.ends_with(zero)) age.resize(age.size() - zero.size() + 1);
  }
  return {{"retention", age}};
}

Translation SamplingType(const std::string& value) {
  return {{"sampling-adaptive", value == "adaptive" ? "true" : "false"}};
}

// Go's 1m30s in seconds. What is none stays as it is, for the setting to refuse.
Translation ReloadSeconds(const std::string& value) {
  uint64_t seconds = 0;
  uint64_t number = 0;
  for (char c : value) {
    if (c >= '0' && c <= '9') {
      number = std::min<uint64_t>(number * 10 + static_cast<uint64_t>(c - '0'), 1'000'000);
      continue;
    }
    const uint64_t unit = c == 'h' ? 3600 : c == 'm' ? 60 : c == 's' ? 1 : 0;
    if (unit == 0) return {{"sampling-reload-seconds", value}};
    seconds += number * unit;
    number = 0;
  }
  return {{"sampling-reload-seconds", std::to_string(seconds + number)}};
}

struct JaegerSetting {
  std::string_view flag;                                         // "a.b*": all that begin so
  std::string_view setting = {};                                 // ours with the same values
  Translation (*translate)(const std::string& value) = nullptr;  // or what becomes of them
  std::string_view told = {};  // what is not as with Jaeger, said at the start
};

constexpr std::string_view kOneCertificate =
    "TLS is for all ports here: --tls-cert, --tls-key, --tls-client-ca";
constexpr std::string_view kNoQueue = "there is no such queue: what is acknowledged is stored";
constexpr std::string_view kOwnStore = "everything is kept in the store of --data";
constexpr std::string_view kNotThere = "not offered";

constexpr JaegerSetting kSettings[] = {
    {"admin.http.host-port", "admin-port"},
    {"collector.otlp.enabled", {}, OtlpPorts},
    {"collector.otlp.grpc.host-port", "otlp-grpc-port"},
    {"collector.otlp.http.host-port", "otlp-http-port"},
    {"collector.http-server.host-port", "jaeger-http-port"},
    {"collector.zipkin.host-port", "zipkin-port"},
    {"collector.grpc-server.host-port", "jaeger-grpc-port"},
    {"processor.jaeger-compact.server-host-port", "jaeger-compact-port"},
    {"processor.jaeger-binary.server-host-port", "jaeger-binary-port"},
    {"processor.zipkin-compact.server-host-port", "zipkin-compact-port"},
    {"query.http-server.host-port", "query-port"},
    {"query.grpc-server.host-port", "query-grpc-port"},
    {"query.base-path", "base-path"},
    {"http-server.host-port", "sampling-port"},
    {"sampling.strategies-file", "sampling-strategies-file"},
    {"sampling.strategies-reload-interval", {}, ReloadSeconds},
    {"sampling.config-type", {}, SamplingType},
    {"sampling.target-samples-per-second", "sampling-target-per-second"},
    {"sampling.initial-sampling-probability", "sampling-initial-probability"},
    {"sampling.min-sampling-probability", "sampling-probability-min"},
    {"log-level", {}, Level},
    {"multi-tenancy.enabled", {}, Tenancy},
    {"multi-tenancy.header", {}, {}, "tenants are named by X-Scope-OrgID or x-tenant"},
    {"multi-tenancy.tenants", {}, {}, "there is no list of tenants: docs/user/tenants.md"},
    {"badger.directory-value", "data"},
    {"badger.directory-key", {}, {}, "one directory has everything: that of --data"},
    {"badger.span-store-ttl", {}, Age},
    {"badger.ephemeral", {}, {}, "nothing is ephemeral: the directory of --data stays"},
    {"badger.*", {}, {}, kOwnStore},
    {"span-storage.type", {}, {}, kOwnStore},
    {"dependency-storage.type", {}, {}, kOwnStore},
    {"memory.max-traces", {}, {}, "what is kept is limited by age or bytes: --retention 7d,10GB"},
    {"cassandra.*", {}, {}, kOwnStore},
    {"cassandra-archive.*", {}, {}, kOwnStore},
    {"es.*", {}, {}, kOwnStore},
    {"es-archive.*", {}, {}, kOwnStore},
    {"kafka.*", {}, {}, kOwnStore},
    {"grpc-storage*", {}, {}, kOwnStore},
    {"metrics-storage.type", {}, {}, "span metrics come from no other server"},
    {"prometheus.*", {}, {}, "span metrics come from no other server"},
    {"collector.queue-size*", {}, {}, kNoQueue},
    {"collector.num-workers", {}, {}, kNoQueue},
    {"collector.tags", {}, {}, "spans are stored as they were sent"},
    {"admin.http.tls.*", {}, {}, kOneCertificate},
    {"collector.grpc.tls.*", {}, {}, kOneCertificate},
    {"collector.http.tls.*", {}, {}, kOneCertificate},
    {"collector.otlp.grpc.tls.*", {}, {}, kOneCertificate},
    {"collector.otlp.http.tls.*", {}, {}, kOneCertificate},
    {"collector.zipkin.tls.*", {}, {}, kOneCertificate},
    {"query.grpc.tls.*", {}, {}, kOneCertificate},
    {"query.http.tls.*", {}, {}, kOneCertificate},
    {"collector.*", {}, {}, kNotThere},
    {"query.max-clock-skew-adjustment", {}, {}, "times are shown as they were sent"},
    {"query.*", {}, {}, kNotThere},
    {"processor.*", {}, {}, kNotThere},
    {"reporter.*", {}, {}, kNotThere},
    {"http-server.*", {}, {}, kNotThere},
    {"sampling.*", {}, {}, kNotThere},
    {"downsampling.*", {}, {}, "nothing is sampled here"},
    {"config-file", {}, {}, "--config FILE takes a file with the names of Spanhound's settings"},
};

std::string Upper(std::string_view flag) {
  std::string name;
  for (char c : flag) {
    const bool is_separator = c == '.' || c == '-';
    name += is_separator ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

// Flags of one word could be anybody's variable: CONFIG_FILE.
bool IsVariableOfJaeger(const JaegerSetting& setting) {
  return setting.flag.find('.') != setting.flag.npos || setting.flag == "log-level";
}

bool Names(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with('*')) return pattern == name;
  pattern.remove_suffix(1);
  return name.starts_with(pattern);
}

void Translate(const JaegerSetting& setting, const std::string& origin, const std::string& value,
               JaegerSettings& settings) {
  if (!setting.told.empty()) settings.told.push_back(origin + ": " + std::string(setting.told));
  Translation translation;
  if (!setting.setting.empty()) translation = {{std::string(setting.setting), value}};
  if (setting.translate != nullptr) translation = setting.translate(value);
  for (auto& [name, own_value] : translation) {
    settings.given.push_back({std::move(name), {std::move(own_value)}, origin});
  }
}

}  // namespace

JaegerSettings FromJaegerEnvironment(std::span<const std::string> environment) {
  JaegerSettings settings;
  for (const std::string& variable : environment) {
    const size_t equals = variable.find('=');
    if (equals == std::string::npos || equals + 1 == variable.size()) continue;
    const std::string name = variable.substr(0, equals);
    const auto found = std::ranges::find_if(kSettings, [&](const JaegerSetting& one) {
      return IsVariableOfJaeger(one) && Names(Upper(one.flag), name);
    });
    if (found == std::end(kSettings)) continue;
    Translate(*found, name, variable.substr(equals + 1), settings);
  }
  return settings;
}

Result<JaegerSettings> FromJaegerFlags(std::span<const std::string> arguments) {
  JaegerSettings settings;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const size_t equals = std::min(argument.find('='), argument.size());
    const std::string origin = argument.substr(0, equals);
    const bool is_flag = origin.starts_with("--");
    const auto found = std::ranges::find_if(kSettings, [&](const JaegerSetting& one) {
      return is_flag && Names(one.flag, std::string_view(origin).substr(2));
    });
    if (!argument.starts_with('-')) return InvalidArgument("'" + argument + "' belongs to no flag");
    if (found == std::end(kSettings)) return InvalidArgument("there is no flag " + origin);
    std::string value = "true";  // a bare switch
    const bool has_next = i + 1 < arguments.size() && !arguments[i + 1].starts_with('-');
    if (equals < argument.size()) {
      value = argument.substr(equals + 1);
    } else if (has_next) {
      value = arguments[++i];
    }
    Translate(*found, origin, value, settings);
  }
  return settings;
}

}  // namespace spanhound::server
