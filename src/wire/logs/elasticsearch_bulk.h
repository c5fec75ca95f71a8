// The body of Elasticsearch's _bulk: lines of JSON, an action and then its document, as log
// records. Only documents that are added ("index", "create") are taken; everything else is refused
// item by item, as is a document that is no JSON object. Pure functions; INVALID_ARGUMENT names the
// line of an action that cannot be read, because what follows it cannot be told apart then.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/log_batch.h"
#include "wire/decoded.h"

namespace spanhound::wire {

struct BulkItem {
  std::string_view action;  // constant
  std::string index;
  std::string id;              // "" where the client gave none
  uint64_t document_hash = 0;  // of its bytes, where there is an id
  // Elasticsearch's word, a constant; null for an item that was taken.
  const char* error_type = nullptr;
  const char* error_reason = nullptr;
};

struct BulkRequest {
  Decoded<model::LogBatch> logs;
  std::vector<BulkItem> items;  // in the order of the request, refused ones too
};

// `default_index` is that of the path, "" for none. An item without any index is refused.
Result<BulkRequest> DecodeElasticsearchBulk(std::string body, std::string_view default_index,
                                            uint64_t observed_unix_nanos,
                                            const RequestLimits& limits);
// The body of a request that adds one document: one item.
Result<BulkRequest> DecodeElasticsearchDocument(std::string body, BulkItem item,
                                                uint64_t observed_unix_nanos,
                                                const RequestLimits& limits);

}  // namespace spanhound::wire
