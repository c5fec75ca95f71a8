#include "wire/logs/log_fields.h"

#include <array>

#include "base/hash_map.h"
#include "model/semantic_names.h"

namespace spanhound::wire {
namespace {

constexpr std::string_view kHostName = "host.name";
constexpr std::string_view kContainerId = "container.id";
constexpr std::string_view kImageName = "container.image.name";

struct Known {
  std::string_view key;
  LogField field;
  uint8_t rank;
};
constexpr std::array kKnown = std::to_array<Known>({
    {"@timestamp", LogField::kTime, 0},
    {"timestamp", LogField::kTime, 1},
    {"time", LogField::kTime, 2},
    {"ts", LogField::kTime, 3},
    {"timereported", LogField::kTime, 4},  // rsyslog
    {"log.level", LogField::kSeverity, 0},
    {"level", LogField::kSeverity, 1},
    {"severity", LogField::kSeverity, 2},
    {"severity_text", LogField::kSeverity, 3},
    {"loglevel", LogField::kSeverity, 4},
    {"levelname", LogField::kSeverity, 5},
    {"lvl", LogField::kSeverity, 6},
    {"priority", LogField::kSeverity, 7},
    {"message", LogField::kBody, 0},
    {"msg", LogField::kBody, 1},
    {"log", LogField::kBody, 2},
    {"MESSAGE", LogField::kBody, 3},  // journald
    {"body", LogField::kBody, 4},
    {"trace_id", LogField::kTraceId, 0},
    {"traceId", LogField::kTraceId, 1},
    {"trace.id", LogField::kTraceId, 2},
    {"traceid", LogField::kTraceId, 3},
    {"traceID", LogField::kTraceId, 4},
    {"TraceId", LogField::kTraceId, 5},
    {"otelTraceID", LogField::kTraceId, 6},
    {"dd.trace_id", LogField::kTraceId, 7},
    {"span_id", LogField::kSpanId, 0},
    {"spanId", LogField::kSpanId, 1},
    {"span.id", LogField::kSpanId, 2},
    {"spanid", LogField::kSpanId, 3},
    {"spanID", LogField::kSpanId, 4},
    {"SpanId", LogField::kSpanId, 5},
    {"otelSpanID", LogField::kSpanId, 6},
    {"dd.span_id", LogField::kSpanId, 7},
    {"transaction.id", LogField::kSpanId, 8},  // Elastic's span of the service's entry
    {"trace_flags", LogField::kFlags, 0},
    {"traceFlags", LogField::kFlags, 1},
    {model::kServiceName, LogField::kService, 1},
    {"service", LogField::kService, 2},
    {"service_name", LogField::kService, 3},
    {"serviceName", LogField::kService, 4},
    {"programname", LogField::kService, 5},        // rsyslog
    {"SYSLOG_IDENTIFIER", LogField::kService, 6},  // journald
});

struct Renamed {
  std::string_view key;
  std::string_view name;
  LogField field;
  uint8_t service_rank;
};
constexpr std::array kRenamed = std::to_array<Renamed>({
    {"stream", "log.iostream", LogField::kAttribute, 0},
    {"error.message", "exception.message", LogField::kAttribute, 0},
    {"error.stack_trace", "exception.stacktrace", LogField::kAttribute, 0},
    {"host", kHostName, LogField::kResource, 0},
    {"hostname", kHostName, LogField::kResource, 0},
    {"fromhost", kHostName, LogField::kResource, 0},
    {"kubernetes.pod_name", "k8s.pod.name", LogField::kResource, 0},
    {"kubernetes.pod_id", "k8s.pod.uid", LogField::kResource, 0},
    {"kubernetes.namespace_name", "k8s.namespace.name", LogField::kResource, 0},
    {"kubernetes.namespace", "k8s.namespace.name", LogField::kResource, 0},
    {"kubernetes.host", "k8s.node.name", LogField::kResource, 0},
    {"kubernetes.docker_id", kContainerId, LogField::kResource, 0},
    {"kubernetes.container_image", kImageName, LogField::kResource, 0},
    {"kubernetes.container.image", kImageName, LogField::kResource, 0},
    {"kubernetes.container_name", "k8s.container.name", LogField::kResource, 24},
    {"kubernetes.container.name", "k8s.container.name", LogField::kResource, 24},
    {"kubernetes.deployment.name", "k8s.deployment.name", LogField::kResource, 23},
    {"kubernetes.labels.app", "k8s.pod.label.app", LogField::kResource, 21},
    {"kubernetes.labels.k8s-app", "k8s.pod.label.k8s-app", LogField::kResource, 22},
    {"kubernetes.labels.app.kubernetes.io/name", "k8s.pod.label.app.kubernetes.io/name",
     LogField::kResource, 20},
    {"kubernetes.labels.app_kubernetes_io/name", "k8s.pod.label.app.kubernetes.io/name",
     LogField::kResource, 20},
});

// The rest of the key stays. The first that fits counts.
struct Prefix {
  std::string_view key;
  std::string_view name;
};
constexpr std::array kResourcePrefixes = std::to_array<Prefix>({
    {"kubernetes.labels.", "k8s.pod.label."},
    {"kubernetes.annotations.", "k8s.pod.annotation."},
    {"kubernetes.", "k8s."},
    {"service.", "service."},
    {"host.", "host."},
    {"container.", "container."},
});

StringMap<LogFieldRule> BuildRules() {
  StringMap<LogFieldRule> rules;
  for (const Known& known : kKnown) {
    rules[std::string(known.key)] = {known.field, known.rank, 0, std::string(known.key)};
  }
  for (const Renamed& renamed : kRenamed) {
    rules[std::string(renamed.key)] = {renamed.field, 0, renamed.service_rank,
                                       std::string(renamed.name)};
  }
  return rules;
}

}  // namespace

LogFieldRule RuleOfLogField(std::string_view key) {
  static const StringMap<LogFieldRule> kRules = BuildRules();
  if (const auto rule = kRules.find(key); rule != kRules.end()) return rule->second;
  for (const Prefix& prefix : kResourcePrefixes) {
    if (!key.starts_with(prefix.key)) continue;
    return {LogField::kResource, 0, 0,
            std::string(prefix.name).append(key.substr(prefix.key.size()))};
  }
  return {LogField::kAttribute, 0, 0, std::string(key)};
}

}  // namespace spanhound::wire
