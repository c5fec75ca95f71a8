#include "ingest/otlp_grpc.h"

#include "wire/otlp/otlp.h"
#include "wire/otlp/rpc_status.h"

namespace spanhound::ingest {
namespace {

constexpr char kExportTraces[] = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
constexpr char kExportLogs[] = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

net::GrpcReply Reply(const Receipt& receipt) {
  net::GrpcReply reply;
  reply.status = receipt.status;
  if (receipt.status.ok()) {
    reply.body = wire::EncodeOtlpResponse(receipt.rejected_count, receipt.rejected_message);
  } else if (receipt.is_retryable) {
    reply.status_details = wire::EncodeRpcStatusWithRetry(receipt.status, kRetryDelayMs);
  }
  return reply;
}

Parcel ParcelOf(net::GrpcRequest request) {
  return {Door::kOtlpGrpc, std::move(request.body), std::move(request.metadata)};
}

Ingest::Done ReplyTo(net::GrpcResponder respond) {
  return [respond = std::move(respond)](const Receipt& receipt) { respond(Reply(receipt)); };
}

}  // namespace

std::vector<std::pair<std::string, net::GrpcHandler>> OtlpGrpcMethods(Ingest& ingest) {
  const auto add_spans = [&ingest](net::GrpcRequest request, net::GrpcResponder respond) {
    ingest.AddSpans(ParcelOf(std::move(request)), wire::DecodeOtlpTraces,
                    ReplyTo(std::move(respond)));
  };
  const auto add_logs = [&ingest](net::GrpcRequest request, net::GrpcResponder respond) {
    ingest.AddLogs(ParcelOf(std::move(request)), wire::DecodeOtlpLogs, ReplyTo(std::move(respond)));
  };
  return {{kExportTraces, add_spans}, {kExportLogs, add_logs}};
}

std::string GrpcErrorDetails(const Status& status) {
  if (status.code() != Code::kUnavailable) return {};
  return wire::EncodeRpcStatusWithRetry(status, kRetryDelayMs);
}

}  // namespace spanhound::ingest
