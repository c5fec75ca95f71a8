#include "api/jaeger/jaeger_api.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "api/jaeger/envelope.h"
#include "api/jaeger/id_text.h"
#include "api/jaeger/operations.h"
#include "api/jaeger/search_parameters.h"
#include "api/jaeger/trace_json.h"

namespace spanhound::api {
namespace {

using net::HttpRequest;
using query::Engine;
using query::QueryContext;

constexpr uint64_t kNanosPerMilli = 1'000'000;
constexpr uint64_t kLookbackDefaultMillis = 86'400'000;  // one day, as Jaeger

// Jaeger's lists have nothing to say that they are cut with; ours say it where they are.
std::optional<bool> CompleteUnlessCut(bool is_complete) {
  return is_complete ? std::nullopt : std::optional<bool>(false);
}

Answer NameList(std::vector<std::string> names, bool is_complete) {
  const size_t count = names.size();
  auto write = [names = std::move(names)](JsonWriter& json) {
    json.BeginArray();
    for (const std::string& name : names) json.String(name);
    json.EndArray();
  };
  return {std::move(write), count, {}, CompleteUnlessCut(is_complete)};
}

Result<Answer> ListServices(Engine& engine, const HttpRequest&, const QueryContext& context) {
  ASSIGN_OR_RETURN(auto services, engine.Services(context));
  return NameList(std::move(services.entries), services.is_complete);
}

Result<Answer> ListOperationNames(Engine& engine, const HttpRequest& request,
                                  const QueryContext& context) {
  ASSIGN_OR_RETURN(const auto operations,
                   OperationsOf(engine, request.path_parameters.front(), "", context));
  return NameList(NamesOf(operations.entries), operations.is_complete);
}

Result<Answer> ListOperations(Engine& engine, const HttpRequest& request,
                              const QueryContext& context) {
  const std::string_view service = request.query_value("service");
  if (service.empty()) return InvalidArgument("parameter 'service' is required");
  ASSIGN_OR_RETURN(auto listing,
                   OperationsOf(engine, service, request.query_value("spanKind"), context));
  std::vector<query::Operation>& operations = listing.entries;
  const size_t count = operations.size();
  auto write = [operations = std::move(operations)](JsonWriter& json) {
    json.BeginArray();
    for (const query::Operation& operation : operations) {
      json.BeginObject();
      json.Field("name", operation.name);
      json.Field("spanKind", model::SpanKindName(operation.kind));
      json.EndObject();
    }
    json.EndArray();
  };
  return Answer{std::move(write), count, {}, CompleteUnlessCut(listing.is_complete)};
}

// About what a span takes in an answer, and up to how much an answer is made room for at once.
constexpr size_t kSpanJsonBytes = 1024;
constexpr size_t kReserveBytesMax = 16u << 20;

size_t EstimateJsonBytes(std::span<const query::Trace> traces) {
  size_t span_count = 0;
  for (const query::Trace& trace : traces) span_count += trace.batch.spans.size();
  return std::min(span_count * kSpanJsonBytes, kReserveBytesMax);
}

Answer TraceList(std::vector<query::Trace> traces, JaegerTraceOptions options) {
  // Shared, because a std::function must be copyable and a trace is not.
  auto shared = std::make_shared<std::vector<query::Trace>>(std::move(traces));
  return {[shared, options](JsonWriter& json) {
    json.Reserve(EstimateJsonBytes(*shared));
    WriteTracesJson(json, *shared, options);
  }};
}

JaegerTraceOptions JsonOptionsOf(const HttpRequest& request) {
  const std::string_view raw = request.query_value("raw");
  return {.raw = raw == "true" || raw == "1"};
}

Result<Answer> ReadTraces(Engine& engine, const std::vector<model::TraceId>& ids,
                          JaegerTraceOptions options, const QueryContext& context) {
  ASSIGN_OR_RETURN(std::vector<query::Trace> traces, engine.GetTraces(ids, context));
  std::vector<ApiError> errors;
  for (const model::TraceId& id : ids) {
    const bool is_found = std::ranges::find(traces, id, &query::Trace::trace_id) != traces.end();
    if (!is_found) errors.push_back({404, "trace not found", TraceIdText(id)});
  }
  Answer answer = TraceList(std::move(traces), options);
  answer.errors = std::move(errors);
  return answer;
}

Result<Answer> SearchTraces(Engine& engine, const HttpRequest& request,
                            const QueryContext& context) {
  ASSIGN_OR_RETURN(SearchParameters parameters,
                   ParseSearch(request, engine.clock().NowUnixNanos(), /*needs_service=*/true));
  const JaegerTraceOptions options = JsonOptionsOf(request);
  if (!parameters.trace_ids.empty()) {
    return ReadTraces(engine, parameters.trace_ids, options, context);
  }
  ASSIGN_OR_RETURN(std::vector<query::Trace> traces, engine.FindTraces(parameters.search, context));
  return TraceList(std::move(traces), options);
}

Result<Answer> GetTrace(Engine& engine, const HttpRequest& request, const QueryContext& context) {
  model::TraceId id;
  if (!ParseTraceId(request.path_parameters.front(), &id)) {
    return InvalidArgument("a trace id is 1 to 32 hexadecimal digits, not all zero");
  }
  ASSIGN_OR_RETURN(query::Trace trace, engine.GetTrace(id, context));
  std::vector<query::Trace> traces;
  traces.push_back(std::move(trace));
  return TraceList(std::move(traces), JsonOptionsOf(request));
}

Result<query::TimeRange> DependencyWindow(const HttpRequest& request, int64_t now_unix_nanos) {
  const uint64_t now_millis = static_cast<uint64_t>(now_unix_nanos) / kNanosPerMilli;
  constexpr uint64_t kMillisMax = UINT64_MAX / kNanosPerMilli - 1;
  ASSIGN_OR_RETURN(uint64_t end, ParseNumber(request, "endTs", now_millis));
  ASSIGN_OR_RETURN(const uint64_t lookback,
                   ParseNumber(request, "lookback", kLookbackDefaultMillis));
  end = std::min(end, kMillisMax);
  return query::TimeRange{(end - std::min(end, lookback)) * kNanosPerMilli,
                          (end + 1) * kNanosPerMilli};
}

Result<Answer> ListDependencies(Engine& engine, const HttpRequest& request,
                                const QueryContext& context) {
  ASSIGN_OR_RETURN(const query::TimeRange window,
                   DependencyWindow(request, engine.clock().NowUnixNanos()));
  ASSIGN_OR_RETURN(std::vector<query::Dependency> calls, engine.Dependencies(window, context));
  if (const std::string_view service = request.query_value("service"); !service.empty()) {
    std::erase_if(calls, [service](const query::Dependency& call) {
      return call.parent != service && call.child != service;
    });
  }
  return Answer{[calls = std::move(calls)](JsonWriter& json) {
    json.BeginArray();
    for (const query::Dependency& call : calls) {
      json.BeginObject();
      json.Field("parent", call.parent);
      json.Field("child", call.child);
      json.Key("callCount");
      json.Uint(call.call_count);
      json.EndObject();
    }
    json.EndArray();
  }};
}

}  // namespace

void AddJaegerApiRoutes(net::HttpRouter& router, Engine& engine, model::Tenancy tenancy) {
  GetRoutes routes(router, tenancy);
  const auto add = [&](const char* pattern, auto handle) {
    routes.Add(pattern, [&engine, handle](const HttpRequest& request, const QueryContext& context) {
      return handle(engine, request, context);
    });
  };
  add("/api/services", ListServices);
  add("/api/services/{service}/operations", ListOperationNames);
  add("/api/operations", ListOperations);
  add("/api/traces", SearchTraces);
  add("/api/traces/{id}", GetTrace);
  add("/api/dependencies", ListDependencies);
  // Everything else below /api/ is a mistake, never a page of the web UI.
  for (const char* pattern : {"/api/{}", "/api/{}/{}", "/api/{}/{}/{}", "/api/{}/{}/{}/{}"}) {
    routes.Add(pattern, [](const HttpRequest& request, const QueryContext&) -> Result<Answer> {
      return NotFound("there is no " + request.path);
    });
  }
}

net::HttpErrorRenderer JaegerApiErrors() {
  return [](const HttpRequest&, int http_status, std::string_view message) {
    return RenderError(http_status, message);
  };
}

}  // namespace spanhound::api
