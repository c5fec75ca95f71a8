#include "dashboard2ui/namespaces_json.h"

#include <nlohmann/json.hpp>

namespace dashboard2ui {
namespace {

using nlohmann::ordered_json;

// Texts come from other processes; what is no UTF-8 in them must not throw.
std::string Dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string NamespacesJson(const WeiYun::Dashboard2api::GetNameSpacesResponse& response) {
  ordered_json namespaces = ordered_json::array();
  for (const auto& each : response.name_spaces()) {
    ordered_json labels = ordered_json::object();
    const std::map<std::string, std::string> sorted(each.labels().begin(), each.labels().end());
    for (const auto& [key, value] : sorted) labels[key] = value;
    namespaces.push_back({{"name", each.name()},
                          {"phase", each.phase()},
                          {"created", each.creation_timestamp()},
                          {"labels", std::move(labels)}});
  }
  return Dump(
      {{"resourceVersion", response.resource_version()}, {"namespaces", std::move(namespaces)}});
}

std::string ErrorJson(std::string_view code, std::string_view message, std::string_view trace_id) {
  return Dump({{"error", message}, {"code", code}, {"trace_id", trace_id}});
}

}  // namespace dashboard2ui
