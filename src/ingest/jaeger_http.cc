#include "ingest/jaeger_http.h"

#include <string>

#include "ingest/media_type.h"

namespace spanhound::ingest {
namespace {

net::HttpResponse ErrorResponse(int http_status, std::string message) {
  message += "\n";
  return {http_status, "text/plain; charset=utf-8", std::move(message)};
}

net::HttpResponse Response(const Receipt& receipt) {
  const Status& status = receipt.status;
  if (status.ok()) {
    // Jaeger has no partial success: a client learns of bad spans when none was good.
    if (receipt.accepted_count == 0 && receipt.rejected_count > 0) {
      return ErrorResponse(400, "no span could be accepted: " + receipt.rejected_message);
    }
    return {202, "", ""};
  }
  if (receipt.is_retryable) {
    net::HttpResponse response = ErrorResponse(503, status.message());
    response.headers.emplace_back("Retry-After", std::to_string(kRetryDelayMs / 1000));
    return response;
  }
  switch (status.code()) {
    case Code::kInvalidArgument:
    case Code::kFailedPrecondition:
      return ErrorResponse(400, "unable to take the batch: " + status.message());
    case Code::kResourceExhausted: return ErrorResponse(413, status.message());
    default: return ErrorResponse(500, status.message());
  }
}

void Collect(Ingest& ingest, net::HttpRequest request, const net::HttpResponder& respond) {
  const std::string type = MediaType(request.header("content-type"));
  if (type != "application/x-thrift" && type != "application/vnd.apache.thrift.binary") {
    ingest.CountUnsupportedMediaType(Door::kJaegerHttp);
    respond(ErrorResponse(400,
                          "unsupported content type, it must be application/x-thrift or "
                          "application/vnd.apache.thrift.binary"));
    return;
  }
  ingest.AddSpans({Door::kJaegerHttp, Format::kJaegerThrift, std::move(request.body),
                   std::move(request.headers)},
                  [respond](Receipt receipt) { respond(Response(receipt)); });
}

}  // namespace

void AddJaegerHttpRoutes(net::HttpRouter& router, Ingest& ingest) {
  router.Add("POST", "/api/traces",
             [&ingest](net::HttpRequest request, net::HttpResponder respond) {
               Collect(ingest, std::move(request), respond);
             });
}

}  // namespace spanhound::ingest
