#include "ingest/otlp_grpc.h"

#include "wire/otlp.h"
#include "wire/rpc_status.h"

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

net::GrpcHandler ExportHandler(Ingest& ingest, void (Ingest::*add)(Parcel, Ingest::Done)) {
  return [&ingest, add](net::GrpcRequest request, net::GrpcResponder respond) {
    Parcel parcel{Door::kOtlpGrpc, Format::kOtlpProtobuf, std::move(request.body),
                  std::move(request.metadata)};
    (ingest.*add)(std::move(parcel),
                  [respond = std::move(respond)](Receipt receipt) { respond(Reply(receipt)); });
  };
}

}  // namespace

std::vector<std::pair<std::string, net::GrpcHandler>> OtlpGrpcMethods(Ingest& ingest) {
  return {{kExportTraces, ExportHandler(ingest, &Ingest::AddSpans)},
          {kExportLogs, ExportHandler(ingest, &Ingest::AddLogs)}};
}

std::string GrpcErrorDetails(const Status& status) {
  if (status.code() != Code::kUnavailable) return {};
  return wire::EncodeRpcStatusWithRetry(status, kRetryDelayMs);
}

}  // namespace spanhound::ingest
