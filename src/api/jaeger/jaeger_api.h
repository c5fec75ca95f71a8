// Jaeger's v1 HTTP query API, as Jaeger UI, Grafana and Kiali use it; see docs/user/http-api.md.
// Handlers run their query on the calling server thread.
#pragma once

#include "model/tenancy.h"
#include "net/http/http_router.h"
#include "net/http/http_server.h"
#include "query/query.h"

namespace spanhound::api {

// `engine` must outlive the router.
void AddJaegerApiRoutes(net::HttpRouter& router, query::Engine& engine, model::Tenancy tenancy);

// For the router of these routes: errors as JSON in the envelope, whatever went wrong.
net::HttpErrorRenderer JaegerApiErrors();

}  // namespace spanhound::api
