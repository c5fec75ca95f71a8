// Zipkin's collector, port 9411: POST /api/v2/spans in JSON and protobuf, /api/v1/spans in JSON and
// Thrift. Answers as CollectorResponse has them; 202 means stored. No CORS: pages of other sites
// may not send.
#pragma once

#include "ingest/ingest.h"
#include "net/http/http_router.h"

namespace spanhound::ingest {

// `ingest` outlives the router.
void AddZipkinHttpRoutes(net::HttpRouter& router, Ingest& ingest);

}  // namespace spanhound::ingest
