#include "dashboard2api/flags.h"

#include <cstdlib>
#include <random>

#include "service/listen_address.h"

namespace dashboard2api {
namespace {

using service::Error;
using service::ErrorCode;
using service::Result;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void AddKubeTo(CLI::App& app, Flags& flags) {
  app.add_option("--kube-url", flags.kube_url,
                 "Kubernetes API server, http(s)://host:port; without it --kubeconfig, then the "
                 "pod's service account, then http://127.0.0.1:8001 (kubectl proxy)")
      ->envname("DASHBOARD2API_KUBE_URL");
  app.add_option("--kube-token-file", flags.kube_token_file,
                 "file with the bearer token for --kube-url, read anew for each request")
      ->envname("DASHBOARD2API_KUBE_TOKEN_FILE");
  app.add_option("--kube-ca-file", flags.kube_ca_file,
                 "PEM of who signed the server's certificate, for --kube-url")
      ->envname("DASHBOARD2API_KUBE_CA_FILE");
  app.add_option("--kubeconfig", flags.kubeconfig, "file as kubectl has it")->envname("KUBECONFIG");
  app.add_option("--kube-context", flags.kube_context, "of the kubeconfig, instead of the current");
  app.add_option("--kube-page-size", flags.kube_page_size, "objects per list request")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--kube-retry-ms", flags.kube_retry_ms,
                 "longest wait before the Kubernetes API is tried again")
      ->check(CLI::Range(10, 600000))
      ->capture_default_str();
}

}  // namespace

void AddTo(CLI::App& app, Flags& flags) {
  app.add_option("--listen", flags.listen, "gRPC address; port 0: any free port")
      ->envname("DASHBOARD2API_LISTEN")
      ->capture_default_str();
  AddKubeTo(app, flags);
  app.add_option("--redis", flags.redis, "host:port; 'none': without")
      ->envname("DASHBOARD2API_REDIS")
      ->capture_default_str();
  app.add_option("--redis-timeout-ms", flags.redis_timeout_ms,
                 "what a request waits for Redis before it goes on without")
      ->check(CLI::Range(1, 60000))
      ->capture_default_str();
  app.add_option("--cache-seconds", flags.cache_seconds,
                 "how long an answer in Redis counts as fresh; 0: the informer answers")
      ->check(CLI::Range(0, 600))
      ->capture_default_str();
  app.add_option("--cron-seconds", flags.cron_seconds, "how often usage is measured")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  app.add_option("--log-file", flags.log_file, "also append the JSON log lines to this file")
      ->envname("DASHBOARD2API_LOG_FILE");
  // Not a flag: those are in the process list for everyone to read.
  flags.redis_password = Environment("DASHBOARD2API_REDIS_PASSWORD");
}

Result<kube::ApiAccess> KubeAccess(const Flags& flags) {
  if (flags.kube_url.empty() && !flags.kubeconfig.empty()) {
    return kube::AccessFromKubeconfig(flags.kubeconfig, flags.kube_context);
  }
  const std::string host = Environment("KUBERNETES_SERVICE_HOST");
  if (flags.kube_url.empty() && !host.empty()) {
    return kube::Checked(kube::AccessInCluster(host, Environment("KUBERNETES_SERVICE_PORT"),
                                               kube::kServiceAccountMount));
  }
  kube::ApiAccess access;
  if (!flags.kube_url.empty()) access.url = flags.kube_url;
  access.token_file = flags.kube_token_file;
  access.ca.file = flags.kube_ca_file;
  return kube::Checked(std::move(access));
}

kube::ReflectorOptions ReflectorOptionsOf(const Flags& flags) {
  kube::ReflectorOptions options;
  options.page_size = flags.kube_page_size;
  options.retry_longest = std::chrono::milliseconds(flags.kube_retry_ms);
  options.retry_first = std::min(options.retry_first, options.retry_longest);
  options.seed = std::random_device()();
  return options;
}

Result<cache::RedisOptions> RedisOptionsOf(const Flags& flags) {
  const auto address = service::ParseListenAddress(flags.redis);
  if (!address.has_value() || address->port == 0) {
    return Error{ErrorCode::kRefused, "--redis wants host:port or none, not " + flags.redis};
  }
  return cache::RedisOptions{address->host, address->port, flags.redis_password,
                             std::chrono::milliseconds(flags.redis_timeout_ms)};
}

}  // namespace dashboard2api
