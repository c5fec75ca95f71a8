#include "dashboard2api/dashboard_service.h"

#include <algorithm>
#include <string>
#include <utility>

#include "spanhound/log.h"
#include "spanhound/trace.h"

namespace dashboard2api {
namespace {

namespace pb = WeiYun::Dashboard2api;
namespace sdk = spanhound::sdk;
using service::ErrorCode;
using service::Result;

const sdk::AttributeKey<std::string> kUsername("username");
const sdk::AttributeKey<std::string> kNameSpace("k8s.namespace.name");
const sdk::AttributeKey<std::int64_t> kItems("items");
const sdk::AttributeKey<std::string> kSource("source");

void Begin(const char* method, const std::string& name_space) {
  const std::string username = sdk::GetBaggage("username");
  sdk::CurrentSpan().Set(kUsername(username));
  if (!name_space.empty()) sdk::CurrentSpan().Set(kNameSpace(name_space));
  SPANHOUND_INFO("{}{}{} for username={}", method, name_space.empty() ? "" : " ", name_space,
                 username);
}

grpc::StatusCode CodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnavailable:
    case ErrorCode::kUnreachable: return grpc::StatusCode::UNAVAILABLE;
    case ErrorCode::kNotFound: return grpc::StatusCode::NOT_FOUND;
    default: return grpc::StatusCode::INTERNAL;
  }
}

// `items` is the repeated field of the response.
template <typename Response>
grpc::Status Finish(Result<Response> result, int items, Response* response) {
  if (!result.ok()) {
    const service::Error& error = result.error();
    if (error.code == ErrorCode::kNotFound) {
      SPANHOUND_WARN("not found: {}", error.message);
    } else {
      sdk::CurrentSpan().RecordError(error.message, "kubernetes");
      SPANHOUND_ERROR("no answer: {}", error.message);
    }
    return {CodeOf(error.code), error.message};
  }
  *response = std::move(result.value());
  sdk::CurrentSpan().Set({kItems(items), kSource(response->source().name())});
  return grpc::Status::OK;
}

grpc::Status NoNameSpace() {
  return {grpc::StatusCode::INVALID_ARGUMENT, "a namespace is 1 to 63 of a-z 0-9 -"};
}

}  // namespace

bool IsNameSpace(std::string_view name) {
  constexpr std::size_t kBytesMax = 63;
  return !name.empty() && name.size() <= kBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

grpc::Status DashboardService::GetNameSpaces(grpc::ServerContext*, const pb::GetNameSpacesRequest*,
                                             pb::GetNameSpacesResponse* response) {
  Begin("GetNameSpaces", "");
  auto result = view_.NameSpaces();
  const int items = result.ok() ? result.value().name_spaces_size() : 0;
  return Finish(std::move(result), items, response);
}

grpc::Status DashboardService::GetNodes(grpc::ServerContext*, const pb::GetNodesRequest*,
                                        pb::GetNodesResponse* response) {
  Begin("GetNodes", "");
  auto result = view_.Nodes();
  const int items = result.ok() ? result.value().nodes_size() : 0;
  return Finish(std::move(result), items, response);
}

grpc::Status DashboardService::GetPods(grpc::ServerContext*, const pb::GetPodsRequest* request,
                                       pb::GetPodsResponse* response) {
  if (!IsNameSpace(request->name_space())) return NoNameSpace();
  Begin("GetPods", request->name_space());
  auto result = view_.Pods(request->name_space());
  const int items = result.ok() ? result.value().pods_size() : 0;
  return Finish(std::move(result), items, response);
}

grpc::Status DashboardService::GetDeployments(grpc::ServerContext*,
                                              const pb::GetDeploymentsRequest* request,
                                              pb::GetDeploymentsResponse* response) {
  if (!IsNameSpace(request->name_space())) return NoNameSpace();
  Begin("GetDeployments", request->name_space());
  auto result = view_.Deployments(request->name_space());
  const int items = result.ok() ? result.value().deployments_size() : 0;
  return Finish(std::move(result), items, response);
}

grpc::Status DashboardService::GetServices(grpc::ServerContext*,
                                           const pb::GetServicesRequest* request,
                                           pb::GetServicesResponse* response) {
  if (!IsNameSpace(request->name_space())) return NoNameSpace();
  Begin("GetServices", request->name_space());
  auto result = view_.Services(request->name_space());
  const int items = result.ok() ? result.value().services_size() : 0;
  return Finish(std::move(result), items, response);
}

}  // namespace dashboard2api
