// The admin port (14269): health as Jaeger 1.50 answers it, metrics, version.
#pragma once

#include "base/clock.h"
#include "base/metrics.h"
#include "net/http/http_router.h"

namespace spanhound::server {

// GET / (200 {"status":"Server available",...}), GET /metrics (Prometheus text), GET /version.
// `clock` and `metrics` outlive the router; up-since is the moment of this call.
void AddAdminRoutes(net::HttpRouter& router, const Clock& clock, Metrics& metrics);

// GET /status, the health of Jaeger 2 (port 13133): 200 {"healthy":true,"status":"StatusOK",...}.
void AddStatusRoute(net::HttpRouter& router, const Clock& clock);

}  // namespace spanhound::server
