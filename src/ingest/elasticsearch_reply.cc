#include "ingest/elasticsearch_reply.h"

#include <string>

#include "base/json_writer.h"

namespace spanhound::ingest {
namespace {

constexpr int kCreated = 201;
constexpr int kBadRequest = 400;

// Unlike any other of this process, and unlike those of the next; nobody can ask for it back.
std::string MadeId(uint64_t request_id, size_t index) {
  return std::to_string(request_id) + "-" + std::to_string(index);
}

void WriteIdentity(JsonWriter& json, const wire::BulkItem& item, uint64_t request_id,
                   size_t index) {
  json.Field("_index", item.index);
  json.Field("_id",
             item.id.empty() && item.error_type == nullptr ? MadeId(request_id, index) : item.id);
}

void WriteResult(JsonWriter& json) {
  json.Field("_version", int64_t{1});
  json.Field("result", "created");
  json.Key("_shards");
  json.Raw(R"({"total":1,"successful":1,"failed":0})");
  json.Field("_seq_no", int64_t{0});
  json.Field("_primary_term", int64_t{1});
}

void WriteItem(JsonWriter& json, const wire::BulkItem& item, uint64_t request_id, size_t index) {
  json.BeginObject();
  json.Key(item.action);
  json.BeginObject();
  WriteIdentity(json, item, request_id, index);
  if (item.error_type == nullptr) {
    WriteResult(json);
    json.Field("status", int64_t{kCreated});
  } else {
    json.Field("status", int64_t{kBadRequest});
    json.Key("error");
    json.BeginObject();
    json.Field("type", item.error_type);
    json.Field("reason", item.error_reason);
    json.EndObject();
  }
  json.EndObject();
  json.EndObject();
}

void WriteCause(JsonWriter& json, std::string_view type, std::string_view reason) {
  json.Field("type", type);
  json.Field("reason", reason);
}

}  // namespace

net::HttpResponse ElasticsearchJson(int http_status, std::string body) {
  net::HttpResponse response{http_status, "application/json", std::move(body)};
  response.headers.emplace_back("X-Elastic-Product", "Elasticsearch");
  return response;
}

net::HttpResponse ElasticsearchError(int http_status, std::string_view type,
                                     std::string_view reason) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Key("error");
  json.BeginObject();
  json.Key("root_cause");
  json.BeginArray();
  json.BeginObject();
  WriteCause(json, type, reason);
  json.EndObject();
  json.EndArray();
  WriteCause(json, type, reason);
  json.EndObject();
  json.Field("status", int64_t{http_status});
  json.EndObject();
  return ElasticsearchJson(http_status, std::move(body));
}

net::HttpResponse ElasticsearchFailure(const Receipt& receipt) {
  const std::string& reason = receipt.status.message();
  if (receipt.is_retryable) {
    // For the whole request: some clients drop single items that are refused beside others.
    net::HttpResponse response = ElasticsearchError(429, "es_rejected_execution_exception", reason);
    response.headers.emplace_back("Retry-After", std::to_string(kRetryDelayMs / 1000));
    return response;
  }
  switch (receipt.status.code()) {
    case Code::kInvalidArgument:
    case Code::kFailedPrecondition:
      return ElasticsearchError(kBadRequest, "illegal_argument_exception", reason);
    case Code::kResourceExhausted:
      return ElasticsearchError(413, "content_too_long_exception", reason);
    default: return ElasticsearchError(500, "exception", reason);
  }
}

net::HttpResponse BulkReply(std::span<const wire::BulkItem> items, uint64_t request_id,
                            int64_t took_ms) {
  bool has_errors = false;
  for (const wire::BulkItem& item : items) has_errors |= item.error_type != nullptr;
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Field("took", took_ms);
  // These two stay neighbours without a blank between them: Fluent Bit looks for just that.
  json.Field("errors", has_errors);
  json.Key("items");
  json.BeginArray();
  for (size_t i = 0; i < items.size(); ++i) WriteItem(json, items[i], request_id, i);
  json.EndArray();
  json.EndObject();
  return ElasticsearchJson(200, std::move(body));
}

net::HttpResponse DocumentReply(const wire::BulkItem& item, uint64_t request_id) {
  if (item.error_type != nullptr) {
    return ElasticsearchError(kBadRequest, item.error_type, item.error_reason);
  }
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  WriteIdentity(json, item, request_id, 0);
  WriteResult(json);
  json.EndObject();
  return ElasticsearchJson(kCreated, std::move(body));
}

}  // namespace spanhound::ingest
