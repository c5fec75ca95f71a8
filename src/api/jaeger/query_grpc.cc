#include "api/jaeger/query_grpc.h"

#include <algorithm>
#include <string_view>

#include "api/jaeger/id_text.h"
#include "api/jaeger/operations.h"
#include "api/jaeger/search_parameters.h"
#include "api/jaeger/span_conditions.h"
#include "api/jaeger/trace_messages.h"
#include "wire/jaeger/jaeger_question.h"
#include "wire/proto_writer.h"

namespace spanhound::api {
namespace {

using net::GrpcReply;
using net::GrpcRequest;
using query::Engine;
using query::QueryContext;
using wire::ProtoWriter;

// The services differ in how they spell a trace id and in what they answer with.
enum class Service { kV2, kV3 };

using Handle = Result<GrpcReply> (*)(Engine&, Service, const GrpcRequest&, const QueryContext&);

GrpcReply TracesReply(Service service, std::vector<query::Trace> traces, bool is_raw) {
  const TraceMessageForm form =
      service == Service::kV2 ? TraceMessageForm::kJaeger : TraceMessageForm::kOtlp;
  return {.status = Status::Ok(),
          .messages = TraceMessages(std::move(traces), {.raw = is_raw}, form)};
}

Result<model::TraceId> ReadTraceId(Service service, std::string_view id) {
  model::TraceId trace_id;
  if (service == Service::kV3) {
    if (ParseTraceId(id, &trace_id)) return trace_id;
    return InvalidArgument("a trace id is 1 to 32 hexadecimal digits, not all zero");
  }
  constexpr size_t kHalfBytes = 8;  // ids of 64 bits, as old clients have
  const std::string padded = std::string(id.size() == kHalfBytes ? kHalfBytes : 0, '\0').append(id);
  if (trace_id.SetBytes(padded) && !trace_id.is_zero()) return trace_id;
  return InvalidArgument("a trace id is 16 bytes, not all zero");
}

Result<GrpcReply> GetTrace(Engine& engine, Service service, const GrpcRequest& request,
                           const QueryContext& context) {
  ASSIGN_OR_RETURN(const wire::JaegerTraceRequest asked,
                   wire::DecodeJaegerTraceRequest(request.body));
  ASSIGN_OR_RETURN(const model::TraceId id, ReadTraceId(service, asked.trace_id));
  std::vector<query::Trace> traces;
  ASSIGN_OR_RETURN(query::Trace trace, engine.GetTrace(id, context));
  traces.push_back(std::move(trace));
  return TracesReply(service, std::move(traces), asked.raw_traces);
}

// Both ends belong to the range.
query::TimeRange RangeOf(std::optional<uint64_t> start, std::optional<uint64_t> end) {
  query::TimeRange range;
  range.min_unix_nanos = start.value_or(0);
  if (end && *end != UINT64_MAX) range.max_unix_nanos = *end + 1;
  return range;
}

Result<query::TraceSearch> SearchOf(Service service, wire::JaegerTraceQuery asked) {
  const bool has_times = asked.start_min_unix_nanos && asked.start_max_unix_nanos;
  if (service == Service::kV3 && !has_times) {
    return InvalidArgument("start_time_min and start_time_max are required");
  }
  const query::TimeRange time = RangeOf(asked.start_min_unix_nanos, asked.start_max_unix_nanos);
  if (time.max_unix_nanos <= time.min_unix_nanos) {
    return InvalidArgument("start_time_max is before start_time_min");
  }
  if (asked.duration_max_nanos != 0 && asked.duration_max_nanos < asked.duration_min_nanos) {
    return InvalidArgument("duration_max is less than duration_min");
  }
  query::TraceSearch search;
  search.filter =
      ConditionOf({std::move(asked.service_name), std::move(asked.operation_name),
                   asked.duration_min_nanos, asked.duration_max_nanos, std::move(asked.tags)});
  search.time = time;
  search.limit =
      asked.search_depth > 0 ? static_cast<uint32_t>(asked.search_depth) : kSearchLimitDefault;
  return search;
}

Result<GrpcReply> FindTraces(Engine& engine, Service service, const GrpcRequest& request,
                             const QueryContext& context) {
  ASSIGN_OR_RETURN(wire::JaegerTraceQuery asked,
                   wire::DecodeJaegerTraceQuery(request.body, kTagsMax));
  const bool is_raw = asked.raw_traces;
  ASSIGN_OR_RETURN(const query::TraceSearch search, SearchOf(service, std::move(asked)));
  ASSIGN_OR_RETURN(std::vector<query::Trace> traces, engine.FindTraces(search, context));
  return TracesReply(service, std::move(traces), is_raw);
}

Result<GrpcReply> GetServices(Engine& engine, Service, const GrpcRequest&,
                              const QueryContext& context) {
  ASSIGN_OR_RETURN(const auto services, engine.Services(context));
  GrpcReply reply;
  ProtoWriter writer(reply.body);
  for (const std::string& name : services.entries) writer.BytesAlways(1, name);
  return reply;
}

void WriteOperation(ProtoWriter& writer, const query::Operation& operation) {
  writer.Bytes(1, operation.name);
  writer.Bytes(2, model::SpanKindName(operation.kind));
}

Result<GrpcReply> GetOperations(Engine& engine, Service service, const GrpcRequest& request,
                                const QueryContext& context) {
  ASSIGN_OR_RETURN(const wire::JaegerOperationsRequest asked,
                   wire::DecodeJaegerOperationsRequest(request.body));
  ASSIGN_OR_RETURN(const auto listing,
                   OperationsOf(engine, asked.service_name, asked.span_kind, context));
  GrpcReply reply;
  ProtoWriter writer(reply.body);
  if (service == Service::kV2) {  // for its first clients the names alone
    for (const std::string& name : NamesOf(listing.entries)) writer.BytesAlways(1, name);
  }
  for (const query::Operation& operation : listing.entries) {
    writer.Message(service == Service::kV2 ? 2 : 1, [&] { WriteOperation(writer, operation); });
  }
  return reply;
}

Result<GrpcReply> GetDependencies(Engine& engine, Service, const GrpcRequest& request,
                                  const QueryContext& context) {
  ASSIGN_OR_RETURN(const wire::JaegerDependenciesRequest asked,
                   wire::DecodeJaegerDependenciesRequest(request.body));
  if (!asked.start_unix_nanos || !asked.end_unix_nanos) {
    return InvalidArgument("start_time and end_time are required");
  }
  const query::TimeRange window = RangeOf(asked.start_unix_nanos, asked.end_unix_nanos);
  ASSIGN_OR_RETURN(const auto calls, engine.Dependencies(window, context));
  GrpcReply reply;
  ProtoWriter writer(reply.body);
  for (const query::Dependency& call : calls) {
    writer.Message(1, [&] {
      writer.Bytes(1, call.parent);
      writer.Bytes(2, call.child);
      writer.Varint(3, call.call_count);
    });
  }
  return reply;
}

Result<GrpcReply> Ask(Engine& engine, Service service, model::Tenancy tenancy, Handle handle,
                      const GrpcRequest& request) {
  QueryContext context;
  ASSIGN_OR_RETURN(context.tenant, model::TenantOf(tenancy, request.metadata));
  query::Cancellation cancellation;
  context.cancellation = &cancellation;
  const auto watch =
      net::GrpcPeer::OnGone(request.peer, [&cancellation] { cancellation.Cancel(); });
  return handle(engine, service, request, context);
}

net::GrpcHandler Refuse(const char* why) {
  return [why](GrpcRequest, net::GrpcResponder respond) {
    respond({Status(Code::kUnimplemented, why)});
  };
}

}  // namespace

std::vector<std::pair<std::string, net::GrpcHandler>> JaegerQueryGrpcMethods(
    Engine& engine, model::Tenancy tenancy) {
  std::vector<std::pair<std::string, net::GrpcHandler>> methods;
  const auto add = [&](Service service, const char* name, Handle handle) {
    const char* prefix =
        service == Service::kV2 ? "/jaeger.api_v2.QueryService/" : "/jaeger.api_v3.QueryService/";
    methods.emplace_back(std::string(prefix) + name,
                         [&engine, service, tenancy, handle](GrpcRequest request,
                                                             const net::GrpcResponder& respond) {
                           Result<GrpcReply> reply = Ask(engine, service, tenancy, handle, request);
                           respond(reply.ok() ? std::move(*reply) : GrpcReply{reply.status()});
                         });
  };
  for (const Service service : {Service::kV2, Service::kV3}) {
    add(service, "GetTrace", GetTrace);
    add(service, "FindTraces", FindTraces);
    add(service, "GetServices", GetServices);
    add(service, "GetOperations", GetOperations);
    add(service, "GetDependencies", GetDependencies);
  }
  methods.emplace_back("/jaeger.api_v2.QueryService/ArchiveTrace",
                       Refuse("there is no archive: traces stay as long as --retention says"));
  for (const char* name : {"GetLatencies", "GetCallRates", "GetErrorRates", "GetMinStepDuration"}) {
    methods.emplace_back(
        "/jaeger.api_v2.metrics.MetricsQueryService/" + std::string(name),
        Refuse("there are no metrics of spans: this server has no store for them"));
  }
  return methods;
}

}  // namespace spanhound::api
