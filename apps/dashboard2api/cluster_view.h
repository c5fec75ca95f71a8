// What the dashboard shows, put together: from Redis while it is fresh there, else from the
// informer (and then written into Redis), else from Redis however old. Usage comes from Redis or,
// when that is down, from the board of the cron job.
//
// Every step is a span below the current one; decoding what Redis had is linked to the trace that
// wrote it. What does not work is told in span, log and the answer's warning.
//
// Threads: any. Failure: kUnavailable (nobody has it), kNotFound (no such namespace).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "dashboard2api.pb.h"
#include "dashboard2api/cache/answer_cache.h"
#include "dashboard2api/kube/informer.h"
#include "dashboard2api/usage_board.h"
#include "service/result.h"

namespace dashboard2api {

// Of one answer: about 1 MiB of pods.
inline constexpr std::size_t kItemsMax = 5000;

class ClusterView {
 public:
  // `cache` may be null: no Redis.
  ClusterView(const kube::Informer& informer, cache::AnswerCache* cache, const UsageBoard& board);

  service::Result<WeiYun::Dashboard2api::GetNameSpacesResponse> NameSpaces() const;
  service::Result<WeiYun::Dashboard2api::GetNodesResponse> Nodes() const;
  service::Result<WeiYun::Dashboard2api::GetPodsResponse> Pods(const std::string& name_space) const;
  service::Result<WeiYun::Dashboard2api::GetDeploymentsResponse> Deployments(
      const std::string& name_space) const;
  service::Result<WeiYun::Dashboard2api::GetServicesResponse> Services(
      const std::string& name_space) const;

 private:
  // What Redis has under the answer's kind and, with usage, under that of its measurements.
  struct Looked {
    std::optional<cache::Cached> answer;
    WeiYun::Dashboard2api::Measurements usage;
  };

  template <typename Response>
  service::Result<Response> Read(const std::string& kind,
                                 const std::optional<cache::Cached>& cached,
                                 const std::function<service::Result<Response>()>& build) const;
  Looked Look(const std::string& kind, const std::string& usage_kind) const;
  void Keep(const std::string& kind, const std::string& payload) const;
  service::Result<kube::Snapshot> FromInformer(kube::Resource resource,
                                               const std::string& name_space,
                                               std::size_t count_max) const;
  template <typename Response, typename Item>
  service::Result<Response> Build(kube::Resource resource, const std::string& name_space,
                                  Item* (Response::*add)()) const;
  service::Result<WeiYun::Dashboard2api::GetNodesResponse> BuildNodes() const;

  const kube::Informer& informer_;
  cache::AnswerCache* const cache_;
  const UsageBoard& board_;
};

}  // namespace dashboard2api
