// What Elasticsearch answers, as far as those who only send logs look at it. Every reply names the
// product, without which its own clients hang up. Pure functions.
#pragma once

#include <span>
#include <string_view>

#include "ingest/ingest.h"
#include "net/http/http_server.h"
#include "wire/logs/elasticsearch_bulk.h"

namespace spanhound::ingest {

net::HttpResponse ElasticsearchJson(int http_status, std::string body);
// {"error":{"type":...,"reason":...},"status":N}
net::HttpResponse ElasticsearchError(int http_status, std::string_view type,
                                     std::string_view reason);
// Of a request the store did not take, or that could not be decoded.
net::HttpResponse ElasticsearchFailure(const Receipt& receipt);

// One result an item, in their order. Items that name no id get one made from `request_id`.
net::HttpResponse BulkReply(std::span<const wire::BulkItem> items, uint64_t request_id,
                            int64_t took_ms);
// Of a request for one document.
net::HttpResponse DocumentReply(const wire::BulkItem& item, uint64_t request_id);

}  // namespace spanhound::ingest
