// Where the Kubernetes API is and how to be let in: from a kubeconfig, from a pod's service account
// or from flags.
//
// Pure but for reading files; no exceptions. Failure: an Error that names the file and the field.
#pragma once

#include <string>
#include <string_view>

#include "service/result.h"

namespace dashboard2api::kube {

// PEM, either in a file that is read at each use, as certificates rotate, or in place.
struct Pem {
  std::string file = {};
  std::string data = {};
  bool empty() const { return file.empty() && data.empty(); }
};

struct ApiAccess {
  std::string url = "http://127.0.0.1:8001";  // kubectl proxy; http or https, without a path
  std::string token = {};
  std::string token_file = {};  // read at each request: tokens rotate. Wins over `token`.
  Pem ca = {};                  // empty: the system's
  Pem client_certificate = {};
  Pem client_key = {};
  std::string server_name = {};  // to expect in the certificate instead of the host
  bool skip_verification = false;
};

// Of the named context, "" for the current one.
service::Result<ApiAccess> AccessFromKubeconfig(const std::string& path,
                                                const std::string& context);

// Of a pod: `host` and `port` are KUBERNETES_SERVICE_HOST and _PORT, `mount` is where its service
// account's files are.
ApiAccess AccessInCluster(const std::string& host, const std::string& port,
                          const std::string& mount);
inline constexpr char kServiceAccountMount[] = "/var/run/secrets/kubernetes.io/serviceaccount";

// kRefused unless the URL is http or https, with a host and nothing behind the port.
service::Result<ApiAccess> Checked(ApiAccess access);

// The token to send now, "" for none.
std::string TokenOf(const ApiAccess& access);

}  // namespace dashboard2api::kube
