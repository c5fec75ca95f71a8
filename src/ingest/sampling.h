// Sampling: which strategy the clients of each service get: from a file in Jaeger's format, or
// worked out from the traces that are stored (adaptive_sampling.h), renewed by a thread of its own.
// A file that became unreadable leaves the strategies as they were, is logged and counted. Any
// thread may ask; the source is asked until this is gone.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/metrics.h"
#include "base/status.h"
#include "ingest/adaptive_sampling.h"
#include "net/grpc_server.h"
#include "net/http_router.h"
#include "wire/sampling.h"

namespace spanhound::ingest {

struct SamplingOptions {
  std::string strategies_file;        // "": Jaeger's default for every service
  uint32_t reload_interval_s = 0;     // of the file; 0: never, as with Jaeger
  bool is_adaptive = false;           // instead of a file
  uint32_t adaptive_interval_s = 60;  // how often probabilities are worked out anew
  AdaptiveSamplingOptions adaptive;
};

class Sampling {
 public:
  // Fails when the file is not there or broken. All but `options` outlive this.
  static Result<std::unique_ptr<Sampling>> Start(SamplingOptions options, FileSystem& files,
                                                 store::ScanSource& source, const Clock& clock,
                                                 Metrics& metrics);
  ~Sampling();
  Sampling(const Sampling&) = delete;
  Sampling& operator=(const Sampling&) = delete;

  wire::SamplingStrategy StrategyOf(const std::string& service) const;
  // Reads the file, or the stored traces, now.
  Status Renew();

 private:
  Sampling(SamplingOptions options, FileSystem& files, store::ScanSource& source,
           const Clock& clock, Metrics& metrics);
  Result<wire::SamplingStrategies> ReadStrategies();
  void RenewRegularly(uint32_t interval_s);

  const SamplingOptions options_;
  FileSystem& files_;
  store::ScanSource& source_;
  const Clock& clock_;
  Counter& failures_;
  Counter& left_out_;
  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  std::shared_ptr<const wire::SamplingStrategies> strategies_;  // guarded by mutex_
  bool is_stopping_ = false;                                    // guarded by mutex_
  std::thread renewer_;
};

// Where clients ask. `sampling` outlives the routers and handlers.
// Port 5778: GET /sampling and /baggageRestrictions, and / for the first clients.
void AddAgentSamplingRoutes(net::HttpRouter& router, const Sampling& sampling);
// Port 14268: GET /api/sampling and /api/baggageRestrictions.
void AddCollectorSamplingRoutes(net::HttpRouter& router, const Sampling& sampling);
// Port 14250: SamplingManager/GetSamplingStrategy.
std::pair<std::string, net::GrpcHandler> SamplingGrpcMethod(const Sampling& sampling);

}  // namespace spanhound::ingest
