#include "dashboard2ui/answers_json.h"

#include <map>
#include <nlohmann/json.hpp>

namespace dashboard2ui {
namespace {

namespace pb = WeiYun::Dashboard2api;
using nlohmann::ordered_json;

// Texts come from other processes; what is no UTF-8 in them must not throw.
std::string Dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json SourceOf(const pb::Source& source) {
  ordered_json json = {{"name", source.name()},
                       {"asOfMs", source.as_of_ms()},
                       {"resourceVersion", source.resource_version()}};
  if (!source.warning().empty()) json["warning"] = source.warning();
  return json;
}

// Null where nothing was measured.
template <typename Item>
ordered_json UsageOf(const Item& item) {
  if (!item.has_usage()) return nullptr;
  return {{"cpuMillis", item.usage().cpu_millis()},
          {"memoryBytes", item.usage().memory_bytes()},
          {"measuredMs", item.usage().measured_ms()}};
}

ordered_json Requested(const auto& item) {
  return {{"cpuMillis", item.cpu_requested_millis()},
          {"memoryBytes", item.memory_requested_bytes()}};
}

}  // namespace

std::string ToJson(const pb::GetNameSpacesResponse& response) {
  ordered_json namespaces = ordered_json::array();
  for (const auto& each : response.name_spaces()) {
    ordered_json labels = ordered_json::object();
    const std::map<std::string, std::string> sorted(each.labels().begin(), each.labels().end());
    for (const auto& [key, value] : sorted) labels[key] = value;
    namespaces.push_back({{"name", each.name()},
                          {"resourceVersion", each.resource_version()},
                          {"phase", each.phase()},
                          {"created", each.creation_timestamp()},
                          {"labels", std::move(labels)}});
  }
  return Dump({{"source", SourceOf(response.source())},
               {"total", response.total()},
               {"namespaces", std::move(namespaces)}});
}

std::string ToJson(const pb::GetNodesResponse& response) {
  ordered_json nodes = ordered_json::array();
  for (const auto& each : response.nodes()) {
    nodes.push_back(
        {{"name", each.name()},
         {"resourceVersion", each.resource_version()},
         {"ready", each.ready()},
         {"unschedulable", each.unschedulable()},
         {"kubeletVersion", each.kubelet_version()},
         {"created", each.creation_timestamp()},
         {"pods", each.pods()},
         {"allocatable", {{"cpuMillis", each.cpu_millis()}, {"memoryBytes", each.memory_bytes()}}},
         {"requested", Requested(each)},
         {"usage", UsageOf(each)}});
  }
  return Dump({{"source", SourceOf(response.source())},
               {"usageMissing", response.usage_missing()},
               {"nodes", std::move(nodes)}});
}

std::string ToJson(const pb::GetPodsResponse& response) {
  ordered_json pods = ordered_json::array();
  for (const auto& each : response.pods()) {
    pods.push_back({{"name", each.name()},
                    {"resourceVersion", each.resource_version()},
                    {"namespace", each.name_space()},
                    {"node", each.node()},
                    {"phase", each.phase()},
                    {"reason", each.reason()},
                    {"podIP", each.pod_ip()},
                    {"containers", each.containers()},
                    {"containersReady", each.containers_ready()},
                    {"restarts", each.restarts()},
                    {"created", each.creation_timestamp()},
                    {"requested", Requested(each)},
                    {"usage", UsageOf(each)}});
  }
  return Dump({{"source", SourceOf(response.source())},
               {"usageMissing", response.usage_missing()},
               {"total", response.total()},
               {"pods", std::move(pods)}});
}

std::string ToJson(const pb::GetDeploymentsResponse& response) {
  ordered_json deployments = ordered_json::array();
  for (const auto& each : response.deployments()) {
    deployments.push_back({{"name", each.name()},
                           {"resourceVersion", each.resource_version()},
                           {"namespace", each.name_space()},
                           {"replicas", each.replicas()},
                           {"ready", each.ready()},
                           {"updated", each.updated()},
                           {"available", each.available()},
                           {"created", each.creation_timestamp()}});
  }
  return Dump({{"source", SourceOf(response.source())},
               {"total", response.total()},
               {"deployments", std::move(deployments)}});
}

std::string ToJson(const pb::GetServicesResponse& response) {
  ordered_json services = ordered_json::array();
  for (const auto& each : response.services()) {
    ordered_json ports = ordered_json::array();
    for (const std::string& port : each.ports()) ports.push_back(port);
    services.push_back({{"name", each.name()},
                        {"resourceVersion", each.resource_version()},
                        {"namespace", each.name_space()},
                        {"type", each.type()},
                        {"clusterIP", each.cluster_ip()},
                        {"ports", std::move(ports)},
                        {"created", each.creation_timestamp()}});
  }
  return Dump({{"source", SourceOf(response.source())},
               {"total", response.total()},
               {"services", std::move(services)}});
}

std::string ErrorJson(std::string_view code, std::string_view message, std::string_view trace_id) {
  return Dump({{"error", message}, {"code", code}, {"trace_id", trace_id}});
}

}  // namespace dashboard2ui
