// Sampling: which strategy the clients of each service get: from a file in Jaeger's format, or
// worked out from the traces that are stored (adaptive_sampling.h), renewed by a thread of its own.
// A file that became unreadable leaves the strategies as they were, is logged and counted. A file
// is for all tenants; adaptive strategies are each tenant's own, worked out for those that ask. Any
// thread may ask; the source is asked until this is gone.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/hash_map.h"
#include "base/metrics.h"
#include "base/status.h"
#include "ingest/adaptive_sampling.h"
#include "model/tenancy.h"
#include "net/grpc/grpc_server.h"
#include "net/http/http_router.h"
#include "wire/jaeger/sampling.h"

namespace spanhound::ingest {

// Tenants besides the default one that adaptive strategies are worked out for, each by a scan at
// every renewal; further ones get the initial probabilities, counted.
inline constexpr size_t kAdaptiveTenantsMax = 100;
// A tenant that has not asked for so long is forgotten; clients ask every minute.
inline constexpr int64_t kAdaptiveTenantSecondsMax = 600;

// Of the file; a typo may name a huge one. A strategy of one operation takes some 60 bytes.
inline constexpr size_t kStrategiesFileBytesMax = 16u << 20;

struct SamplingOptions {
  std::string strategies_file;        // "": Jaeger's default for every service
  uint32_t reload_interval_s = 0;     // of the file; 0: never, as with Jaeger
  bool is_adaptive = false;           // instead of a file
  uint32_t adaptive_interval_s = 60;  // how often probabilities are worked out anew
  AdaptiveSamplingOptions adaptive;
  model::Tenancy tenancy = model::Tenancy::kOff;
};

class Sampling {
 public:
  // Fails when the file is not there or broken. All but `options` outlive this.
  static Result<std::unique_ptr<Sampling>> Start(SamplingOptions options, store::ScanSource& source,
                                                 const Clock& clock, Metrics& metrics);
  ~Sampling();
  Sampling(const Sampling&) = delete;
  Sampling& operator=(const Sampling&) = delete;

  wire::SamplingStrategy StrategyOf(const std::string& tenant, const std::string& service);
  // Reads the file, or the stored traces, now.
  Status Renew();
  model::Tenancy tenancy() const { return options_.tenancy; }

 private:
  using StrategiesPtr = std::shared_ptr<const wire::SamplingStrategies>;
  // Of a tenant besides the default one, once it has asked.
  struct TenantStrategies {
    StrategiesPtr strategies;
    int64_t asked_nanos = 0;
    bool is_new = true;  // nothing was read for it yet
  };
  enum class Which { kAll, kNew };

  Sampling(SamplingOptions options, store::ScanSource& source, const Clock& clock,
           Metrics& metrics);
  StrategiesPtr StrategiesOf(const std::string& tenant);
  Result<wire::SamplingStrategies> ReadStrategies();
  Result<wire::SamplingStrategies> WorkOut(std::string_view tenant);
  Status RenewTenants(Which which);
  std::vector<std::string> TenantsToRenew(Which which);
  Status CountFailure(Status status);
  void RenewRegularly(uint32_t interval_s);

  const SamplingOptions options_;
  store::ScanSource& source_;
  const Clock& clock_;
  Counter& failures_;
  Counter& left_out_;
  Counter& tenants_left_out_;
  const StrategiesPtr initial_;
  std::mutex mutex_;
  std::condition_variable changed_;
  StrategiesPtr strategies_;             // guarded by mutex_: of the file, or the default tenant's
  StringMap<TenantStrategies> tenants_;  // guarded by mutex_
  bool has_new_tenant_ = false;          // guarded by mutex_
  bool is_stopping_ = false;             // guarded by mutex_
  std::thread renewer_;
};

// Where clients ask. `sampling` outlives the routers and handlers.
// Port 5778: GET /sampling and /baggageRestrictions, and / for the first clients.
void AddAgentSamplingRoutes(net::HttpRouter& router, Sampling& sampling);
// Port 14268: GET /api/sampling and /api/baggageRestrictions.
void AddCollectorSamplingRoutes(net::HttpRouter& router, Sampling& sampling);
// Port 14250.
inline constexpr std::string_view kGetSamplingStrategy =
    "/jaeger.api_v2.SamplingManager/GetSamplingStrategy";
std::pair<std::string, net::GrpcHandler> SamplingGrpcMethod(Sampling& sampling);

}  // namespace spanhound::ingest
