// The Jaeger collector's HTTP door, port 14268: POST /api/traces with a Thrift batch, as Jaeger
// all-in-one takes it, except that 202 means stored here. Errors are plain text: 400 for a content
// type or body that is not understood, 413 for one too large, 503 with Retry-After when the store
// refuses.
#pragma once

#include "ingest/ingest.h"
#include "net/http/http_router.h"

namespace spanhound::ingest {

// `ingest` outlives the router.
void AddJaegerHttpRoutes(net::HttpRouter& router, Ingest& ingest);

}  // namespace spanhound::ingest
