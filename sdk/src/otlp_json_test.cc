#include "otlp_json.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include <nlohmann/json.hpp>
#include <string>

namespace spanhound::sdk {
namespace {

namespace trace_service = opentelemetry::proto::collector::trace::v1;
namespace logs_service = opentelemetry::proto::collector::logs::v1;

// What protobuf's own JSON says, with ids in base64 as protobuf has them.
template <typename Request>
nlohmann::json ByProtobuf(const Request& request) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_enums_as_ints = true;
  std::string text;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(request, &text, options).ok());
  return nlohmann::json::parse(text);
}

void FillAttributes(opentelemetry::proto::common::v1::KeyValue* first,
                    opentelemetry::proto::common::v1::KeyValue* second) {
  first->set_key("say \"hi\"\n");
  first->mutable_value()->set_bytes_value(std::string("\x00\xFF\x10\x41", 4));
  second->set_key("list");
  auto* const list = second->mutable_value()->mutable_array_value();
  list->add_values()->set_int_value(-7);
  list->add_values()->set_double_value(0.25);
  list->add_values()->set_bool_value(true);
  list->add_values()->set_string_value("");
}

TEST(OtlpJsonTest, SpansSayWhatTheProtobufSays) {
  trace_service::ExportTraceServiceRequest request;
  auto* const resource_spans = request.add_resource_spans();
  auto* const resource = resource_spans->mutable_resource();
  FillAttributes(resource->add_attributes(), resource->add_attributes());
  for (int i = 0; i < 2; ++i) {
    auto* const scope_spans = resource_spans->add_scope_spans();
    scope_spans->mutable_scope()->set_name("scope" + std::to_string(i));
    scope_spans->mutable_scope()->set_version("1");
    scope_spans->set_schema_url("https://schema");
    auto* const span = scope_spans->add_spans();
    span->set_name("name");
    span->set_kind(opentelemetry::proto::trace::v1::Span::SPAN_KIND_CLIENT);
    span->set_start_time_unix_nano(1'700'000'000'000'000'001);
    span->set_end_time_unix_nano(1'700'000'000'000'000'002);
    span->set_trace_state("a=b");
    span->set_flags(0x303);
    span->set_dropped_attributes_count(3);
    FillAttributes(span->add_attributes(), span->add_attributes());
    span->mutable_status()->set_code(opentelemetry::proto::trace::v1::Status::STATUS_CODE_ERROR);
    span->mutable_status()->set_message("broken");
    auto* const event = span->add_events();
    event->set_name("event");
    event->set_time_unix_nano(5);
    FillAttributes(event->add_attributes(), event->add_attributes());
    auto* const link = span->add_links();
    link->set_trace_state("c=d");
    link->set_flags(1);
  }
  EXPECT_EQ(nlohmann::json::parse(SpansToJson(request.SerializeAsString())), ByProtobuf(request));
}

TEST(OtlpJsonTest, LogRecordsSayWhatTheProtobufSays) {
  logs_service::ExportLogsServiceRequest request;
  auto* const record = request.add_resource_logs()->add_scope_logs()->add_log_records();
  record->set_time_unix_nano(1'700'000'000'000'000'001);
  record->set_observed_time_unix_nano(1'700'000'000'000'000'002);
  record->set_severity_number(opentelemetry::proto::logs::v1::SEVERITY_NUMBER_WARN);
  record->set_severity_text("warn");
  record->mutable_body()->set_string_value("line \xE4\xBD\xA0");
  record->set_flags(1);
  FillAttributes(record->add_attributes(), record->add_attributes());
  EXPECT_EQ(nlohmann::json::parse(LogRecordsToJson(request.SerializeAsString())),
            ByProtobuf(request));
}

TEST(OtlpJsonTest, IdsAreHexadecimal) {
  trace_service::ExportTraceServiceRequest request;
  auto* const span = request.add_resource_spans()->add_scope_spans()->add_spans();
  span->set_trace_id(
      std::string("\x01\x23\x45\x67\x89\xAB\xCD\xEF\x01\x23\x45\x67\x89\xAB\xCD\xEF"));
  span->set_span_id(std::string("\x01\x23\x45\x67\x89\xAB\xCD\xEF"));
  EXPECT_EQ(SpansToJson(request.SerializeAsString()),
            R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":)"
            R"("0123456789abcdef0123456789abcdef","spanId":"0123456789abcdef"}]}]}]})");
}

TEST(OtlpJsonTest, Replies) {
  EXPECT_EQ(ParseJsonReply("{}").rejected, 0u);
  EXPECT_EQ(ParseJsonReply("<html>").rejected, 0u);
  EXPECT_EQ(ParseJsonReply(R"({"partialSuccess":[]})").rejected, 0u);
  const auto text =
      ParseJsonReply(R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}})");
  EXPECT_EQ(text.rejected, 3u);
  EXPECT_EQ(text.message, "too old");
  EXPECT_EQ(ParseJsonReply(R"({"partialSuccess":{"rejectedLogRecords":2}})").rejected, 2u);
}

}  // namespace
}  // namespace spanhound::sdk
