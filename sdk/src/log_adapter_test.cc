#include "spanhound/log_adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>

#include <string>

#include "spanhound/setup.h"
#include "spanhound/trace.h"
#include "testing/loopback_server.h"

namespace spanhound::sdk {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Bytes(std::string_view hex_id) {
  std::string bytes;
  for (std::size_t i = 0; i < hex_id.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex_id.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

TEST(LogAdapterTest, LineIsThatOfTheKit) {
  const Guard guard =
      sdk::Setup("svc", "1.0",
                 {.traces = Exporter::kNone, .sampler = "always_on", .log = {.to_stdout = false}});
  Span span("span");
  const std::string line = FormatLogLine(
      {.level = LogLevel::kWarn, .message = "disk \"full\"", .file = "a.cc", .line = 7});
  EXPECT_THAT(line, StartsWith("{\"level\":\"warn\",\"time\":\""));
  EXPECT_THAT(line, HasSubstr(R"("linenum":"a.cc:7","msg":"disk \"full\"","serviceName":"svc")"));
  EXPECT_THAT(line, HasSubstr("\"trace_id\":\"" + span.trace_id() + "\",\"span_id\":\"" +
                              span.span_id() + "\",\"pspan_id\":\"0\"}"));
}

TEST(LogAdapterTest, TextWhenSetupIsToldSo) {
  const Guard guard = sdk::Setup("svc", "1.0",
                                 {.traces = Exporter::kNone,
                                  .sampler = "always_on",
                                  .log = {.format = "text", .to_stdout = false}});
  EXPECT_THAT(FormatLogLine({.message = "a\nb\x1b", .file = "a.cc", .line = 7}),
              ::testing::EndsWith(" info a.cc:7 a\\nb?"));
  Span span("span");
  EXPECT_THAT(FormatLogLine({.level = LogLevel::kError, .message = "x"}),
              ::testing::EndsWith(" error x trace_id=" + span.trace_id() +
                                  " span_id=" + span.span_id() + " pspan_id=0"));
}

TEST(LogAdapterTest, RecordIsExportedWithSeverityAndIds) {
  spanhound::sdk::testing::LoopbackServer server;
  Guard guard = sdk::Setup("svc", "1.0",
                           {.traces = Exporter::kNone,
                            .logs = Exporter::kOtlpHttp,
                            .endpoint = server.url(),
                            .sampler = "always_on",
                            .log = {.to_stdout = false}});
  std::string trace_id, span_id;
  {
    Span span("span");
    trace_id = span.trace_id();
    span_id = span.span_id();
    ExportLog({.level = LogLevel::kCritical, .message = "gone", .file = "a.cc", .line = 7});
  }
  EXPECT_TRUE(guard.Shutdown().ok());
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_THAT(server.requests()[0].head, StartsWith("POST /v1/logs "));
  opentelemetry::proto::collector::logs::v1::ExportLogsServiceRequest request;
  ASSERT_TRUE(request.ParseFromString(server.requests()[0].body));
  const auto& record = request.resource_logs(0).scope_logs(0).log_records(0);
  EXPECT_EQ(record.severity_number(), 21);
  EXPECT_EQ(record.body().string_value(), "gone");
  EXPECT_EQ(record.trace_id(), Bytes(trace_id));
  EXPECT_EQ(record.span_id(), Bytes(span_id));
}

}  // namespace
}  // namespace spanhound::sdk
