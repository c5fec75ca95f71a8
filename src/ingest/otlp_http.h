// The OTLP/HTTP door, port 4318: POST /v1/traces and /v1/logs, in protobuf and JSON. Replies are in
// the encoding of the request; every error has a google.rpc.Status for a body. Retryable errors
// are 503 with Retry-After, the rest is 400 (malformed), 413 (too large), 415 or 500.
#pragma once

#include "ingest/ingest.h"
#include "net/http/http_router.h"
#include "net/http/http_server.h"

namespace spanhound::ingest {

// `ingest` outlives the router.
void AddOtlpHttpRoutes(net::HttpRouter& router, Ingest& ingest);

// For the errors the server and the router answer themselves: 400, 404, 405, 413, 415 ...
net::HttpErrorRenderer OtlpHttpErrors();

}  // namespace spanhound::ingest
