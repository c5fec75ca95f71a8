#include "dashboard2api/kube/metrics.h"

#include <optional>

#include "dashboard2api/kube/json_fields.h"
#include "dashboard2api/kube/quantity.h"

namespace dashboard2api::kube {
namespace {

using service::Error;
using service::ErrorCode;
using service::Result;
using WeiYun::Dashboard2api::Usage;

// False if it is no usage: a part that cannot be read would be shown as nothing used.
bool Add(const Json& amounts, Usage* usage) {
  const std::optional<std::int64_t> cpu = CpuMillis(TextAt(amounts, "cpu"));
  const std::optional<std::int64_t> memory = MemoryBytes(TextAt(amounts, "memory"));
  if (!cpu.has_value() || !memory.has_value()) return false;
  usage->set_cpu_millis(AddAmounts(usage->cpu_millis(), *cpu));
  usage->set_memory_bytes(AddAmounts(usage->memory_bytes(), *memory));
  return true;
}

bool AddAll(const Json& containers, Usage* usage) {
  for (const Json& container : containers) {
    if (!Add(At(container, "usage"), usage)) return false;
  }
  return true;
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
    if (Add(At(item, "usage"), &usage)) result[TextAt(At(item, "metadata"), "name")] = usage;
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
    if (!AddAll(At(item, "containers"), &usage)) continue;
    result[TextAt(metadata, "namespace")][TextAt(metadata, "name")] = usage;
  }
  return result;
}

}  // namespace dashboard2api::kube
