#include "dashboard2api/kube/object_fields.h"

#include <algorithm>

#include "dashboard2api/kube/quantity.h"

namespace dashboard2api::kube {
namespace {

namespace pb = WeiYun::Dashboard2api;

std::int64_t CpuAt(const Json& amounts) { return CpuMillis(TextAt(amounts, "cpu")).value_or(0); }

std::int64_t MemoryAt(const Json& amounts) {
  return MemoryBytes(TextAt(amounts, "memory")).value_or(0);
}

// Name, namespace and creation time are in every kind; the setters have the same names.
template <typename Message>
void SetNames(const Json& object, Message* message) {
  const Json& metadata = At(object, "metadata");
  message->set_name(TextAt(metadata, "name"));
  message->set_name_space(TextAt(metadata, "namespace"));
  message->set_creation_timestamp(TextAt(metadata, "creationTimestamp"));
}

struct Amounts {
  std::int64_t cpu_millis = 0;
  std::int64_t memory_bytes = 0;
};

Amounts Read(const Json& amounts) { return {CpuAt(amounts), MemoryAt(amounts)}; }

Amounts Sum(const Amounts& a, const Amounts& b) {
  return {AddAmounts(a.cpu_millis, b.cpu_millis), AddAmounts(a.memory_bytes, b.memory_bytes)};
}

Amounts Larger(const Amounts& a, const Amounts& b) {
  return {std::max(a.cpu_millis, b.cpu_millis), std::max(a.memory_bytes, b.memory_bytes)};
}

// Containers and sidecars together, or the largest of those that run before them, each beside the
// sidecars that were started before it.
Amounts OfContainers(const Json& spec) {
  Amounts together;
  for (const Json& each : At(spec, "containers")) {
    together = Sum(together, Read(At(At(each, "resources"), "requests")));
  }
  Amounts sidecars;
  Amounts before;
  for (const Json& each : At(spec, "initContainers")) {
    const Amounts own = Read(At(At(each, "resources"), "requests"));
    before = Larger(before, Sum(sidecars, own));
    if (TextAt(each, "restartPolicy") == "Always") sidecars = Sum(sidecars, own);
  }
  return Larger(Sum(together, sidecars), before);
}

// What the scheduler reserves: what the pod asks for as a whole, else what its containers ask for;
// and what its runtime takes besides.
void SetRequests(const Json& spec, pb::Pod* pod) {
  Amounts requests = OfContainers(spec);
  const Json& whole = At(At(spec, "resources"), "requests");
  if (!At(whole, "cpu").is_null()) requests.cpu_millis = CpuAt(whole);
  if (!At(whole, "memory").is_null()) requests.memory_bytes = MemoryAt(whole);
  requests = Sum(requests, Read(At(spec, "overhead")));
  pod->set_cpu_requested_millis(requests.cpu_millis);
  pod->set_memory_requested_bytes(requests.memory_bytes);
}

// The reason of the pod itself, else of the first container that does not run.
std::string ReasonOf(const Json& status) {
  std::string reason = TextAt(status, "reason");
  for (const Json& each : At(status, "containerStatuses")) {
    const Json& state = At(each, "state");
    if (reason.empty()) reason = TextAt(At(state, "waiting"), "reason");
    if (reason.empty()) reason = TextAt(At(state, "terminated"), "reason");
  }
  return reason;
}

std::string PortText(const Json& port) {
  std::string text = std::to_string(CountAt(port, "port"));
  const std::int32_t node_port = CountAt(port, "nodePort");
  if (node_port != 0) text += ":" + std::to_string(node_port);
  const std::string protocol = TextAt(port, "protocol");
  return text + "/" + (protocol.empty() ? "TCP" : protocol);
}

}  // namespace

Object::Data ReadNameSpace(const Json& object) {
  const Json& metadata = At(object, "metadata");
  pb::NameSpace result;
  result.set_name(TextAt(metadata, "name"));
  result.set_phase(TextAt(At(object, "status"), "phase"));
  result.set_creation_timestamp(TextAt(metadata, "creationTimestamp"));
  const Json& labels = At(metadata, "labels");
  if (!labels.is_object()) return result;
  for (const auto& [key, value] : labels.items()) {
    if (value.is_string()) (*result.mutable_labels())[key] = value.get<std::string>();
  }
  return result;
}

Object::Data ReadNode(const Json& object) {
  const Json& status = At(object, "status");
  pb::Node result;
  result.set_name(TextAt(At(object, "metadata"), "name"));
  result.set_creation_timestamp(TextAt(At(object, "metadata"), "creationTimestamp"));
  result.set_unschedulable(BoolAt(At(object, "spec"), "unschedulable"));
  result.set_kubelet_version(TextAt(At(status, "nodeInfo"), "kubeletVersion"));
  result.set_cpu_millis(CpuAt(At(status, "allocatable")));
  result.set_memory_bytes(MemoryAt(At(status, "allocatable")));
  for (const Json& condition : At(status, "conditions")) {
    if (TextAt(condition, "type") == "Ready") {
      result.set_ready(TextAt(condition, "status") == "True");
    }
  }
  return result;
}

Object::Data ReadPod(const Json& object) {
  const Json& spec = At(object, "spec");
  const Json& status = At(object, "status");
  pb::Pod result;
  SetNames(object, &result);
  result.set_node(TextAt(spec, "nodeName"));
  result.set_phase(TextAt(status, "phase"));
  result.set_reason(ReasonOf(status));
  result.set_pod_ip(TextAt(status, "podIP"));
  const Json& containers = At(spec, "containers");
  result.set_containers(containers.is_array() ? static_cast<std::int32_t>(containers.size()) : 0);
  for (const Json& each : At(status, "containerStatuses")) {
    if (BoolAt(each, "ready")) result.set_containers_ready(result.containers_ready() + 1);
    const std::int64_t restarts = std::int64_t{result.restarts()} + CountAt(each, "restartCount");
    result.set_restarts(static_cast<std::int32_t>(std::min<std::int64_t>(restarts, INT32_MAX)));
  }
  SetRequests(spec, &result);
  return result;
}

Object::Data ReadDeployment(const Json& object) {
  const Json& status = At(object, "status");
  pb::Deployment result;
  SetNames(object, &result);
  result.set_replicas(CountAt(At(object, "spec"), "replicas"));
  result.set_ready(CountAt(status, "readyReplicas"));
  result.set_updated(CountAt(status, "updatedReplicas"));
  result.set_available(CountAt(status, "availableReplicas"));
  return result;
}

Object::Data ReadService(const Json& object) {
  const Json& spec = At(object, "spec");
  pb::Service result;
  SetNames(object, &result);
  result.set_type(TextAt(spec, "type"));
  result.set_cluster_ip(TextAt(spec, "clusterIP"));
  for (const Json& port : At(spec, "ports")) result.add_ports(PortText(port));
  return result;
}

}  // namespace dashboard2api::kube
