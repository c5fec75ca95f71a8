#include "api/jaeger/search_parameters.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "api/jaeger/go_duration.h"
#include "api/jaeger/id_text.h"
#include "api/jaeger/span_conditions.h"
#include "api/jaeger/tags_json.h"

namespace spanhound::api {
namespace {

constexpr uint64_t kWindowDefaultMicros = 2 * 86'400'000'000ull;  // two days, as Jaeger
constexpr uint64_t kNanosPerMicro = 1000;
constexpr uint64_t kMicrosMax = UINT64_MAX / kNanosPerMicro - 1;

Status BadParameter(std::string_view name, std::string_view problem) {
  return InvalidArgument("parameter '" + std::string(name) + "' " + std::string(problem));
}

Result<std::vector<model::TraceId>> ParseTraceIds(const net::HttpRequest& request) {
  std::vector<model::TraceId> ids;
  for (const auto& [name, value] : request.query) {
    if (name != "traceID" || value.empty()) continue;
    if (!ParseTraceId(value, &ids.emplace_back())) {
      return BadParameter(name, "must be 1 to 32 hexadecimal digits, not all zero");
    }
  }
  return ids;
}

// 0 if absent: Jaeger takes that for "any".
Result<uint64_t> ParseDuration(const net::HttpRequest& request, std::string_view name) {
  uint64_t nanos = 0;
  const std::string_view text = request.query_value(name);
  if (!text.empty() && !ParseGoDuration(text, &nanos)) {
    return BadParameter(name, "must be a duration such as 1.2s, 100ms or 500us");
  }
  return nanos;
}

Result<std::vector<Tag>> ParseTags(const net::HttpRequest& request) {
  std::vector<Tag> tags;
  for (const auto& [name, value] : request.query) {
    if (value.empty()) continue;
    if (name == "tag") {
      const size_t colon = value.find(':');
      if (colon == std::string::npos) return BadParameter(name, "must be key:value");
      tags.emplace_back(value.substr(0, colon), value.substr(colon + 1));
    } else if (name == "tags") {
      auto parsed = ParseTagsJson(value);
      if (!parsed.ok()) {
        return BadParameter(name, "is not a flat JSON object: " + parsed.status().message());
      }
      tags.insert(tags.end(), parsed->begin(), parsed->end());
    }
  }
  if (tags.size() > kTagsMax) return InvalidArgument("more than 100 tags");
  return tags;
}

Result<uint32_t> ParseLimit(const net::HttpRequest& request) {
  ASSIGN_OR_RETURN(const uint64_t limit, ParseNumber(request, "limit", kSearchLimitDefault));
  if (limit > UINT32_MAX) return BadParameter("limit", "is too large");
  return limit == 0 ? kSearchLimitDefault : static_cast<uint32_t>(limit);
}

}  // namespace

Result<query::traceql::Expression> ParseConditions(const net::HttpRequest& request,
                                                   bool needs_service) {
  SpanConditions conditions;
  conditions.service_name = request.query_value("service");
  if (conditions.service_name.empty() && needs_service) {
    return BadParameter("service", "is required");
  }
  conditions.operation_name = request.query_value("operation");
  ASSIGN_OR_RETURN(const uint64_t min, ParseDuration(request, "minDuration"));
  ASSIGN_OR_RETURN(const uint64_t max, ParseDuration(request, "maxDuration"));
  if (max != 0 && max < min) return BadParameter("maxDuration", "is less than 'minDuration'");
  conditions.duration_min_nanos = min;
  conditions.duration_max_nanos = max;
  ASSIGN_OR_RETURN(conditions.tags, ParseTags(request));
  return ConditionOf(conditions);
}

Result<uint64_t> ParseNumber(const net::HttpRequest& request, std::string_view name,
                             uint64_t absent) {
  const std::string_view text = request.query_value(name);
  if (text.empty()) return absent;
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return BadParameter(name, "must be a whole number, not negative");
  }
  return number;
}

Result<query::TimeRange> ParseTimeRange(const net::HttpRequest& request, uint64_t end_micros_absent,
                                        uint64_t window_micros) {
  ASSIGN_OR_RETURN(const uint64_t end, ParseNumber(request, "end", end_micros_absent));
  ASSIGN_OR_RETURN(const uint64_t start,
                   ParseNumber(request, "start", end - std::min(end, window_micros)));
  if (end < start) return BadParameter("end", "is before 'start'");
  if (start > kMicrosMax) return BadParameter("start", "is not in microseconds since 1970");
  query::TimeRange time;
  time.min_unix_nanos = start * kNanosPerMicro;
  // Spans are shown in whole microseconds, so all of the last one belongs to the range.
  if (end < kMicrosMax) time.max_unix_nanos = (end + 1) * kNanosPerMicro;
  return time;
}

Result<SearchParameters> ParseSearch(const net::HttpRequest& request, int64_t now_unix_nanos,
                                     bool needs_service) {
  SearchParameters out;
  ASSIGN_OR_RETURN(out.trace_ids, ParseTraceIds(request));
  if (!out.trace_ids.empty()) return out;
  const uint64_t now_micros = static_cast<uint64_t>(now_unix_nanos) / kNanosPerMicro;
  ASSIGN_OR_RETURN(out.search.time, ParseTimeRange(request, now_micros, kWindowDefaultMicros));
  ASSIGN_OR_RETURN(out.search.limit, ParseLimit(request));
  ASSIGN_OR_RETURN(out.search.filter, ParseConditions(request, needs_service));
  return out;
}

}  // namespace spanhound::api
