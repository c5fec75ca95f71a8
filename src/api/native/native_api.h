// Spanhound's own HTTP API beside Jaeger's: log records, search results without their spans,
// attribute keys and values for completion, and counts of spans. JSON in the envelope of the
// Jaeger API; see docs/user/http-api.md.
#pragma once

#include "model/tenancy.h"
#include "net/http/http_router.h"
#include "query/query.h"

namespace spanhound::api {

// `engine` must outlive the router.
void AddNativeApiRoutes(net::HttpRouter& router, query::Engine& engine, model::Tenancy tenancy);

}  // namespace spanhound::api
