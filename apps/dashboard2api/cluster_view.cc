#include "dashboard2api/cluster_view.h"

#include <map>
#include <utility>
#include <variant>

#include "dashboard2api/kube/quantity.h"
#include "spanhound/log.h"
#include "spanhound/trace.h"

namespace dashboard2api {
namespace {

namespace pb = WeiYun::Dashboard2api;
namespace sdk = spanhound::sdk;
using cache::Cached;
using kube::Resource;
using kube::Snapshot;
using service::Error;
using service::ErrorCode;
using service::Result;

const sdk::AttributeKey<std::int64_t> kObjects("k8s.objects");

void MayBeOld(const std::string& why, pb::Source* source) {
  source->set_warning(why);
  sdk::CurrentSpan().AddEvent("answer may be old", {{"reason", why}});
  SPANHOUND_WARN("the answer may be old: {}", why);
}

void SetSource(const Snapshot& snapshot, pb::Source* source) {
  source->set_name("informer");
  source->set_as_of_ms(snapshot.as_of_ms);
  source->set_resource_version(snapshot.resource_version);
  if (!snapshot.problem.empty()) MayBeOld(snapshot.problem, source);
}

// False if the bytes are no such answer.
template <typename Response>
bool Decode(const Cached& cached, Response* response) {
  sdk::SpanOptions options;
  if (cached.writer.IsValid()) options.links = {cached.writer};
  sdk::Span span("cache decode", {}, options);
  if (!response->ParseFromString(cached.payload)) {
    span.Fail("what Redis has is no such answer", "redis");
    return false;
  }
  response->mutable_source()->set_name("redis");
  return true;
}

template <typename Item>
void SetUsage(const pb::Measurements& measurements, Item* item) {
  const auto found = measurements.usage().find(item->name());
  if (found != measurements.usage().end()) *item->mutable_usage() = found->second;
}

// Finished pods no longer use what they asked for.
void AddRequests(const pb::Pod& pod, pb::Node* node) {
  if (pod.phase() == "Succeeded" || pod.phase() == "Failed") return;
  node->set_pods(node->pods() + 1);
  node->set_cpu_requested_millis(
      kube::AddAmounts(node->cpu_requested_millis(), pod.cpu_requested_millis()));
  node->set_memory_requested_bytes(
      kube::AddAmounts(node->memory_requested_bytes(), pod.memory_requested_bytes()));
}

}  // namespace

ClusterView::ClusterView(const kube::Informer& informer, cache::AnswerCache* cache,
                         const UsageBoard& board)
    : informer_(informer), cache_(cache), board_(board) {}

template <typename Response>
Result<Response> ClusterView::Read(const std::string& kind, const std::optional<Cached>& cached,
                                   const std::function<Result<Response>()>& build) const {
  Response response;
  if (cached.has_value() && cached->fresh && Decode(*cached, &response)) return response;
  Result<Response> built = build();
  if (built.ok()) {
    Keep(kind, built.value().SerializeAsString());
    return built;
  }
  const bool nobody_knows = built.error().code == ErrorCode::kUnavailable;
  if (!nobody_knows || !cached.has_value() || !Decode(*cached, &response)) return built;
  MayBeOld(built.error().message, response.mutable_source());
  return response;
}

ClusterView::Looked ClusterView::Look(const std::string& kind,
                                      const std::string& usage_kind) const {
  Looked looked;
  std::optional<Cached> measured;
  if (cache_ != nullptr) {
    std::vector<std::string> kinds = {kind};
    if (!usage_kind.empty()) kinds.push_back(usage_kind);
    auto found = cache_->Get(kinds);
    if (found.ok()) {
      looked.answer = std::move(found.value().front());
      if (!usage_kind.empty()) measured = std::move(found.value().back());
    } else {
      sdk::CurrentSpan().AddEvent("Redis bypassed", {{"reason", found.error().message}});
      SPANHOUND_WARN("goes on without Redis: {}", found.error().message);
    }
  }
  if (measured.has_value() && looked.usage.ParseFromString(measured->payload)) return looked;
  if (!usage_kind.empty()) looked.usage = board_.Read(usage_kind);
  return looked;
}

// The answer is there whether or not Redis takes it.
void ClusterView::Keep(const std::string& kind, const std::string& payload) const {
  if (cache_ == nullptr) return;
  const auto done = cache_->Put({{kind, payload}});
  if (!done.ok()) SPANHOUND_WARN("not kept in Redis: {}", done.error().message);
}

Result<Snapshot> ClusterView::FromInformer(Resource resource, const std::string& name_space,
                                           std::size_t count_max) const {
  sdk::Span span("informer read " + std::string(kube::NameOf(resource)));
  Snapshot snapshot = informer_.Read(resource, name_space, count_max);
  span.Set(kObjects(static_cast<std::int64_t>(snapshot.total)));
  if (!snapshot.synced) {
    span.Fail(snapshot.problem, "kubernetes");
    return Error{ErrorCode::kUnavailable, snapshot.problem};
  }
  if (name_space.empty() || snapshot.total > 0) return snapshot;
  const Snapshot all = informer_.Read(Resource::kNamespaces, "", kube::kObjectsMax);
  for (const auto& each : all.objects) {
    if (each->name == name_space) return snapshot;
  }
  if (!all.synced) return snapshot;  // then nobody can say that it is not there
  return Error{ErrorCode::kNotFound, "there is no namespace " + name_space};
}

// An answer of what one list of the informer has; `add` appends to its items.
template <typename Response, typename Item>
Result<Response> ClusterView::Build(Resource resource, const std::string& name_space,
                                    Item* (Response::*add)()) const {
  const Result<Snapshot> snapshot = FromInformer(resource, name_space, kItemsMax);
  if (!snapshot.ok()) return snapshot.error();
  Response response;
  for (const auto& each : snapshot.value().objects) {
    *(response.*add)() = std::get<Item>(each->data);
  }
  response.set_total(static_cast<std::int32_t>(snapshot.value().total));
  SetSource(snapshot.value(), response.mutable_source());
  return response;
}

Result<pb::GetNameSpacesResponse> ClusterView::NameSpaces() const {
  using Response = pb::GetNameSpacesResponse;
  return Read<Response>("namespaces", Look("namespaces", "").answer, [this] {
    return Build(Resource::kNamespaces, "", &Response::add_name_spaces);
  });
}

Result<pb::GetNodesResponse> ClusterView::BuildNodes() const {
  const Result<Snapshot> nodes = FromInformer(Resource::kNodes, "", kItemsMax);
  if (!nodes.ok()) return nodes.error();
  const Result<Snapshot> pods = FromInformer(Resource::kPods, "", kube::kObjectsMax);
  pb::GetNodesResponse response;
  std::map<std::string, pb::Node*> by_name;
  for (const auto& each : nodes.value().objects) {
    pb::Node* node = response.add_nodes();
    *node = std::get<pb::Node>(each->data);
    by_name[node->name()] = node;
  }
  if (pods.ok()) {
    for (const auto& each : pods.value().objects) {
      const pb::Pod& pod = std::get<pb::Pod>(each->data);
      const auto found = by_name.find(pod.node());
      if (found != by_name.end()) AddRequests(pod, found->second);
    }
  }
  SetSource(nodes.value(), response.mutable_source());
  return response;
}

Result<pb::GetNodesResponse> ClusterView::Nodes() const {
  using Response = pb::GetNodesResponse;
  const Looked looked = Look("nodes", kNodeUsageKind);
  Result<Response> response =
      Read<Response>("nodes", looked.answer, [this] { return BuildNodes(); });
  if (!response.ok()) return response;
  for (pb::Node& each : *response.value().mutable_nodes()) SetUsage(looked.usage, &each);
  response.value().set_usage_missing(board_.WhyNotMeasured());
  return response;
}

Result<pb::GetPodsResponse> ClusterView::Pods(const std::string& name_space) const {
  using Response = pb::GetPodsResponse;
  const std::string kind = "pods:" + name_space;
  const Looked looked = Look(kind, PodUsageKind(name_space));
  Result<Response> response = Read<Response>(kind, looked.answer, [this, &name_space] {
    return Build(Resource::kPods, name_space, &Response::add_pods);
  });
  if (!response.ok()) return response;
  for (pb::Pod& each : *response.value().mutable_pods()) SetUsage(looked.usage, &each);
  response.value().set_usage_missing(board_.WhyNotMeasured());
  return response;
}

Result<pb::GetDeploymentsResponse> ClusterView::Deployments(const std::string& name_space) const {
  using Response = pb::GetDeploymentsResponse;
  const std::string kind = "deployments:" + name_space;
  return Read<Response>(kind, Look(kind, "").answer, [this, &name_space] {
    return Build(Resource::kDeployments, name_space, &Response::add_deployments);
  });
}

Result<pb::GetServicesResponse> ClusterView::Services(const std::string& name_space) const {
  using Response = pb::GetServicesResponse;
  const std::string kind = "services:" + name_space;
  return Read<Response>(kind, Look(kind, "").answer, [this, &name_space] {
    return Build(Resource::kServices, name_space, &Response::add_services);
  });
}

}  // namespace dashboard2api
