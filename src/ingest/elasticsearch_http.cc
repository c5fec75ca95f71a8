#include "ingest/elasticsearch_http.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/checksum.h"
#include "ingest/elasticsearch_reply.h"
#include "ingest/media_type.h"
#include "ingest/recent_chunks.h"
#include "wire/logs/elasticsearch_bulk.h"

namespace spanhound::ingest {
namespace {

using Items = std::vector<wire::BulkItem>;

// What one request brings: what is to be answered, and the documents to know when they are stored.
struct Taken {
  Items items;
  std::vector<std::string> documents;
};

// Clients compare it with their own; 8 is what all of them speak.
constexpr char kRoot[] =
    R"({"name":"spanhound","cluster_name":"spanhound","cluster_uuid":"spanhound","version":{)"
    R"("number":"8.17.0","build_flavor":"default","build_type":"docker","build_hash":"0",)"
    R"("build_date":"2024-12-11T12:08:05.663969764Z","build_snapshot":false,)"
    R"("lucene_version":"9.12.0","minimum_wire_compatibility_version":"7.17.0",)"
    R"("minimum_index_compatibility_version":"7.0.0"},"tagline":"You Know, for Search"})";
constexpr char kLicense[] =
    R"({"license":{"status":"active","uid":"spanhound","type":"basic","mode":"basic"}})";
constexpr char kHealth[] =
    R"({"cluster_name":"spanhound","status":"green","timed_out":false,"number_of_nodes":1,)"
    R"("number_of_data_nodes":1,"active_primary_shards":1,"active_shards":1,)"
    R"("relocating_shards":0,"initializing_shards":0,"unassigned_shards":0})";

constexpr char kDone[] = R"({"acknowledged":true})";

struct FixedAnswer {
  const char* path;
  const char* body;
};
constexpr std::array<FixedAnswer, 6> kFixedAnswers = {{{"/", kRoot},
                                                       {"/_license", kLicense},
                                                       {"/_xpack", "{}"},
                                                       {"/_nodes/http", "{}"},
                                                       {"/_cluster/health", kHealth},
                                                       {"/_cluster/health/{index}", kHealth}}};
// What senders look for and, where it is missing, put there. It is never missing.
constexpr std::array kSetUpPaths = std::to_array<const char*>(
    {"/_index_template/{name}", "/_template/{name}", "/_component_template/{name}",
     "/_ilm/policy/{name}", "/_ingest/pipeline/{name}", "/_data_stream/{name}", "/_alias/{name}"});
constexpr std::array kIndexPaths =
    std::to_array<const char*>({"/{index}", "/{index}/_alias/{name}"});

// "application/vnd.elasticsearch+x-ndjson" is what the clients of version 8 and 9 say.
bool IsJsonType(std::string_view type) {
  return type == "application/json" || type == "application/x-ndjson" ||
         type == "application/vnd.elasticsearch+json" ||
         type == "application/vnd.elasticsearch+x-ndjson";
}

class ElasticsearchDoor {
 public:
  ElasticsearchDoor(Ingest& ingest, const Clock& clock) : ingest_(ingest), clock_(clock) {}

  void Bulk(net::HttpRequest request, net::HttpResponder respond) {
    const std::string index = request.path_parameters.empty() ? "" : request.path_parameters[0];
    const uint64_t now = Now();
    const int64_t started_nanos = clock_.MonotonicNanos();
    Add(
        std::move(request), std::move(respond),
        [index, now](std::string body, const RequestLimits& limits) {
          return wire::DecodeElasticsearchBulk(std::move(body), index, now, limits);
        },
        [this, now, started_nanos](const Items& items) {
          if (items.empty()) {
            return ElasticsearchError(400, "parse_exception", "request body is required");
          }
          return BulkReply(items, now, (clock_.MonotonicNanos() - started_nanos) / 1'000'000);
        });
  }

  void Document(const char* action, net::HttpRequest request, net::HttpResponder respond) {
    wire::BulkItem item;
    item.action = action;
    item.index = request.path_parameters[0];
    if (request.path_parameters.size() > 1) item.id = request.path_parameters[1];
    const uint64_t now = Now();
    Add(
        std::move(request), std::move(respond),
        [item, now](std::string body, const RequestLimits& limits) {
          return wire::DecodeElasticsearchDocument(std::move(body), item, now, limits);
        },
        [now](const Items& items) { return DocumentReply(items.at(0), now); });
  }

 private:
  uint64_t Now() const { return static_cast<uint64_t>(clock_.NowUnixNanos()); }

  template <typename Decode, typename Reply>
  void Add(net::HttpRequest request, net::HttpResponder respond, Decode decode, Reply reply) {
    if (!IsJsonType(MediaType(request.header("content-type")))) {
      ingest_.CountUnsupportedMediaType(Door::kElasticsearch);
      return respond(ElasticsearchError(406, "media_type_header_exception",
                                        "Content-Type must be application/x-ndjson or "
                                        "application/json"));
    }
    auto taken = std::make_shared<Taken>();
    const std::string tenant = std::string(request.header("x-scope-orgid")) + '\0' +
                               std::string(request.header("x-tenant")) + '\0';
    const auto decode_logs = [&](std::string body,
                                 const RequestLimits& limits) -> Result<LogsOnly> {
      ASSIGN_OR_RETURN(wire::BulkRequest bulk, decode(std::move(body), limits));
      taken->items = std::move(bulk.items);
      LeaveOutKnown(tenant, *taken, bulk.logs.batch.records);
      return std::move(bulk.logs);
    };
    Parcel parcel{Door::kElasticsearch, std::move(request.body), std::move(request.headers)};
    ingest_.AddLogs(
        std::move(parcel), decode_logs,
        [taken, stored = stored_, reply, respond = std::move(respond)](const Receipt& receipt) {
          if (!receipt.status.ok()) return respond(ElasticsearchFailure(receipt));
          for (const std::string& document : taken->documents) stored->Add(document);
          respond(reply(taken->items));
        });
  }

  // What tells a document from all others: whose it is, where it goes, its id, and its bytes, so
  // that one that was changed is stored.
  static std::string DocumentKey(const std::string& tenant, const wire::BulkItem& item) {
    const uint64_t hashes[] = {Checksum64(tenant + item.index + '\0' + item.id),
                               item.document_hash};
    return {reinterpret_cast<const char*>(hashes), sizeof hashes};
  }

  // Senders that got no answer send the same again. `records` are those of items without an error.
  void LeaveOutKnown(const std::string& tenant, Taken& taken,
                     std::vector<model::LogRecord>& records) const {
    size_t read = 0, kept = 0;
    for (const wire::BulkItem& item : taken.items) {
      if (item.error_type != nullptr) continue;
      const std::string key = item.id.empty() ? "" : DocumentKey(tenant, item);
      const bool is_known = !key.empty() && stored_->Contains(key);
      if (!is_known) records[kept++] = records[read];
      if (!is_known && !key.empty()) taken.documents.push_back(key);
      ++read;
    }
    records.resize(kept);
  }

  using LogsOnly = wire::Decoded<model::LogBatch>;

  Ingest& ingest_;
  const Clock& clock_;
  const std::shared_ptr<RecentChunks> stored_ = std::make_shared<RecentChunks>();
};

net::HttpHandler Answer(const char* body) {
  return [body](const net::HttpRequest&, const net::HttpResponder& respond) {
    respond(ElasticsearchJson(200, body));
  };
}

// No index begins with an underscore: that is an endpoint we do not have.
net::HttpHandler IndexAnswer(const char* body) {
  return [body](const net::HttpRequest& request, const net::HttpResponder& respond) {
    if (!request.path_parameters[0].starts_with('_')) return respond(ElasticsearchJson(200, body));
    respond(ElasticsearchError(404, "resource_not_found_exception", "no such path"));
  };
}

void AddSetUpRoutes(net::HttpRouter& router) {
  for (const FixedAnswer& answer : kFixedAnswers) {
    router.Add("GET", answer.path, Answer(answer.body));
  }
  for (const char* path : kSetUpPaths) {
    router.Add("GET", path, Answer("{}"));
    router.Add("PUT", path, Answer(kDone));
  }
  for (const char* path : kIndexPaths) {
    router.Add("GET", path, IndexAnswer("{}"));
    router.Add("PUT", path, IndexAnswer(kDone));
  }
}

}  // namespace

void AddElasticsearchRoutes(net::HttpRouter& router, Ingest& ingest, const Clock& clock) {
  const auto door = std::make_shared<ElasticsearchDoor>(ingest, clock);
  const auto bulk = [door](net::HttpRequest request, net::HttpResponder respond) {
    door->Bulk(std::move(request), std::move(respond));
  };
  const auto document = [door](const char* action) {
    return [door, action](net::HttpRequest request, net::HttpResponder respond) {
      door->Document(action, std::move(request), std::move(respond));
    };
  };
  AddSetUpRoutes(router);
  for (const char* method : {"POST", "PUT"}) {
    router.Add(method, "/_bulk", bulk);
    router.Add(method, "/{index}/_bulk", bulk);
    router.Add(method, "/{index}/_doc/{id}", document("index"));
    router.Add(method, "/{index}/_create/{id}", document("create"));
  }
  router.Add("POST", "/{index}/_doc", document("index"));
}

net::HttpErrorRenderer ElasticsearchErrors() {
  return [](const net::HttpRequest&, int http_status, std::string_view message) {
    const char* type = http_status < 500 ? "illegal_argument_exception" : "exception";
    return ElasticsearchError(http_status, type, message);
  };
}

}  // namespace spanhound::ingest
