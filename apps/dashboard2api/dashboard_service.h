// The gRPC service of the back end.
#pragma once

#include "dashboard2api.grpc.pb.h"
#include "dashboard2api/kube/kube_client.h"

namespace dashboard2api {

class DashboardService final : public WeiYun::Dashboard2api::DashBoardService::Service {
 public:
  explicit DashboardService(const kube::KubeClient& kube) : kube_(kube) {}

  grpc::Status GetNameSpaces(grpc::ServerContext* context,
                             const WeiYun::Dashboard2api::GetNameSpacesRequest* request,
                             WeiYun::Dashboard2api::GetNameSpacesResponse* response) override;

 private:
  const kube::KubeClient& kube_;
};

}  // namespace dashboard2api
