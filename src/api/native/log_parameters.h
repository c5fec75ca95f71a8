// The query string of /api/logs as a search for log records. Pure functions; INVALID_ARGUMENT names
// the parameter that is wrong.
#pragma once

#include "base/status.h"
#include "net/http/http_server.h"
#include "query/query.h"

namespace spanhound::api {

// traceID, spanID, service, start, end, text, minSeverity, order, limit, after.
Result<query::LogSearch> ParseLogSearch(const net::HttpRequest& request);

}  // namespace spanhound::api
