// The query string of a search, as Jaeger's API has it (reference: jaeger-ui, Grafana, Kiali), as
// a query. Pure functions; INVALID_ARGUMENT names the parameter that is wrong. Empty values count
// as absent, unknown parameters (lookback) are ignored.
#pragma once

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "model/ids.h"
#include "net/http/http_server.h"
#include "query/query.h"

namespace spanhound::api {

// What Jaeger gives without a limit.
inline constexpr uint32_t kSearchLimitDefault = 100;

struct SearchParameters {
  std::vector<model::TraceId> trace_ids;  // if any, the rest does not count
  query::TraceSearch search;
};

// service, operation, start, end, minDuration, maxDuration, limit, tag, tags, traceID.
Result<SearchParameters> ParseSearch(const net::HttpRequest& request, int64_t now_unix_nanos,
                                     bool needs_service);

// service, operation, minDuration, maxDuration, tag, tags as one condition on a span.
Result<query::traceql::Expression> ParseConditions(const net::HttpRequest& request,
                                                   bool needs_service);

// A whole number that is not negative; `absent` if the parameter is.
Result<uint64_t> ParseNumber(const net::HttpRequest& request, std::string_view name,
                             uint64_t absent);

// start and end in microseconds, both inclusive. Without start: `window_micros` before the end.
Result<query::TimeRange> ParseTimeRange(const net::HttpRequest& request, uint64_t end_micros_absent,
                                        uint64_t window_micros);

}  // namespace spanhound::api
