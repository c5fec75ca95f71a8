// The part of Elasticsearch that senders of logs use (fluentd, Fluent Bit, rsyslog, Filebeat, the
// clients of Elastic), port 9200: _bulk and single documents are stored as log records, before they
// are acknowledged. What senders ask at their start (version, licence, templates, policies) is
// answered so that they go on; nothing of it is kept, and nothing can be read back here.
//
// A re-sent document is stored again, whatever its _id: logs are told apart by nothing else.
#pragma once

#include "base/clock.h"
#include "ingest/ingest.h"
#include "net/http/http_router.h"
#include "net/http/http_server.h"

namespace spanhound::ingest {

// `ingest` and `clock` outlive the router.
void AddElasticsearchRoutes(net::HttpRouter& router, Ingest& ingest, const Clock& clock);

// For the errors the server and the router answer themselves.
net::HttpErrorRenderer ElasticsearchErrors();

}  // namespace spanhound::ingest
