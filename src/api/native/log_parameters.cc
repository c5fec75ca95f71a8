#include "api/native/log_parameters.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "api/jaeger/id_text.h"
#include "api/jaeger/search_parameters.h"

namespace spanhound::api {
namespace {

constexpr uint64_t kLogLimitDefault = 1000;

struct Level {
  std::string_view name;
  uint8_t severity_number;  // OpenTelemetry has four numbers a level; this is the first
};
constexpr Level kLevels[] = {{"TRACE", 1}, {"DEBUG", 5},  {"INFO", 9},
                             {"WARN", 13}, {"ERROR", 17}, {"FATAL", 21}};
constexpr uint64_t kSeverityNumberMax = 24;

Status ParseLogIds(const net::HttpRequest& request, query::LogSearch* search) {
  if (const std::string_view text = request.query_value("traceID"); !text.empty()) {
    if (!ParseTraceId(text, &search->trace_id.emplace())) {
      return InvalidArgument("parameter 'traceID' must be 1 to 32 hexadecimal digits");
    }
  }
  if (const std::string_view text = request.query_value("spanID"); !text.empty()) {
    if (!ParseSpanId(text, &search->span_id.emplace())) {
      return InvalidArgument("parameter 'spanID' must be 1 to 16 hexadecimal digits");
    }
  }
  return Status::Ok();
}

Status ParseLogOrder(const net::HttpRequest& request, query::LogSearch* search) {
  const std::string_view order = request.query_value("order");
  if (!order.empty() && order != "newest" && order != "oldest") {
    return InvalidArgument("parameter 'order' must be newest or oldest");
  }
  search->newest_first = order != "oldest";
  return Status::Ok();
}

uint8_t NumberOfLevel(std::string_view name) {
  const auto same_letter = [](char upper, char any) {
    return upper == any || upper == any - 'a' + 'A';
  };
  for (const Level& level : kLevels) {
    if (std::ranges::equal(level.name, name, same_letter)) return level.severity_number;
  }
  return 0;
}

Status ParseMinSeverity(const net::HttpRequest& request, query::LogSearch* search) {
  const std::string_view text = request.query_value("minSeverity");
  search->min_severity_number = NumberOfLevel(text);
  if (text.empty() || search->min_severity_number != 0) return Status::Ok();
  const Result<uint64_t> number = ParseNumber(request, "minSeverity", 0);
  if (!number.ok() || *number > kSeverityNumberMax) {
    return InvalidArgument(
        "parameter 'minSeverity' must be TRACE, DEBUG, INFO, WARN, ERROR, FATAL or 0 to 24");
  }
  search->min_severity_number = static_cast<uint8_t>(*number);
  return Status::Ok();
}

}  // namespace

Result<query::LogSearch> ParseLogSearch(const net::HttpRequest& request) {
  query::LogSearch search;
  RETURN_IF_ERROR(ParseLogIds(request, &search));
  RETURN_IF_ERROR(ParseLogOrder(request, &search));
  RETURN_IF_ERROR(ParseMinSeverity(request, &search));
  search.text = request.query_value("text");
  search.after = request.query_value("after");
  search.service_name = request.query_value("service");
  ASSIGN_OR_RETURN(search.time, ParseTimeRange(request, UINT64_MAX, UINT64_MAX));
  ASSIGN_OR_RETURN(const uint64_t limit, ParseNumber(request, "limit", kLogLimitDefault));
  search.limit = static_cast<uint32_t>(std::min<uint64_t>(limit, UINT32_MAX));
  return search;
}

}  // namespace spanhound::api
