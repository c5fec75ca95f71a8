// What dashboard2api can be told, by flag or environment variable.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "dashboard2api/cache/redis_client.h"
#include "dashboard2api/kube/api_access.h"
#include "dashboard2api/kube/reflector.h"
#include "service/result.h"

namespace dashboard2api {

struct Flags {
  std::string listen = "127.0.0.1:6337";
  std::string log_file;

  std::string kube_url;
  std::string kube_token_file;
  std::string kube_ca_file;
  std::string kubeconfig;
  std::string kube_context;
  int kube_page_size = 500;
  int kube_retry_ms = 10'000;

  std::string redis = "127.0.0.1:6379";
  std::string redis_password;
  int redis_timeout_ms = 50;
  int cache_seconds = 5;
  int cron_seconds = 10;
};

void AddTo(CLI::App& app, Flags& flags);

// Where the Kubernetes API is: --kube-url, else --kubeconfig, else in a pod the pod's cluster, else
// kubectl proxy.
service::Result<kube::ApiAccess> KubeAccess(const Flags& flags);

kube::ReflectorOptions ReflectorOptionsOf(const Flags& flags);

// kRefused if --redis is not host:port.
service::Result<cache::RedisOptions> RedisOptionsOf(const Flags& flags);

}  // namespace dashboard2api
