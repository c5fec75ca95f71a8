// The gRPC service of the back end: names checked, the view asked, failures told.
//
// Threads: gRPC's.
#pragma once

#include "dashboard2api.grpc.pb.h"
#include "dashboard2api/cluster_view.h"

namespace dashboard2api {

class DashboardService final : public WeiYun::Dashboard2api::DashBoardService::Service {
 public:
  explicit DashboardService(const ClusterView& view) : view_(view) {}

  grpc::Status GetNameSpaces(grpc::ServerContext* context,
                             const WeiYun::Dashboard2api::GetNameSpacesRequest* request,
                             WeiYun::Dashboard2api::GetNameSpacesResponse* response) override;
  grpc::Status GetNodes(grpc::ServerContext* context,
                        const WeiYun::Dashboard2api::GetNodesRequest* request,
                        WeiYun::Dashboard2api::GetNodesResponse* response) override;
  grpc::Status GetPods(grpc::ServerContext* context,
                       const WeiYun::Dashboard2api::GetPodsRequest* request,
                       WeiYun::Dashboard2api::GetPodsResponse* response) override;
  grpc::Status GetDeployments(grpc::ServerContext* context,
                              const WeiYun::Dashboard2api::GetDeploymentsRequest* request,
                              WeiYun::Dashboard2api::GetDeploymentsResponse* response) override;
  grpc::Status GetServices(grpc::ServerContext* context,
                           const WeiYun::Dashboard2api::GetServicesRequest* request,
                           WeiYun::Dashboard2api::GetServicesResponse* response) override;

 private:
  const ClusterView& view_;
};

// What Kubernetes takes as the name of a namespace: 1 to 63 of a-z 0-9 -.
bool IsNameSpace(std::string_view name);

}  // namespace dashboard2api
