#include "server/settings.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <type_traits>
#include <utility>

#include "server/base_path.h"

namespace spanhound::server {
namespace {

using Values = std::span<const std::string>;

const Config& Defaults() {
  static const Config defaults;
  return defaults;
}

// A field is a function that gives the place of a value in a Config.
template <typename T>
auto Of(T Config::*member) {
  return [member](auto& config) -> auto& { return config.*member; };
}
template <typename T>
auto OfStore(T store::StoreOptions::*member) {
  return [member](auto& config) -> auto& { return config.store.*member; };
}
template <typename T>
auto OfTls(T net::TlsFiles::*member) {
  return [member](auto& config) -> auto& { return config.tls.*member; };
}
template <typename T>
auto OfRequest(T RequestLimits::*member) {
  return [member](auto& config) -> auto& { return config.request_limits.*member; };
}
template <typename T>
auto OfLimits(T net::HttpLimits::*member) {
  return [member](auto& config) -> auto& { return config.limits.*member; };
}
template <typename T>
auto OfSampling(T ingest::SamplingOptions::*member) {
  return [member](auto& config) -> auto& { return config.sampling.*member; };
}
template <typename T>
auto OfAdaptive(T ingest::AdaptiveSamplingOptions::*member) {
  return [member](auto& config) -> auto& { return config.sampling.adaptive.*member; };
}
template <typename Field>
using ValueOf = std::remove_cvref_t<std::invoke_result_t<Field, Config&>>;

template <typename T>
std::string NumberText(T number) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

template <typename T>
Status ReadNumber(const std::string& text, T min, T max, T* number) {
  T read{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, read);
  if (error != std::errc() || stop != end || !(read >= min && read <= max)) {
    return InvalidArgument("'" + text + "' is no number from " + NumberText(min) + " to " +
                           NumberText(max));
  }
  *number = read;
  return Status::Ok();
}

template <typename Field, typename T = ValueOf<Field>>
Setting Number(std::string name, Field field, std::type_identity_t<T> min,
               std::type_identity_t<T> max, std::string help) {
  return {std::move(name),
          "N",
          std::move(help),
          NumberText(field(Defaults())),
          false,
          [field, min, max](Values values, Config& config) {
            return ReadNumber(values[0], min, max, &field(config));
          }};
}

template <typename Field>
Setting Text(std::string name, std::string kind, Field field, std::string help) {
  return {std::move(name),
          std::move(kind),
          std::move(help),
          field(Defaults()),
          false,
          [field](Values values, Config& config) {
            field(config) = values[0];
            return Status::Ok();
          }};
}

template <typename Field>
Setting TextList(std::string name, std::string kind, Field field, std::string help) {
  return {std::move(name),
          std::move(kind),
          std::move(help),
          "",
          true,
          [field](Values values, Config& config) {
            field(config).assign(values.begin(), values.end());
            return Status::Ok();
          }};
}

Setting Port(std::string name, ListenPort Config::*member, std::string help) {
  return {std::move(name),
          "[HOST:]PORT|off",
          std::move(help),
          ListenPortText(Defaults().*member),
          false,
          [member](Values values, Config& config) -> Status {
            ASSIGN_OR_RETURN(config.*member, ParseListenPort(values[0]));
            return Status::Ok();
          }};
}

Setting BasePath(std::string name, std::string help) {
  return {std::move(name),
          "PATH",
          std::move(help),
          "",
          false,
          [](Values values, Config& config) -> Status {
            ASSIGN_OR_RETURN(config.base_path, ParseBasePath(values[0]));
            return Status::Ok();
          }};
}

template <typename T>
using Words = std::vector<std::pair<std::string, T>>;

template <typename Field, typename T = ValueOf<Field>>
Setting Choice(std::string name, Field field, Words<T> words, std::string help) {
  std::string kind, default_text;
  for (const auto& [word, value] : words) {
    kind += (kind.empty() ? "" : "|") + word;
    if (value == field(Defaults())) default_text = word;
  }
  auto read = [field, kind, words = std::move(words)](Values values, Config& config) {
    const auto found = std::find_if(words.begin(), words.end(),
                                    [&](const auto& word) { return word.first == values[0]; });
    if (found == words.end()) {
      return InvalidArgument("'" + values[0] + "' is none of " + kind);
    }
    field(config) = found->second;
    return Status::Ok();
  };
  return {std::move(name), std::move(kind), std::move(help), default_text, false, std::move(read)};
}

template <typename Limits>
Setting Retention(std::string name, std::string kind, Limits store::RetentionPolicy::*member,
                  Status (*add)(std::string_view, store::RetentionPolicy*), std::string help) {
  return {std::move(name),
          std::move(kind),
          std::move(help),
          "",
          true,
          [member, add](Values values, Config& config) {
            store::RetentionPolicy& policy = config.store.retention;
            policy.*member = {};
            for (const std::string& value : values) RETURN_IF_ERROR(add(value, &policy));
            return Status::Ok();
          }};
}

std::vector<Setting> Doors() {
  return {
      Text("listen", "ADDRESS", Of(&Config::listen_address),
           "Address of every port that names none"),
      Port("otlp-grpc-port", &Config::otlp_grpc_port, "OTLP over gRPC"),
      Port("otlp-http-port", &Config::otlp_http_port, "OTLP over HTTP"),
      Port("jaeger-http-port", &Config::jaeger_http_port, "Jaeger Thrift over HTTP"),
      Port("jaeger-grpc-port", &Config::jaeger_grpc_port, "Jaeger's spans over gRPC"),
      Port("jaeger-compact-port", &Config::jaeger_compact_port,
           "UDP, Jaeger's agent: compact Thrift"),
      Port("jaeger-binary-port", &Config::jaeger_binary_port, "UDP, Jaeger's agent: binary Thrift"),
      Port("zipkin-compact-port", &Config::zipkin_compact_port,
           "UDP, Jaeger's agent: Zipkin's spans in compact Thrift"),
      Port("zipkin-port", &Config::zipkin_port, "Zipkin's spans over HTTP"),
      Port("elasticsearch-port", &Config::elasticsearch_port,
           "Logs by Elasticsearch's _bulk; 9200 where one has none"),
      Port("fluent-port", &Config::fluent_port,
           "Logs by Fluentd's forward protocol; 24224 where one has none"),
      Text("fluent-shared-key-file", "FILE", Of(&Config::fluent_shared_key_file),
           "The key senders of the forward protocol must know"),
      Text("fluent-users-file", "FILE", Of(&Config::fluent_users_file),
           "Lines NAME:PASSWORD of who may send as well; needs a shared key"),
      Port("sampling-port", &Config::sampling_port, "Sampling strategies for Jaeger's clients"),
      Port("admin-port", &Config::admin_port, "Health and metrics"),
      Port("health-port", &Config::health_port, "Health alone, as Jaeger 2 tells it: /status"),
      Port("query-port", &Config::query_port, "Web UI and query API"),
      Port("query-grpc-port", &Config::query_grpc_port, "Jaeger's query API over gRPC"),
      BasePath("base-path", "Path below which the query port shows itself, such as /jaeger"),
      TextList("allowed-host", "NAME", Of(&Config::allowed_hosts),
               "Further names the Host header may carry"),
  };
}

std::vector<Setting> Access() {
  return {
      Text("tls-cert", "FILE", OfTls(&net::TlsFiles::certificate),
           "Certificate chain (PEM) every listener shows; it then speaks TLS only"),
      Text("tls-key", "FILE", OfTls(&net::TlsFiles::key), "Its private key (PEM)"),
      Text("tls-client-ca", "FILE", OfTls(&net::TlsFiles::authorities),
           "Clients need a certificate one of these (PEM) signed"),
      Text("credentials", "FILE", Of(&Config::credentials_file),
           "Who may do what: tokens and users with scopes and tenants (docs/user/security.md)"),
      Number("reload-seconds", Of(&Config::reload_seconds), 1, 86'400,
             "How often these files are looked at; changed ones are read again"),
  };
}

std::vector<Setting> Limits() {
  using net::HttpLimits;
  return {
      Number("request-bytes-max", OfRequest(&RequestLimits::body_bytes_max), 1024, 1u << 30,
             "A request may be so long, after decompression"),
      Number("in-flight-bytes-max", OfLimits(&HttpLimits::in_flight_bytes_max), 1024, UINT64_MAX,
             "All requests that bring telemetry and are not answered yet, of all ports together; "
             "past it clients come back later"),
      Number("compression-ratio-max", OfRequest(&RequestLimits::compression_ratio_max), 2, 100'000,
             "Past its first MiB a body may be so many times as long as on the wire"),
      Number("request-items-max", OfRequest(&RequestLimits::items_max), 1, 100'000'000,
             "Spans or log records a request may have; one with more is refused"),
      Number("attributes-max", OfRequest(&RequestLimits::attributes_max), 1, 10'000'000,
             "Attributes of a span, event, link, log record, resource or scope; more are left out"),
      Number("attribute-value-bytes-max", OfRequest(&RequestLimits::attribute_value_bytes_max), 1,
             1u << 30, "Texts in attributes are cut to this length"),
      Number("connections-max", OfLimits(&HttpLimits::connections_max), 1, 1'000'000,
             "Connections of an HTTP port"),
      Number("queue-delay-max-ms", OfLimits(&HttpLimits::queue_delay_max_ms), 1, 3'600'000,
             "When work waits longer for a thread, new requests are told to come back"),
      Number("refusal-hold-ms", OfLimits(&HttpLimits::refusal_hold_ms), 0, 60'000,
             "Telemetry that is to come back is told so much later; its client sends nothing "
             "meanwhile"),
      Number("header-timeout-ms", OfLimits(&HttpLimits::header_timeout_ms), 10, 3'600'000,
             "How long a client may take for the head of a request"),
      Number("body-timeout-ms", OfLimits(&HttpLimits::body_timeout_ms), 10, 3'600'000,
             "And for its body, which gets a second more for every 64 KiB"),
      Number("idle-timeout-ms", OfLimits(&HttpLimits::idle_timeout_ms), 10, 86'400'000,
             "How long a connection may rest between requests"),
  };
}

std::vector<Setting> Tenants() {
  return {
      Choice("tenancy", Of(&Config::tenancy),
             Words<model::Tenancy>{{"false", model::Tenancy::kOff},
                                   {"true", model::Tenancy::kByHeader}},
             "Keep tenants apart: requests name theirs in X-Scope-OrgID or x-tenant, without "
             "either they are of the tenant 'default'"),
      Number("tenants-max", OfStore(&store::StoreOptions::tenants_max), 1, 1'000'000,
             "Tenants the store may have data of; one more is refused"),
      Number("tenant-head-share", OfStore(&store::StoreOptions::tenant_head_share), 0.01, 1.0,
             "The share of the memory for rows not yet in blocks that one of several tenants may "
             "hold"),
  };
}

std::vector<Setting> Storage() {
  using store::Durability;
  return {
      Text("data", "DIRECTORY", Of(&Config::data_directory),
           "Directory of the store; made if absent (required)"),
      Choice("durability", OfStore(&store::StoreOptions::durability),
             Words<Durability>{{"sync", Durability::kSync},
                               {"interval", Durability::kInterval},
                               {"none", Durability::kNone}},
             "What an acknowledgement means: sync = on disk, interval = synced every 100 ms, "
             "none = handed to the operating system"),
      Number("flush-bytes", OfStore(&store::StoreOptions::flush_bytes), 1, UINT64_MAX,
             "Live rows are written to a block when they take this much memory"),
      Retention("retention", "LIMIT", &store::RetentionPolicy::store, store::AddRetention,
                "What is kept, oldest dropped first: 7d, 12h, 200GB, 80% of the disk, or several: "
                "7d,80% (default: everything)"),
      Retention("tenant-retention", "NAME=LIMIT", &store::RetentionPolicy::tenants,
                store::AddTenantRetention,
                "The same for one tenant: NAME=30d,10GB; its age instead of that of retention"),
  };
}

std::vector<Setting> Sampling() {
  using ingest::AdaptiveSamplingOptions;
  using ingest::SamplingOptions;
  return {
      Text("sampling-strategies-file", "FILE", OfSampling(&SamplingOptions::strategies_file),
           "What Jaeger's clients are told to sample, in Jaeger's JSON"),
      Number("sampling-reload-seconds", OfSampling(&SamplingOptions::reload_interval_s), 0, 86'400,
             "How often that file is read again; 0: never"),
      Choice("sampling-adaptive", OfSampling(&SamplingOptions::is_adaptive),
             Words<bool>{{"false", false}, {"true", true}},
             "Work probabilities out from the traces that are stored, instead of a file"),
      Number("sampling-adaptive-seconds", OfSampling(&SamplingOptions::adaptive_interval_s), 1,
             86'400, "How often they are worked out anew"),
      Number("sampling-target-per-second", OfAdaptive(&AdaptiveSamplingOptions::target_per_second),
             0.001, 1e6, "Sampled traces of one operation that adaptive sampling aims at"),
      Number("sampling-initial-probability",
             OfAdaptive(&AdaptiveSamplingOptions::initial_probability), 0.0, 1.0,
             "Adaptive sampling of operations not seen yet"),
      Number("sampling-probability-min", OfAdaptive(&AdaptiveSamplingOptions::probability_min), 0.0,
             1.0, "Adaptive sampling goes no lower"),
  };
}

std::vector<Setting> Process() {
  return {
      Choice("log-level", Of(&Config::log_level),
             Words<LogLevel>{{"debug", LogLevel::kDebug},
                             {"info", LogLevel::kInfo},
                             {"warn", LogLevel::kWarning},
                             {"error", LogLevel::kError}},
             "What the server's own log tells"),
  };
}

}  // namespace

const std::vector<Setting>& Settings() {
  static const std::vector<Setting> settings = [] {
    std::vector<Setting> all;
    for (auto group : {Storage, Doors, Access, Limits, Sampling, Tenants, Process})
      std::ranges::move(group(), std::back_inserter(all));
    return all;
  }();
  return settings;
}

std::string EnvironmentName(std::string_view setting_name) {
  std::string name = "SPANHOUND_";
  for (char c : setting_name)
    name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

}  // namespace spanhound::server
