// What a collector of Jaeger's or Zipkin's kind answers to a POST of spans: 202 for stored, errors
// in plain text: 400 for a body that is not understood, 413 for one too large, 503 with Retry-After
// when the store refuses. Pure functions.
#pragma once

#include <string>

#include "ingest/ingest.h"
#include "net/http/http_server.h"

namespace spanhound::ingest {

net::HttpResponse CollectorResponse(const Receipt& receipt);
net::HttpResponse PlainTextError(int http_status, std::string message);

}  // namespace spanhound::ingest
