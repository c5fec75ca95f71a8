#include "ingest/jaeger_http.h"

#include <string>

#include "ingest/collector_response.h"
#include "ingest/media_type.h"
#include "wire/jaeger/jaeger_thrift.h"

namespace spanhound::ingest {
namespace {

void Collect(Ingest& ingest, net::HttpRequest request, const net::HttpResponder& respond) {
  const std::string type = MediaType(request.header("content-type"));
  if (type != "application/x-thrift" && type != "application/vnd.apache.thrift.binary") {
    ingest.CountUnsupportedMediaType(Door::kJaegerHttp);
    respond(PlainTextError(400,
                           "unsupported content type, it must be application/x-thrift or "
                           "application/vnd.apache.thrift.binary"));
    return;
  }
  ingest.AddSpans({Door::kJaegerHttp, std::move(request.body), std::move(request.headers)},
                  wire::DecodeJaegerThrift,
                  [respond](Receipt receipt) { respond(CollectorResponse(receipt)); });
}

}  // namespace

void AddJaegerHttpRoutes(net::HttpRouter& router, Ingest& ingest) {
  router.Add("POST", "/api/traces",
             [&ingest](net::HttpRequest request, net::HttpResponder respond) {
               Collect(ingest, std::move(request), respond);
             });
}

}  // namespace spanhound::ingest
