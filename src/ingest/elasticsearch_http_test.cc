#include "ingest/elasticsearch_http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/testing/recording_store.h"
#include "ingest/testing/requests.h"

namespace spanhound::ingest {
namespace {

using ::testing::HasSubstr;

constexpr char kNdjson[] = "application/x-ndjson";
constexpr char kTwo[] =
    "{\"index\":{\"_index\":\"a\",\"_id\":\"1\"}}\n{\"message\":\"one\"}\n"
    "{\"create\":{\"_index\":\"b\",\"_id\":\"2\"}}\n{\"message\":\"two\"}\n";

// Somebody sets it back all the time.
class BackwardsClock : public Clock {
 public:
  int64_t NowUnixNanos() const override { return now_unix_nanos_ -= 1'000'000'000; }
  int64_t MonotonicNanos() const override { return monotonic_nanos_ += 1'000'000; }

 private:
  mutable int64_t now_unix_nanos_ = 1'700'000'000'000'000'000;
  mutable int64_t monotonic_nanos_ = 0;
};

class ElasticsearchHttpTest : public ::testing::Test {
 protected:
  ElasticsearchHttpTest() { AddElasticsearchRoutes(router_, ingest_, SystemClock()); }

  net::HttpResponse Send(std::string path, std::string body, std::string type = kNdjson) {
    return Post(router_, std::move(path), std::move(type), std::move(body));
  }
  net::HttpResponse Ask(std::string method, std::string path) {
    net::HttpRequest request;
    request.method = std::move(method);
    request.path = std::move(path);
    return ingest::Send(router_, request)->value();
  }

  RecordingStore store_;
  Metrics metrics_;
  Ingest ingest_{store_, metrics_};
  net::HttpRouter router_{ElasticsearchErrors()};
};

TEST_F(ElasticsearchHttpTest, BulkIsStoredAndEveryItemAnswered) {
  const net::HttpResponse response = Send("/_bulk", kTwo);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(HeaderOf(response, "X-Elastic-Product"), "Elasticsearch");
  // What Fluent Bit looks for, character by character.
  EXPECT_THAT(response.body,
              HasSubstr(R"("errors":false,"items":[{"index":{"_index":"a","_id":"1")"));
  EXPECT_THAT(response.body, HasSubstr(R"("status":201}},{"create":{"_index":"b","_id":"2")"));
  ASSERT_EQ(store_.log_batches.size(), 1u);
  EXPECT_EQ(store_.log_batches[0].records.at(1).body.text(), "two");
  EXPECT_GT(store_.log_batches[0].records.at(0).observed_time_unix_nanos, 0u);
  EXPECT_EQ(MetricValue(metrics_,
                        "spanhound_ingest_log_records_accepted_total"
                        R"({door="elasticsearch"})"),
            2);
}

TEST_F(ElasticsearchHttpTest, ADocumentThatIsSentAgainIsAnsweredAndNotStoredTwice) {
  const auto count = [this] {
    size_t records = 0;
    for (const model::LogBatch& batch : store_.log_batches) records += batch.records.size();
    return records;
  };
  store_.append_status = Unavailable("down");
  EXPECT_EQ(Send("/_bulk", kTwo).status, 429);
  store_.append_status = Status::Ok();
  const net::HttpResponse first = Send("/_bulk", kTwo);  // was not stored, so is not known
  EXPECT_EQ(count(), 2u);
  const std::string third =
      "{\"index\":{\"_index\":\"a\",\"_id\":\"3\"}}\n{\"message\":\"three\"}\n";
  const net::HttpResponse again = Send("/_bulk", std::string("{\"delete\":{}}\n") + kTwo + third);
  EXPECT_EQ(again.status, 200);
  EXPECT_THAT(again.body, HasSubstr(R"("status":201}},{"create":{"_index":"b","_id":"2")"));
  ASSERT_EQ(count(), 3u);
  EXPECT_EQ(store_.log_batches.back().records.at(0).body.text(), "three");
  // Another index, other contents, another tenant's, or no id: not the same document.
  Send("/c/_doc/3", "{\"message\":\"three\"}", "application/json");
  Send("/a/_doc/3", "{\"message\":\"changed\"}", "application/json");
  Post(router_, "/a/_doc/3", "application/json", "{\"message\":\"three\"}", {{"x-tenant", "t"}});
  for (int i = 0; i < 2; ++i) Send("/a/_doc", "{\"message\":\"three\"}", "application/json");
  EXPECT_EQ(count(), 8u);
  Send("/a/_doc/3", "{\"message\":\"changed\"}", "application/json");
  EXPECT_EQ(count(), 8u);
}

TEST_F(ElasticsearchHttpTest, TheContentTypesOfItsClients) {
  for (const char* type : {"application/json",
                           "application/vnd.elasticsearch+x-ndjson;"
                           " compatible-with=9"}) {
    EXPECT_EQ(Send("/logs/_bulk", "{\"index\":{}}\n{}\n", type).status, 200) << type;
  }
  const net::HttpResponse refused = Send("/_bulk", kTwo, "text/plain");
  EXPECT_EQ(refused.status, 406);
  EXPECT_THAT(refused.body, HasSubstr(R"("status":406})"));
}

TEST_F(ElasticsearchHttpTest, RefusedItemsAreTold) {
  const net::HttpResponse response =
      Send("/logs/_bulk", "{\"index\":{}}\n[]\n{\"index\":{}}\n{\"message\":\"x\"}\n");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body,
              HasSubstr(R"("errors":true,"items":[{"index":{"_index":"logs","_id":"","status":400,)"
                        R"("error":{"type":"mapper_parsing_exception","reason":"a document must)"));
  EXPECT_THAT(response.body, HasSubstr(R"("status":201}}]})"));
  EXPECT_EQ(MetricValue(metrics_,
                        "spanhound_ingest_log_records_rejected_total"
                        R"({door="elasticsearch"})"),
            1);
}

TEST_F(ElasticsearchHttpTest, SingleDocuments) {
  EXPECT_EQ(Send("/logs/_doc", "{\"message\":\"a\"}", "application/json").status, 201);
  const net::HttpResponse named =
      Send("/logs/_create/7", "{\"message\":\"b\"}", "application/json");
  EXPECT_EQ(named.status, 201);
  EXPECT_THAT(named.body,
              HasSubstr(R"({"_index":"logs","_id":"7","_version":1,"result":"created")"));
  EXPECT_EQ(Send("/logs/_doc", "[]", "application/json").status, 400);
  EXPECT_EQ(store_.log_batches.size(), 2u);
}

TEST_F(ElasticsearchHttpTest, OverloadRefusesTheWholeRequest) {
  store_.append_status = ResourceExhausted("head full");
  const net::HttpResponse response = Send("/_bulk", kTwo);
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "1");
  EXPECT_THAT(response.body, HasSubstr("es_rejected_execution_exception"));
}

TEST_F(ElasticsearchHttpTest, NothingIsAnsweredBeforeTheStoreHas) {
  store_.answers_later = true;
  net::HttpRequest request;
  request.method = "POST";
  request.path = "/_bulk";
  request.headers = {{"content-type", kNdjson}};
  request.body = kTwo;
  const auto answer = ingest::Send(router_, request);
  EXPECT_FALSE(answer->has_value());
  store_.AnswerAll();
  ASSERT_TRUE(answer->has_value());
  EXPECT_EQ((*answer)->status, 200);
}

TEST_F(ElasticsearchHttpTest, MalformedRequestsAre400) {
  const net::HttpResponse response = Send("/_bulk", "hello\n");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(Send("/_bulk", "").status, 400);
  EXPECT_THAT(response.body,
              HasSubstr(R"({"error":{"root_cause":[{"type":"illegal_argument_exception")"));
}

TEST_F(ElasticsearchHttpTest, WhatSendersAskAtTheirStart) {
  EXPECT_THAT(Ask("GET", "/").body, HasSubstr(R"("number":"8.17.0")"));
  EXPECT_EQ(Ask("HEAD", "/").status, 200);
  EXPECT_THAT(Ask("GET", "/_cluster/health").body, HasSubstr(R"("status":"green")"));
  EXPECT_THAT(Ask("GET", "/_license").body, HasSubstr(R"("type":"basic")"));
  for (const char* path : {"/_index_template/x", "/_template/x", "/_ilm/policy/x", "/_alias/x",
                           "/_ingest/pipeline/x", "/_data_stream/x", "/logs"}) {
    EXPECT_EQ(Ask("HEAD", path).status, 200) << path;
    EXPECT_EQ(Ask("PUT", path).body, R"({"acknowledged":true})") << path;
  }
  EXPECT_EQ(Ask("GET", "/_search").status, 404);
  const net::HttpResponse missing = Ask("GET", "/a/_search");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(HeaderOf(missing, "X-Elastic-Product"), "Elasticsearch");
}

TEST_F(ElasticsearchHttpTest, TookIsNoMatterOfWallTime) {
  const BackwardsClock clock;
  net::HttpRouter router{ElasticsearchErrors()};
  AddElasticsearchRoutes(router, ingest_, clock);
  EXPECT_THAT(Post(router, "/_bulk", kNdjson, kTwo).body, HasSubstr(R"("took":1,)"));
}

}  // namespace
}  // namespace spanhound::ingest
