#include "ingest/zipkin_http.h"

#include <array>
#include <string>
#include <string_view>

#include "ingest/collector_response.h"
#include "ingest/media_type.h"

namespace spanhound::ingest {
namespace {

// What one version of the API takes, apart from JSON.
struct Version {
  const char* path;
  Format json;
  std::string_view binary_type;
  Format binary;
};
constexpr std::array<Version, 2> kVersions = {
    {{"/api/v2/spans", Format::kZipkinJson, "application/x-protobuf", Format::kZipkinProto},
     {"/api/v1/spans", Format::kZipkinV1Json, "application/x-thrift", Format::kZipkinThrift}}};

void Collect(Ingest& ingest, const Version& version, net::HttpRequest request,
             const net::HttpResponder& respond) {
  const std::string type = MediaType(request.header("content-type"));
  if (type != "application/json" && type != version.binary_type) {
    ingest.CountUnsupportedMediaType(Door::kZipkinHttp);
    respond(PlainTextError(400, "unsupported content type, it must be application/json or " +
                                    std::string(version.binary_type)));
    return;
  }
  const Format format = type == version.binary_type ? version.binary : version.json;
  ingest.AddSpans({Door::kZipkinHttp, format, std::move(request.body), std::move(request.headers)},
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
