// grpc.health.v1.Health, what load balancers and Kubernetes ask: Check answers once, Watch stays
// open and says when the server stops.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "net/grpc/grpc_call.h"
#include "net/grpc/grpc_server.h"
#include "net/grpc/grpc_stream.h"

namespace spanhound::net {

inline constexpr std::string_view kHealthCheck = "/grpc.health.v1.Health/Check";
inline constexpr std::string_view kHealthWatch = "/grpc.health.v1.Health/Watch";

// `services` are those that exist; "" is the whole server.
GrpcHandler HealthCheck(std::vector<std::string> services);

class HealthWatch;

// The Watch calls of one loop, on its thread.
class HealthWatchers {
 public:
  // More than so many watch nothing: every one is a stream for ever.
  static constexpr size_t kWatchersMax = 1000;

  // A stopping server waits for the watches as for other `open_calls`.
  HealthWatchers(std::vector<std::string> services, GrpcOpenCalls& open_calls)
      : services_(std::move(services)), open_calls_(open_calls) {}
  void Begin(std::unique_ptr<GrpcStream> stream);
  // Tells all of them NOT_SERVING and ends them; those that come later are ended at once.
  void Stop();

 private:
  friend class HealthWatch;

  const std::vector<std::string> services_;
  GrpcOpenCalls& open_calls_;
  std::unordered_set<HealthWatch*> watches_;
  bool is_stopping_ = false;
};

}  // namespace spanhound::net
