// The native API's lists for completion: attribute keys, and the values of one.
#pragma once

#include "api/jaeger/envelope.h"
#include "base/status.h"
#include "net/http/http_server.h"
#include "query/query.h"

namespace spanhound::api {

// Parameters scope, prefix, limit.
Result<Answer> ListAttributeKeys(query::Engine& engine, const net::HttpRequest& request,
                                 const query::QueryContext& context);
// Parameters key and scope, which are required, prefix, limit.
Result<Answer> ListAttributeValues(query::Engine& engine, const net::HttpRequest& request,
                                   const query::QueryContext& context);

}  // namespace spanhound::api
