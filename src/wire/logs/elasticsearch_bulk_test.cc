#include "wire/logs/elasticsearch_bulk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/testing/batch_text.h"

namespace spanhound::wire {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr uint64_t kNow = 77;

// The items, one a line, and the records.
std::string TextOf(std::string body, std::string_view index = "logs") {
  const auto request = DecodeElasticsearchBulk(std::move(body), index, kNow, {});
  if (!request.ok()) return request.status().ToString();
  std::string text;
  for (const BulkItem& item : request->items) {
    text.append(item.action).append(" ").append(item.index).append(" ").append(item.id);
    if (item.error_type != nullptr) {
      text.append(" ").append(item.error_type).append(": ").append(item.error_reason);
    }
    text += "\n";
  }
  return text + BatchText(request->logs.batch);
}

// The one record a document becomes.
std::string RecordText(const std::string& document) {
  const std::string text = TextOf("{\"index\":{}}\n" + document + "\n");
  EXPECT_THAT(text, StartsWith("index logs \nlog"));
  return text.substr(std::min<size_t>(text.size(), 15));
}

TEST(ElasticsearchBulk, FieldsBecomeThoseOfALogRecord) {
  EXPECT_EQ(
      RecordText(R"({"@timestamp":"2023-11-14T22:13:20.5Z","log":{"level":"warn","logger":"db"},)"
                 R"("message":"slow","trace":{"id":"0102030405060708090a0b0c0d0e0f10"},)"
                 R"("span.id":"00000000000000ab","service":{"name":"shop","version":"2"},)"
                 R"("kubernetes":{"pod_name":"p-1","labels":{"tier":"web"}},"n":5,"ok":true,)"
                 R"("x":0.5,"list":[1,"a",null,{"b":2}],"null":null,"empty":{}})"),
      " 0102030405060708090a0b0c0d0e0f10 00000000000000ab time=1700000000500000000 observed=77"
      " severity=13 severity_text=warn {log.logger='db', n=5, ok=true, x=0.5/3fe0000000000000,"
      " list=[1, 'a', empty, {b=2}], empty={}, elasticsearch.index='logs'} body='slow'\n"
      "  resource 0 {service.name='shop', service.version='2', k8s.pod.name='p-1',"
      " k8s.pod.label.tier='web'}\n"
      "  scope 0\n");
}

TEST(ElasticsearchBulk, TheBestSpellingCountsTheOthersStay) {
  EXPECT_THAT(RecordText(R"({"log":"b","message":"a","time":"2023-11-14T22:13:20Z","ts":"x",)"
                         R"("level":"info","severity":3})"),
              HasSubstr(" time=1700000000000000000 observed=77 severity=9 severity_text=info"
                        " {log='b', ts='x', severity=3, elasticsearch.index='logs'} body='a'\n"));
  EXPECT_THAT(
      RecordText(R"({"@timestamp":"never","timestamp":1700000000,"level":"loud"})"),
      HasSubstr(" time=1700000000000000000 observed=77 {@timestamp='never', level='loud',"));
}

TEST(ElasticsearchBulk, IdsOfOtherTracers) {
  EXPECT_THAT(RecordText(R"({"dd.trace_id":"255","dd.span_id":"4096"})"),
              StartsWith(" 000000000000000000000000000000ff 0000000000001000 "));
  EXPECT_THAT(RecordText(R"({"traceid":"48485a3953bb6124","transaction.id":"00000000000000cd"})"),
              StartsWith(" 000000000000000048485a3953bb6124 00000000000000cd "));
  EXPECT_THAT(RecordText(R"({"trace_id":"not an id","span_id":5,"trace_flags":"01"})"),
              HasSubstr(" flags=1 {trace_id='not an id', span_id=5,"));
}

TEST(ElasticsearchBulk, ServiceFromKubernetesWhereNobodySaysOne) {
  EXPECT_THAT(RecordText(R"({"kubernetes":{"container_name":"c","labels":{"app":"shop"}}})"),
              HasSubstr("{service.name='shop', k8s.container.name='c', k8s.pod.label.app='shop'}"));
  EXPECT_THAT(RecordText(R"({"kubernetes":{"labels":{"app":"x"}},"service":"shop"})"),
              HasSubstr("{service.name='shop', k8s.pod.label.app='x'}"));
}

TEST(ElasticsearchBulk, RecordsShareTheirResource) {
  const auto request = DecodeElasticsearchBulk(
      "{\"index\":{}}\n{\"service\":\"a\"}\n{\"index\":{}}\n{\"service\":\"b\"}\n"
      "{\"index\":{}}\n{\"service\":\"a\",\"x\":1}\n",
      "logs", kNow, {});
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->logs.batch.resources.size(), 2u);
  EXPECT_EQ(request->logs.batch.records[2].resource_index, 0u);
}

TEST(ElasticsearchBulk, ActionsAndLines) {
  EXPECT_EQ(TextOf("\n{\"create\":{\"_index\":\"a\",\"_id\":\"1\"}}\r\n{\"message\":\"m\"}\r\n\n"
                   "{\"update\":{\"_id\":\"2\"}}\n{\"doc\":{}}\n{\"delete\":{\"_id\":\"3\"}}\n"
                   "{\"index\":{}}\n{\"message\":\"last line\"}"),
            "create a 1\n"
            "update logs 2 illegal_argument_exception: only index and create are supported\n"
            "delete logs 3 illegal_argument_exception: only index and create are supported\n"
            "index logs \n"
            "log observed=77 {elasticsearch.index='a'} body='m'\n  resource 0\n  scope 0\n"
            "log observed=77 {elasticsearch.index='logs'} body='last line'\n  resource 0\n"
            "  scope 0\n");
  EXPECT_EQ(TextOf(""), "");
}

TEST(ElasticsearchBulk, BadDocumentsAreRefusedOneByOne) {
  const std::string text = TextOf(
      "{\"index\":{}}\n{\"message\":\n{\"index\":{}}\n[1]\n{\"index\":{\"_id\":\"9\"}}\n"
      "{\"message\":\"good\"}\n");
  EXPECT_THAT(text, HasSubstr("index logs  mapper_parsing_exception: "));
  EXPECT_THAT(text, HasSubstr(": a document must be a JSON object\nindex logs 9\nlog "));
  EXPECT_THAT(TextOf("{\"index\":{}}\n{}\n", ""),
              StartsWith("index   action_request_validation_exception: index is missing\n"));
  EXPECT_THAT(RecordText("{}"), HasSubstr("{elasticsearch.index='logs'} body=empty"));
}

TEST(ElasticsearchBulk, UnreadableActionsFailTheRequest) {
  EXPECT_THAT(TextOf("{\"index\":{}}\n{}\nnot json\n{}\n"),
              HasSubstr("INVALID_ARGUMENT: Malformed action/metadata line [3]"));
  EXPECT_THAT(TextOf("{}\n{}\n"), HasSubstr("Malformed action/metadata line [1]"));
  EXPECT_THAT(TextOf("{\"upsert\":{}}\n{}\n"), HasSubstr("the action is none of"));
  EXPECT_THAT(TextOf("{\"index\":1}\n{}\n"), HasSubstr("the action is not an object"));
  EXPECT_THAT(TextOf("{\"index\":{}}\n"), HasSubstr("line [1] is an action whose document"));
}

TEST(ElasticsearchBulk, NestingAndNamesAreBounded) {
  std::string deep = "1";
  for (int i = 0; i < 40; ++i) deep = std::string("{\"a\":").append(deep).append("}");
  EXPECT_THAT(TextOf("{\"index\":{}}\n" + deep + "\n"), HasSubstr("mapper_parsing_exception"));
  const std::string name(2000, 'k');
  EXPECT_THAT(TextOf("{\"index\":{}}\n{\"" + name + "\":1}\n"),
              HasSubstr("the name of a field is too long"));
}

TEST(ElasticsearchBulk, MemoryIsLimited) {
  std::string body;
  for (int i = 0; i < 1000; ++i) body += "{\"index\":{}}\n{\"a\":[1,2,3,4,5,6,7,8]}\n";
  RequestLimits limits;
  limits.memory_bytes_max = 10'000;
  EXPECT_EQ(DecodeElasticsearchBulk(body, "logs", kNow, limits).status().code(),
            Code::kResourceExhausted);
}

TEST(ElasticsearchBulk, ItemsTakeMemoryToo) {
  std::string body;
  for (int i = 0; i < 1000; ++i) body += "{\"delete\":{}}\n";
  RequestLimits limits;
  limits.memory_bytes_max = 10'000;
  EXPECT_EQ(DecodeElasticsearchBulk(body, "logs", kNow, limits).status().code(),
            Code::kResourceExhausted);
}

TEST(ElasticsearchBulk, ItemsAreLimitedThoseRefusedToo) {
  const std::string body = "{\"index\":{}}\n{\"a\":1}\n{\"delete\":{}}\n{\"index\":{}}\n[]\n";
  EXPECT_TRUE(DecodeElasticsearchBulk(body, "logs", kNow, {.items_max = 3}).ok());
  EXPECT_EQ(DecodeElasticsearchBulk(body, "logs", kNow, {.items_max = 2}).status().code(),
            Code::kResourceExhausted);
}

TEST(ElasticsearchBulk, OneDocument) {
  BulkItem item;
  item.action = "index";
  item.index = "logs";
  const auto request = DecodeElasticsearchDocument("{\n\"message\":\n\"m\"}", item, kNow, {});
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->items.size(), 1u);
  EXPECT_EQ(request->logs.batch.records.at(0).body.text(), "m");
}

}  // namespace
}  // namespace spanhound::wire
