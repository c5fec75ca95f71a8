#include "ingest/jaeger_grpc.h"

#include "wire/jaeger/jaeger_proto.h"
#include "wire/otlp/rpc_status.h"

namespace spanhound::ingest {
namespace {

constexpr char kPostSpans[] = "/jaeger.api_v2.CollectorService/PostSpans";

net::GrpcReply Reply(const Receipt& receipt) {
  net::GrpcReply reply;  // PostSpansResponse has no fields
  reply.status = receipt.status;
  if (receipt.is_retryable) {
    reply.status_details = wire::EncodeRpcStatusWithRetry(receipt.status, kRetryDelayMs);
  }
  // Jaeger has no partial success: a client learns of bad spans when none was good.
  if (receipt.status.ok() && receipt.accepted_count == 0 && receipt.rejected_count > 0) {
    reply.status = InvalidArgument("no span could be accepted: " + receipt.rejected_message);
  }
  return reply;
}

}  // namespace

std::vector<std::pair<std::string, net::GrpcHandler>> JaegerGrpcMethods(Ingest& ingest) {
  return {{kPostSpans, [&ingest](net::GrpcRequest request, net::GrpcResponder respond) {
             ingest.AddSpans(
                 {Door::kJaegerGrpc, std::move(request.body), std::move(request.metadata)},
                 wire::DecodeJaegerProto,
                 [respond = std::move(respond)](Receipt receipt) { respond(Reply(receipt)); });
           }}};
}

}  // namespace spanhound::ingest
