// grpc.health.v1.Health, what load balancers and Kubernetes ask: Check answers once, Watch stays
// open and says when the server stops. HealthWatchers outlives its streams; any thread.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "net/grpc_server.h"

namespace spanhound::net {

inline constexpr std::string_view kHealthCheck = "/grpc.health.v1.Health/Check";
inline constexpr std::string_view kHealthWatch = "/grpc.health.v1.Health/Watch";

// `services` are those that exist; "" is the whole server.
GrpcHandler HealthCheck(std::vector<std::string> services);

class HealthWatch;

class HealthWatchers {
 public:
  // More than so many watch nothing: every one is a stream for ever.
  static constexpr size_t kWatchersMax = 1000;

  // A reactor for one Watch call, which deletes itself.
  grpc::ServerGenericBidiReactor* NewWatch(std::vector<std::string> services);
  // Tells all of them NOT_SERVING and ends them; those that come later are ended at once.
  void Stop();

 private:
  friend class HealthWatch;
  bool Add(HealthWatch* watch);
  void Remove(HealthWatch* watch);

  std::mutex mutex_;
  std::unordered_set<HealthWatch*> watches_;  // guarded by mutex_
  bool is_stopping_ = false;                  // guarded by mutex_
};

}  // namespace spanhound::net
