#include "container.h"

#include <fstream>
#include <string_view>
#include <utility>

namespace spanhound::sdk {
namespace {

constexpr std::size_t kIdCharacters = 64;

bool IsHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// The last run of exactly 64 hexadecimal digits.
std::string FindId(std::string_view line) {
  std::string found;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at;
    while (end < line.size() && IsHex(line[end])) ++end;
    if (end - at == kIdCharacters) found = line.substr(at, kIdCharacters);
    at = end + 1;
  }
  return found;
}

std::string IdInLines(const std::string& path, std::string_view only_with) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.find(only_with) == std::string::npos) continue;
    if (std::string id = FindId(line); !id.empty()) return id;
  }
  return "";
}

std::string FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace

std::map<std::string, std::string> ContainerAttributes(const std::string& root) {
  std::string id = IdInLines(root + "proc/self/cgroup", "");
  // The runtime mounts some files of the container out of a directory named by its id.
  if (id.empty()) id = IdInLines(root + "proc/self/mountinfo", "/containers/");
  if (id.empty()) id = IdInLines(root + "proc/self/mountinfo", "/hostname");
  if (id.empty()) return {};
  return {{"container.id", id}};
}

std::map<std::string, std::string> KubernetesAttributes(const std::string& root,
                                                        const Environment& environment) {
  static constexpr std::pair<const char*, const char*> kVariables[] = {
      {"POD_NAME", "k8s.pod.name"},
      {"POD_NAMESPACE", "k8s.namespace.name"},
      {"POD_UID", "k8s.pod.uid"},
      {"NODE_NAME", "k8s.node.name"},
      {"CONTAINER_NAME", "k8s.container.name"},
      {"CLUSTER_NAME", "k8s.cluster.name"}};
  if (!environment("KUBERNETES_SERVICE_HOST")) return {};
  std::map<std::string, std::string> attributes;
  for (const auto& [variable, key] : kVariables) {
    auto value = environment(std::string("K8S_") + variable);
    if (!value) value = environment(variable);
    if (value) attributes[key] = *value;
  }
  if (const auto host = environment("HOSTNAME")) attributes.try_emplace("k8s.pod.name", *host);
  const std::string space =
      FirstLine(root + "var/run/secrets/kubernetes.io/serviceaccount/namespace");
  if (!space.empty()) attributes.try_emplace("k8s.namespace.name", space);
  return attributes;
}

}  // namespace spanhound::sdk
