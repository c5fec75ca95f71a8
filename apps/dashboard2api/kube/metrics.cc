#include "dashboard2api/kube/metrics.h"

#include "dashboard2api/kube/json_fields.h"
#include "dashboard2api/kube/quantity.h"

namespace dashboard2api::kube {
namespace {

using service::Error;
using service::ErrorCode;
using service::Result;
using WeiYun::Dashboard2api::Usage;

void Add(const Json& amounts, Usage* usage) {
  const std::int64_t cpu = CpuMillis(TextAt(amounts, "cpu")).value_or(0);
  const std::int64_t memory = MemoryBytes(TextAt(amounts, "memory")).value_or(0);
  usage->set_cpu_millis(AddAmounts(usage->cpu_millis(), cpu));
  usage->set_memory_bytes(AddAmounts(usage->memory_bytes(), memory));
}

Error NoList(const char* kind) {
  return {ErrorCode::kRefused, std::string("the metrics API sent no ") + kind};
}

}  // namespace

Result<UsageByName> ParseNodeMetrics(std::string_view text, std::int64_t now_ms) {
  const Json list = ParseJson(text);
  if (TextAt(list, "kind") != "NodeMetricsList") return NoList("NodeMetricsList");
  UsageByName result;
  for (const Json& item : At(list, "items")) {
    Usage usage;
    usage.set_measured_ms(now_ms);
    Add(At(item, "usage"), &usage);
    result[TextAt(At(item, "metadata"), "name")] = usage;
  }
  return result;
}

Result<std::map<std::string, UsageByName>> ParsePodMetrics(std::string_view text,
                                                           std::int64_t now_ms) {
  const Json list = ParseJson(text);
  if (TextAt(list, "kind") != "PodMetricsList") return NoList("PodMetricsList");
  std::map<std::string, UsageByName> result;
  for (const Json& item : At(list, "items")) {
    const Json& metadata = At(item, "metadata");
    Usage usage;
    usage.set_measured_ms(now_ms);
    for (const Json& container : At(item, "containers")) Add(At(container, "usage"), &usage);
    result[TextAt(metadata, "namespace")][TextAt(metadata, "name")] = usage;
  }
  return result;
}

}  // namespace dashboard2api::kube
