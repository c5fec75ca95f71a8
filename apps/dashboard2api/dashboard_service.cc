#include "dashboard2api/dashboard_service.h"

#include <string>
#include <utility>
#include <variant>

#include "spanhound/log.h"
#include "spanhound/trace.h"

namespace dashboard2api {
namespace {

namespace pb = WeiYun::Dashboard2api;
namespace sdk = spanhound::sdk;

const sdk::AttributeKey<std::string> kUsername("username");
const sdk::AttributeKey<std::int64_t> kNamespaces("namespaces");

void Copy(kube::NamespaceList list, pb::GetNameSpacesResponse* response) {
  response->set_resource_version(std::move(list.resource_version));
  for (kube::Namespace& each : list.items) {
    pb::NameSpace* name_space = response->add_name_spaces();
    name_space->set_name(std::move(each.name));
    name_space->set_phase(std::move(each.phase));
    name_space->set_creation_timestamp(std::move(each.creation_timestamp));
    name_space->mutable_labels()->insert(each.labels.begin(), each.labels.end());
  }
}

grpc::Status Failed(const kube::KubeError& error) {
  sdk::CurrentSpan().RecordError(error.message, "kubernetes");
  SPANHOUND_ERROR("GetNameSpaces failed: {}", error.message);
  return {error.unavailable ? grpc::StatusCode::UNAVAILABLE : grpc::StatusCode::INTERNAL,
          error.message};
}

}  // namespace

grpc::Status DashboardService::GetNameSpaces(grpc::ServerContext* context,
                                             const pb::GetNameSpacesRequest*,
                                             pb::GetNameSpacesResponse* response) {
  const std::string username = sdk::GetBaggage("username");
  sdk::CurrentSpan().Set(kUsername(username));
  SPANHOUND_INFO("GetNameSpaces for username={}", username);

  auto result = kube_.ListNamespaces([context] { return context->IsCancelled(); });
  if (const auto* error = std::get_if<kube::KubeError>(&result)) return Failed(*error);
  auto& list = std::get<kube::NamespaceList>(result);
  sdk::CurrentSpan().Set(kNamespaces(static_cast<std::int64_t>(list.items.size())));
  Copy(std::move(list), response);
  return grpc::Status::OK;
}

}  // namespace dashboard2api
