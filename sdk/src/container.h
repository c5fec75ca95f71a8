// The container and the Kubernetes pod this process runs in, if any.
//
// `root` is "/"; tests have a directory of their own. Failure: what cannot be found out is absent.
#pragma once

#include <map>
#include <string>

#include "environment.h"

namespace spanhound::sdk {

// container.id, from the control group's path or, with version 2, from the mounts.
std::map<std::string, std::string> ContainerAttributes(const std::string& root);

// k8s.* from the variables people set by the downward API (POD_NAME, POD_NAMESPACE, POD_UID,
// NODE_NAME, CONTAINER_NAME, each also with K8S_ before), else from what every pod has. Empty
// outside a cluster.
std::map<std::string, std::string> KubernetesAttributes(const std::string& root,
                                                        const Environment& environment);

}  // namespace spanhound::sdk
