#include "endpoint_config.h"

#include <algorithm>

namespace spanhound::sdk {
namespace {

constexpr char kDefaultHttp[] = "http://127.0.0.1:4318";
constexpr char kDefaultGrpc[] = "127.0.0.1:4317";
constexpr char kDefaultJaeger[] = "http://127.0.0.1:14268/api/traces";
constexpr char kDefaultAgentHost[] = "127.0.0.1";
constexpr char kDefaultAgentPort[] = "6831";

std::string Variable(const std::string& signal, const std::string& name) {
  return "OTEL_EXPORTER_OTLP_" + (signal.empty() ? "" : signal + "_") + name;
}

// The signal's own variable before the one for all signals.
std::optional<std::string> ReadOtlp(SettingsReader& read, const std::string& signal,
                                    const std::string& name) {
  return read.Text({Variable(signal, name), Variable("", name)});
}

bool HasScheme(std::string_view url) { return url.find("://") != std::string_view::npos; }

std::string WithScheme(std::string url) { return HasScheme(url) ? url : "http://" + url; }

// A base address: the signal's path is added. One trailing slash more or less makes no difference.
std::string SignalUrl(std::string base, const std::string& signal) {
  while (base.ends_with('/')) base.pop_back();
  return WithScheme(std::move(base)) + (signal == "TRACES" ? "/v1/traces" : "/v1/logs");
}

std::string HttpUrl(SettingsReader& read, const SetupOptions& options, const std::string& signal) {
  if (options.endpoint) return SignalUrl(*options.endpoint, signal);
  if (const auto whole = read.Text({Variable(signal, "ENDPOINT")})) return WithScheme(*whole);
  return SignalUrl(read.Text({Variable("", "ENDPOINT")}).value_or(kDefaultHttp), signal);
}

// https:// asks for TLS; without a scheme only OTEL_EXPORTER_OTLP_INSECURE=false does. (The
// packaged SDK takes "no scheme" for TLS, which is never what somebody who wrote localhost:4317
// meant.)
void SetGrpcTarget(SettingsReader& read, std::string address, const std::string& signal,
                   Endpoint* endpoint) {
  const std::string lower = ToLower(address);
  if (lower.starts_with("https://") || lower.starts_with("http://")) {
    endpoint->tls = lower.starts_with("https://");
    address.erase(0, address.find("://") + 3);
    address.erase(std::min(address.find('/'), address.size()));
  } else {
    const auto insecure = ReadOtlp(read, signal, "INSECURE");
    endpoint->tls = insecure && ToLower(*insecure) == "false";
  }
  endpoint->url = address;
}

bool IsHeaderText(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

void SetHeaders(SettingsReader& read, const SetupOptions& options, const std::string& signal,
                Endpoint* endpoint) {
  std::vector<std::string> bad;
  std::map<std::string, std::string> headers;
  if (options.headers) {
    headers = *options.headers;
  } else {
    const std::string text = ReadOtlp(read, signal, "HEADERS").value_or("");
    for (auto& [name, value] : ParseKeyValues(text, &bad)) headers[name] = value;
  }
  for (const auto& [name, value] : headers) {
    const bool usable = !name.empty() && name.find_first_of(" :") == std::string::npos &&
                        IsHeaderText(name) && IsHeaderText(value);
    if (usable) {
      endpoint->headers[ToLower(name)] = value;
    } else {
      bad.push_back(name);
    }
  }
  // Values stay unsaid: they are often keys.
  for (const std::string& entry : bad) {
    read.Problem("exporter header '" + entry.substr(0, entry.find('=')) +
                 "' is malformed, left out");
  }
}

bool ResolveGzip(SettingsReader& read, const SetupOptions& options, const std::string& signal) {
  if (options.gzip) return *options.gzip;
  const std::string compression = ToLower(ReadOtlp(read, signal, "COMPRESSION").value_or("none"));
  if (compression != "gzip" && compression != "none") {
    read.Problem("OTEL_EXPORTER_OTLP_COMPRESSION: '" + compression +
                 "' is not supported, requests go uncompressed");
  }
  return compression == "gzip";
}

void ResolveJaeger(SettingsReader& read, const SetupOptions& options, SignalConfig* config) {
  if (config->exporter == Exporter::kJaegerAgent) {
    const std::string host =
        read.Text({"OTEL_EXPORTER_JAEGER_AGENT_HOST"}).value_or(kDefaultAgentHost);
    const std::string port =
        read.Text({"OTEL_EXPORTER_JAEGER_AGENT_PORT"}).value_or(kDefaultAgentPort);
    config->endpoint.url = options.jaeger_endpoint.value_or(host + ":" + port);
    return;
  }
  config->endpoint.url = WithScheme(options.jaeger_endpoint.value_or(
      read.Text({"OTEL_EXPORTER_JAEGER_ENDPOINT"}).value_or(kDefaultJaeger)));
  const auto timeout = read.Duration({"OTEL_EXPORTER_JAEGER_TIMEOUT"});
  config->timeout = options.timeout.value_or(timeout.value_or(config->timeout));
}

}  // namespace

Exporter OtlpTransport(SettingsReader& read, const std::string& signal) {
  const auto text = ReadOtlp(read, signal, "PROTOCOL");
  if (!text) return Exporter::kOtlpHttp;
  const std::string protocol = ToLower(*text);
  if (protocol == "grpc") return Exporter::kOtlpGrpc;
  if (protocol == "http/json") return Exporter::kOtlpHttpJson;
  if (protocol != "http/protobuf") {
    read.Problem("OTEL_EXPORTER_OTLP_PROTOCOL: '" + *text +
                 "' is not supported, http/protobuf is used");
  }
  return Exporter::kOtlpHttp;
}

Exporter JaegerTransport(SettingsReader& read) {
  const auto text = read.Text({"OTEL_EXPORTER_JAEGER_PROTOCOL"});
  if (!text) {
    // Who names an agent and no collector means the agent.
    const bool agent = read.Text({"OTEL_EXPORTER_JAEGER_AGENT_HOST"}) &&
                       !read.Text({"OTEL_EXPORTER_JAEGER_ENDPOINT"});
    return agent ? Exporter::kJaegerAgent : Exporter::kJaeger;
  }
  const std::string protocol = ToLower(*text);
  if (protocol == "udp/thrift.compact") return Exporter::kJaegerAgent;
  if (protocol != "http/thrift.binary") {
    read.Problem("OTEL_EXPORTER_JAEGER_PROTOCOL: '" + *text +
                 "' is not supported, http/thrift.binary is used");
  }
  return Exporter::kJaeger;
}

void ResolveEndpoint(SettingsReader& read, const SetupOptions& options, const std::string& signal,
                     SignalConfig* config) {
  if (config->exporter == Exporter::kJaeger || config->exporter == Exporter::kJaegerAgent) {
    return ResolveJaeger(read, options, config);
  }
  if (config->exporter == Exporter::kConsole || config->exporter == Exporter::kNone) return;
  Endpoint& endpoint = config->endpoint;
  if (config->exporter == Exporter::kOtlpHttp || config->exporter == Exporter::kOtlpHttpJson) {
    endpoint.url = HttpUrl(read, options, signal);
  } else {
    const auto told = ReadOtlp(read, signal, "ENDPOINT");
    SetGrpcTarget(read, options.endpoint.value_or(told.value_or(kDefaultGrpc)), signal, &endpoint);
  }
  SetHeaders(read, options, signal, &endpoint);
  const auto timeout = read.Duration({Variable(signal, "TIMEOUT"), Variable("", "TIMEOUT")});
  config->timeout = options.timeout.value_or(timeout.value_or(config->timeout));
  endpoint.ca_file = ReadOtlp(read, signal, "CERTIFICATE").value_or("");
  endpoint.client_certificate_file = ReadOtlp(read, signal, "CLIENT_CERTIFICATE").value_or("");
  endpoint.client_key_file = ReadOtlp(read, signal, "CLIENT_KEY").value_or("");
  endpoint.gzip = ResolveGzip(read, options, signal);
}

}  // namespace spanhound::sdk
