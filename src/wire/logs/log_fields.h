// What the fields of a log document mean: which of the many spellings is the time, the level, the
// message, the trace it belongs to, and what Kubernetes, the Elastic Common Schema and rsyslog call
// what OpenTelemetry has a name for. docs/user/logs.md has the table for people. Pure function.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace spanhound::wire {

enum class LogField : uint8_t {
  kAttribute,
  kResource,  // an attribute of who wrote the line
  kTime,
  kSeverity,
  kBody,
  kTraceId,
  kSpanId,
  kFlags,
  kService,  // the name of the service, and nothing else
};
inline constexpr size_t kLogFieldCount = 9;

struct LogFieldRule {
  LogField field = LogField::kAttribute;
  // Of several fields of a kind the lowest counts; the others stay attributes.
  uint8_t rank = 0;
  // Of a resource attribute: how good a name for the service it is where nobody says one; 0: none.
  uint8_t service_rank = 0;
  // OpenTelemetry's name of an attribute.
  std::string name;
};

// `key`: members of objects joined with points, "kubernetes.labels.app".
LogFieldRule RuleOfLogField(std::string_view key);

}  // namespace spanhound::wire
