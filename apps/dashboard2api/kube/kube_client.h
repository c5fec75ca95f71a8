// Reads from a Kubernetes API server; every request is a client span.
//
// Threads: any. Failure: a KubeError that says whose fault it is.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "dashboard2api/kube/namespace_list.h"
#include "spanhound/http_client.h"

namespace dashboard2api::kube {

struct KubeOptions {
  std::string url = "http://127.0.0.1:8001";  // kubectl proxy
  std::string token_file = {};                // bearer token, read anew per request: tokens rotate
  int page_size = 500;                        // what kubectl asks for
};

struct KubeError {
  bool unavailable;  // true: does not answer or cannot serve now; false: answers with a refusal
  std::string message;
};

struct NamespaceList {
  std::vector<Namespace> items;
  std::string resource_version;
};

class KubeClient {
 public:
  // nullopt if the URL is not http://host[:port].
  static std::optional<KubeClient> Create(KubeOptions options);

  // Follows the list's pages until the end, or until `is_cancelled` says nobody waits any more.
  std::variant<NamespaceList, KubeError> ListNamespaces(
      const std::function<bool()>& is_cancelled) const;

 private:
  KubeClient(KubeOptions options, spanhound::sdk::TracedHttpClient http)
      : options_(std::move(options)), http_(std::move(http)) {}

  spanhound::sdk::HttpClientResponse GetPage(const std::string& continue_token) const;
  KubeError ErrorOf(const spanhound::sdk::HttpClientResponse& response) const;

  KubeOptions options_;
  spanhound::sdk::TracedHttpClient http_;
};

}  // namespace dashboard2api::kube
