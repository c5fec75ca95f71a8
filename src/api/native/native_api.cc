#include "api/native/native_api.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/jaeger/envelope.h"
#include "api/jaeger/search_parameters.h"
#include "api/native/attribute_lists.h"
#include "api/native/log_json.h"
#include "api/native/log_parameters.h"
#include "api/native/summary_json.h"
#include "model/semantic_names.h"

namespace spanhound::api {
namespace {

using net::HttpRequest;
using query::Engine;
using query::QueryContext;

Result<Answer> ListLogs(Engine& engine, const HttpRequest& request, const QueryContext& context) {
  ASSIGN_OR_RETURN(const query::LogSearch search, ParseLogSearch(request));
  ASSIGN_OR_RETURN(query::Logs logs, engine.FindLogs(search, context));
  // Shared, because a std::function must be copyable and a batch is not.
  auto shared = std::make_shared<query::Logs>(std::move(logs));
  const size_t count = shared->batch.records.size();
  auto write = [shared](JsonWriter& json) { WriteLogsJson(json, shared->batch); };
  return Answer{std::move(write), count, {}, {}, shared->next_page};
}

Result<Answer> ListTraceSummaries(Engine& engine, const HttpRequest& request,
                                  const QueryContext& context) {
  ASSIGN_OR_RETURN(SearchParameters parameters,
                   ParseSearch(request, engine.clock().NowUnixNanos(), /*needs_service=*/false));
  parameters.search.after = request.query_value("after");
  query::TraceSummaries page;
  if (parameters.trace_ids.empty()) {
    ASSIGN_OR_RETURN(page, engine.FindTraceSummaries(parameters.search, context));
  } else {
    ASSIGN_OR_RETURN(page.traces, engine.SummarizeTraces(parameters.trace_ids, context));
  }
  const size_t count = page.traces.size();
  auto write = [summaries = std::move(page.traces)](JsonWriter& json) {
    json.BeginArray();
    for (const query::TraceSummary& summary : summaries) WriteSummaryJson(json, summary);
    json.EndArray();
  };
  return Answer{std::move(write), count, {}, {}, std::move(page.next_page)};
}

Result<std::optional<query::traceql::Field>> ParseGroupBy(std::string_view text) {
  using query::traceql::Attribute;
  using query::traceql::AttributeScope;
  using query::traceql::Intrinsic;
  using Field = std::optional<query::traceql::Field>;
  if (text.empty()) return Field();
  if (text == "service") {
    return Field(Attribute{AttributeScope::kResource, std::string(model::kServiceName)});
  }
  if (text == "operation") return Field(Intrinsic::kName);
  if (text == "status") return Field(Intrinsic::kStatus);
  if (text == "kind") return Field(Intrinsic::kKind);
  for (const auto& [prefix, scope] :
       {std::pair(std::string_view("attribute:resource."), AttributeScope::kResource),
        std::pair(std::string_view("attribute:"), AttributeScope::kSpan)}) {
    if (text.starts_with(prefix) && text.size() > prefix.size()) {
      return Field(Attribute{scope, std::string(text.substr(prefix.size()))});
    }
  }
  return InvalidArgument(
      "parameter 'by' must be service, operation, status, kind, attribute:KEY or "
      "attribute:resource.KEY");
}

Result<Answer> CountSpans(Engine& engine, const HttpRequest& request, const QueryContext& context) {
  query::SpanCountSearch search;
  ASSIGN_OR_RETURN(search.group_by, ParseGroupBy(request.query_value("by")));
  ASSIGN_OR_RETURN(search.time, ParseTimeRange(request, UINT64_MAX, UINT64_MAX));
  ASSIGN_OR_RETURN(search.filter, ParseConditions(request, /*needs_service=*/false));
  ASSIGN_OR_RETURN(std::vector<query::SpanCount> counts, engine.CountSpans(search, context));
  const size_t count = counts.size();
  auto write = [counts = std::move(counts)](JsonWriter& json) {
    json.BeginArray();
    for (const query::SpanCount& group : counts) {
      json.BeginObject();
      json.Field("value", group.value);
      json.Key("spanCount");
      json.Uint(group.span_count);
      json.EndObject();
    }
    json.EndArray();
  };
  return Answer{std::move(write), count};
}

}  // namespace

void AddNativeApiRoutes(net::HttpRouter& router, Engine& engine, model::Tenancy tenancy) {
  GetRoutes routes(router, tenancy);
  const auto add = [&](const char* pattern, auto handle) {
    routes.Add(pattern, [&engine, handle](const HttpRequest& request, const QueryContext& context) {
      return handle(engine, request, context);
    });
  };
  add("/api/logs", ListLogs);
  add("/api/trace-summaries", ListTraceSummaries);
  add("/api/span-counts", CountSpans);
  add("/api/attributes", ListAttributeKeys);
  add("/api/attribute-values", ListAttributeValues);
}

}  // namespace spanhound::api
