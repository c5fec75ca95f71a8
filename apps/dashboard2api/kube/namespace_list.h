// JSON of the Kubernetes API that the dashboard reads. Pure functions; any input, no exceptions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dashboard2api::kube {

struct Namespace {
  std::string name;
  std::string phase;
  std::string creation_timestamp;
  std::map<std::string, std::string> labels;
};

struct NamespacePage {
  std::vector<Namespace> items;
  std::string resource_version;
  std::string continue_token;  // not empty: there is more, however many items came
};

// nullopt if it is no NamespaceList.
std::optional<NamespacePage> ParseNamespacePage(std::string_view json);

// The message of a Status object, which the API server answers errors with; "" if it is none.
std::string StatusMessage(std::string_view json);

}  // namespace dashboard2api::kube
