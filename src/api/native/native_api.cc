#include "api/native/native_api.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/jaeger/envelope.h"
#include "api/jaeger/id_text.h"
#include "api/jaeger/search_parameters.h"
#include "api/native/log_json.h"
#include "api/native/summary_json.h"

namespace spanhound::api {
namespace {

using net::HttpRequest;
using query::Engine;

constexpr uint64_t kLogLimitDefault = 1000;

Status ParseLogIds(const HttpRequest& request, query::LogSearch* search) {
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

Status ParseLogOrder(const HttpRequest& request, query::LogSearch* search) {
  const std::string_view order = request.query_value("order");
  if (!order.empty() && order != "newest" && order != "oldest") {
    return InvalidArgument("parameter 'order' must be newest or oldest");
  }
  search->newest_first = order != "oldest";
  return Status::Ok();
}

Result<query::LogSearch> ParseLogSearch(const HttpRequest& request) {
  query::LogSearch search;
  RETURN_IF_ERROR(ParseLogIds(request, &search));
  RETURN_IF_ERROR(ParseLogOrder(request, &search));
  search.service_name = request.query_value("service");
  ASSIGN_OR_RETURN(search.time, ParseTimeRange(request, UINT64_MAX, UINT64_MAX));
  ASSIGN_OR_RETURN(const uint64_t limit, ParseNumber(request, "limit", kLogLimitDefault));
  search.limit = static_cast<uint32_t>(std::min<uint64_t>(limit, UINT32_MAX));
  return search;
}

Result<Answer> ListLogs(Engine& engine, const HttpRequest& request) {
  ASSIGN_OR_RETURN(const query::LogSearch search, ParseLogSearch(request));
  ASSIGN_OR_RETURN(query::Logs logs, engine.FindLogs(search));
  // Shared, because a std::function must be copyable and a batch is not.
  auto shared = std::make_shared<query::Logs>(std::move(logs));
  const size_t count = shared->batch.records.size();
  auto write = [shared](JsonWriter& json) {
    json.BeginArray();
    for (const model::LogRecord& record : shared->batch.records) {
      WriteLogJson(json, shared->batch, record);
    }
    json.EndArray();
  };
  return Answer{std::move(write), count};
}

Result<Answer> ListTraceSummaries(Engine& engine, const HttpRequest& request) {
  ASSIGN_OR_RETURN(SearchParameters parameters,
                   ParseSearch(request, engine.clock().NowUnixNanos(), /*needs_service=*/false));
  std::vector<query::TraceSummary> summaries;
  if (parameters.trace_ids.empty()) {
    ASSIGN_OR_RETURN(summaries, engine.FindTraceSummaries(parameters.search));
  } else {
    ASSIGN_OR_RETURN(summaries, engine.SummarizeTraces(parameters.trace_ids));
  }
  const size_t count = summaries.size();
  auto write = [summaries = std::move(summaries)](JsonWriter& json) {
    json.BeginArray();
    for (const query::TraceSummary& summary : summaries) WriteSummaryJson(json, summary);
    json.EndArray();
  };
  return Answer{std::move(write), count};
}

}  // namespace

void AddNativeApiRoutes(net::HttpRouter& router, Engine& engine) {
  AddGetRoute(router, "/api/logs",
              [&engine](const HttpRequest& request) { return ListLogs(engine, request); });
  AddGetRoute(router, "/api/trace-summaries", [&engine](const HttpRequest& request) {
    return ListTraceSummaries(engine, request);
  });
}

}  // namespace spanhound::api
