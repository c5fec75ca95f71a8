#include "ingest/zipkin_http.h"

#include <array>
#include <string>
#include <string_view>

#include "ingest/collector_response.h"
#include "ingest/media_type.h"
#include "wire/zipkin/zipkin_json.h"
#include "wire/zipkin/zipkin_proto.h"
#include "wire/zipkin/zipkin_thrift.h"

namespace spanhound::ingest {
namespace {

using Decode = Result<wire::Decoded<model::SpanBatch>> (*)(std::string, const RequestLimits&);

// What one version of the API takes.
struct Version {
  const char* path;
  Decode json;
  std::string_view binary_type;
  Decode binary;
};
constexpr std::array<Version, 2> kVersions = {
    {{"/api/v2/spans", wire::DecodeZipkinJson, "application/x-protobuf", wire::DecodeZipkinProto},
     {"/api/v1/spans", wire::DecodeZipkinV1Json, "application/x-thrift",
      wire::DecodeZipkinThrift}}};

void Collect(Ingest& ingest, const Version& version, net::HttpRequest request,
             const net::HttpResponder& respond) {
  const std::string type = MediaType(request.header("content-type"));
  if (type != "application/json" && type != version.binary_type) {
    ingest.CountUnsupportedMediaType(Door::kZipkinHttp);
    respond(PlainTextError(400, "unsupported content type, it must be application/json or " +
                                    std::string(version.binary_type)));
    return;
  }
  ingest.AddSpans({Door::kZipkinHttp, std::move(request.body), std::move(request.headers)},
                  type == version.binary_type ? version.binary : version.json,
                  [respond](const Receipt& receipt) { respond(CollectorResponse(receipt)); });
}

}  // namespace

void AddZipkinHttpRoutes(net::HttpRouter& router, Ingest& ingest) {
  for (const Version& version : kVersions) {
    router.Add("POST", version.path,
               [&ingest, &version](net::HttpRequest request, net::HttpResponder respond) {
                 Collect(ingest, version, std::move(request), respond);
               });
  }
}

}  // namespace spanhound::ingest
