#include "dashboard2api/usage_job.h"

#include <utility>
#include <vector>

#include "dashboard2api/kube/metrics.h"
#include "service/unix_time.h"
#include "spanhound/log.h"
#include "spanhound/trace.h"

namespace dashboard2api {
namespace {

namespace pb = WeiYun::Dashboard2api;
namespace sdk = spanhound::sdk;
using service::Error;
using service::ErrorCode;
using service::Result;

constexpr auto kTimeout = std::chrono::seconds(5);

const sdk::AttributeKey<std::int64_t> kNodes("k8s.nodes");
const sdk::AttributeKey<std::int64_t> kNameSpaces("k8s.namespaces");

pb::Measurements ToMeasurements(const kube::UsageByName& usage) {
  pb::Measurements measurements;
  measurements.mutable_usage()->insert(usage.begin(), usage.end());
  return measurements;
}

}  // namespace

UsageJob::UsageJob(const kube::ApiAccess& access, cache::AnswerCache* cache, UsageBoard& board)
    : connection_(access), cache_(cache), board_(board) {}

void UsageJob::Run() {
  Result<MeasurementsByKind> measured = Measure();
  if (stopped_.load()) return;
  if (!measured.ok()) return Unmeasured(measured.error());
  if (!told_.empty()) SPANHOUND_INFO("cron: measures usage again");
  told_.clear();
  Keep(measured.value());
  board_.Publish(std::move(measured.value()));
}

void UsageJob::Stop() {
  stopped_ = true;
  connection_.Stop();
}

Result<MeasurementsByKind> UsageJob::Measure() {
  const Result<std::string> nodes =
      connection_.Get({kube::kNodeMetricsPath, kube::kNodeMetricsPath, kTimeout});
  if (!nodes.ok()) return nodes.error();
  const Result<std::string> pods =
      connection_.Get({kube::kPodMetricsPath, kube::kPodMetricsPath, kTimeout});
  if (!pods.ok()) return pods.error();
  const std::int64_t now_ms = service::UnixMs();
  const auto by_node = kube::ParseNodeMetrics(nodes.value(), now_ms);
  if (!by_node.ok()) return by_node.error();
  const auto by_name_space = kube::ParsePodMetrics(pods.value(), now_ms);
  if (!by_name_space.ok()) return by_name_space.error();

  MeasurementsByKind measurements;
  measurements[kNodeUsageKind] = ToMeasurements(by_node.value());
  for (const auto& [name_space, usage] : by_name_space.value()) {
    measurements[PodUsageKind(name_space)] = ToMeasurements(usage);
  }
  sdk::CurrentSpan().Set({kNodes(static_cast<std::int64_t>(by_node.value().size())),
                          kNameSpaces(static_cast<std::int64_t>(by_name_space.value().size()))});
  return measurements;
}

void UsageJob::Keep(const MeasurementsByKind& measurements) {
  if (cache_ == nullptr) return;
  std::vector<cache::CacheItem> items;
  for (const auto& [kind, each] : measurements) items.push_back({kind, each.SerializeAsString()});
  const auto done = cache_->Put(items);
  if (done.ok()) {
    SPANHOUND_INFO("cron: wrote {} measurements into Redis", items.size());
    return;
  }
  sdk::CurrentSpan().Fail(done.error().message, "redis");
  SPANHOUND_ERROR("cron: measurements are not in Redis: {}", done.error().message);
}

// What was measured before stays in Redis and, unless the metrics API is gone, on the board, with
// its time.
void UsageJob::Unmeasured(const Error& error) {
  const bool none = error.code == ErrorCode::kNotFound;
  const std::string text = none ? "the cluster has no metrics API (metrics-server)" : error.message;
  sdk::SpanRef span = sdk::CurrentSpan();
  if (none) {
    span.AddEvent(text);
    pb::Measurements gone;
    gone.set_missing(text);
    board_.Publish({{kNodeUsageKind, gone}});
  } else {
    span.Fail(text, "kubernetes");
    board_.NotMeasured("usage is not measured: " + text);
  }
  if (told_ == text) return;
  if (none) SPANHOUND_WARN("cron: measures no usage: {}", text);
  if (!none) SPANHOUND_ERROR("cron: measures no usage: {}", text);
  told_ = text;
}

}  // namespace dashboard2api
