// Setup as a program sees it: real SDK, real sockets.
#include "spanhound/setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <thread>

#include "spanhound/log.h"
#include "spanhound/trace.h"
#include "testing/captured_lines.h"
#include "testing/gunzip.h"
#include "testing/loopback_server.h"

namespace spanhound::sdk {
namespace {

namespace proto = opentelemetry::proto;
using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::Contains;
using testing::DeadAddress;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::LoopbackServer;
using Clock = std::chrono::steady_clock;

// A variable that is gone when the test is over.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_); }

 private:
  const char* name_;
};

SetupOptions Quiet(SetupOptions options) {
  options.log.to_stdout = false;
  return options;
}

std::map<std::string, std::string> TextAttributes(const auto& attributes) {
  std::map<std::string, std::string> texts;
  for (const auto& attribute : attributes) {
    texts[attribute.key()] = attribute.value().has_int_value()
                                 ? std::to_string(attribute.value().int_value())
                                 : attribute.value().string_value();
  }
  return texts;
}

template <typename Request>
Request Parse(const std::vector<testing::HttpRequest>& requests, const std::string& path) {
  Request all;
  for (const auto& request : requests) {
    if (request.head.find("POST " + path + " ") == 0) all.MergeFromString(request.body);
  }
  return all;
}

TEST(SetupTest, SpansAndLogsArriveByOtlpHttp) {
  LoopbackServer server;
  {
    Guard guard =
        sdk::Setup("svc", "1.0", Quiet({.endpoint = server.url("/"), .resource = {{"ID", "1"}}}));
    EXPECT_TRUE(guard.ok()) << guard.status().message();
    Span span("work", {{"hello", "world"}});
    SPANHOUND_WARN("attention {}", 7);
    span.End();
    EXPECT_TRUE(guard.Shutdown().ok());
  }
  const auto traces = Parse<proto::collector::trace::v1::ExportTraceServiceRequest>(
      server.requests(), "/v1/traces");
  ASSERT_EQ(traces.resource_spans_size(), 1);
  const auto resource = TextAttributes(traces.resource_spans(0).resource().attributes());
  EXPECT_EQ(resource.at("service.name"), "svc");
  EXPECT_EQ(resource.at("service.version"), "1.0");
  EXPECT_EQ(resource.at("ID"), "1");
  EXPECT_EQ(resource.at("os.type"), "linux");
  EXPECT_EQ(resource.at("process.pid"), std::to_string(getpid()));
  EXPECT_EQ(resource.at("process.executable.name"), "sdk_setup_test");
  EXPECT_EQ(resource.at("telemetry.sdk.language"), "cpp");
  EXPECT_EQ(resource.at("service.instance.id").size(), 36u);
  const auto& span = traces.resource_spans(0).scope_spans(0).spans(0);
  EXPECT_EQ(span.name(), "work");
  EXPECT_EQ(traces.resource_spans(0).scope_spans(0).scope().name(), "svc");

  const auto logs =
      Parse<proto::collector::logs::v1::ExportLogsServiceRequest>(server.requests(), "/v1/logs");
  ASSERT_EQ(logs.resource_logs_size(), 1);
  const auto& record = logs.resource_logs(0).scope_logs(0).log_records(0);
  EXPECT_EQ(record.body().string_value(), "attention 7");
  EXPECT_EQ(record.severity_number(), proto::logs::v1::SEVERITY_NUMBER_WARN);
  EXPECT_EQ(record.severity_text(), "WARN");
  EXPECT_EQ(record.trace_id(), span.trace_id());
  EXPECT_EQ(record.span_id(), span.span_id());
  EXPECT_EQ(record.flags(), 3u) << "sampled, and a random trace id";
  EXPECT_GT(record.time_unix_nano(), 0u);
  const auto attributes = TextAttributes(record.attributes());
  EXPECT_THAT(attributes.at("code.file.path"), HasSubstr("setup_test.cc"));
  EXPECT_NE(attributes.at("code.line.number"), "0");
}

TEST(SetupTest, HostileLogTextIsExportedAsUtf8) {
  LoopbackServer server;
  Guard guard = sdk::Setup("svc", "1.0", Quiet({.endpoint = server.url()}));
  SPANHOUND_INFO("bad \xFF byte");
  EXPECT_TRUE(guard.Shutdown().ok());
  const auto logs =
      Parse<proto::collector::logs::v1::ExportLogsServiceRequest>(server.requests(), "/v1/logs");
  ASSERT_EQ(logs.resource_logs_size(), 1);
  EXPECT_EQ(logs.resource_logs(0).scope_logs(0).log_records(0).body().string_value(),
            "bad \xEF\xBF\xBD byte");
}

TEST(SetupTest, JaegerByVariables) {
  LoopbackServer server(
      [](std::size_t) { return LoopbackServer::Response("202 Accepted", "", ""); });
  const Variable exporter("OTEL_TRACES_EXPORTER", "jaeger");
  const Variable endpoint("OTEL_EXPORTER_JAEGER_ENDPOINT", server.url("/api/traces"));
  Guard guard = sdk::Setup("svc", "1.0", Quiet({}));
  { Span span("work"); }
  EXPECT_TRUE(guard.Shutdown().ok());
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_THAT(server.requests()[0].head, AllOf(HasSubstr("POST /api/traces "),
                                               HasSubstr("Content-Type: application/x-thrift")));
  EXPECT_THAT(server.requests()[0].body, AllOf(HasSubstr("svc"), HasSubstr("work")));
}

TEST(SetupTest, BatchLimitHoldsForEveryRequest) {
  LoopbackServer server;
  const Variable size("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10");
  Guard guard =
      sdk::Setup("svc", "1.0", Quiet({.logs = Exporter::kNone, .endpoint = server.url()}));
  for (int i = 0; i < 95; ++i) Span span("work");
  EXPECT_TRUE(guard.Shutdown().ok());
  int spans = 0;
  for (const auto& request : server.requests()) {
    proto::collector::trace::v1::ExportTraceServiceRequest batch;
    ASSERT_TRUE(batch.ParseFromString(request.body));
    const int count = batch.resource_spans(0).scope_spans(0).spans_size();
    EXPECT_LE(count, 10);
    spans += count;
  }
  EXPECT_EQ(spans, 95);
}

TEST(SetupTest, PartialSuccessIsTold) {
  proto::collector::trace::v1::ExportTraceServiceResponse response;
  response.mutable_partial_success()->set_rejected_spans(1);
  response.mutable_partial_success()->set_error_message("too old");
  LoopbackServer server(
      [&](std::size_t) { return LoopbackServer::Ok(response.SerializeAsString()); });
  Guard guard =
      sdk::Setup("svc", "1.0", Quiet({.logs = Exporter::kNone, .endpoint = server.url()}));
  { Span span("work"); }
  EXPECT_THAT(guard.Shutdown().errors(),
              ElementsAre(AllOf(HasSubstr("1 of 1 spans lost"), HasSubstr("too old"))));
}

// Who waits for a backend that never answers waits for longer.
constexpr milliseconds kHangs = std::chrono::seconds(30);

milliseconds TimeOf(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

struct BackendCase {
  const char* name;
  Exporter exporter;
  bool hangs;
};

class ShutdownTest : public ::testing::TestWithParam<BackendCase> {};

// With a collector that takes requests and never answers: the deadline. With a dead one: at once.
TEST_P(ShutdownTest, IsBoundedAndTellsWhatWasLost) {
  LoopbackServer hanging(LoopbackServer::Hang);
  const std::string address = GetParam().hangs ? hanging.address() : DeadAddress();
  const Exporter exporter = GetParam().exporter;
  const bool jaeger = exporter == Exporter::kJaeger;
  Guard guard = sdk::Setup("svc", "1.0",
                           Quiet({.traces = exporter,
                                  .logs = jaeger ? Exporter::kNone : exporter,
                                  .endpoint = "http://" + address,
                                  .jaeger_endpoint = "http://" + address + "/api/traces",
                                  .timeout = 2 * kHangs}));
  for (int i = 0; i < 1200; ++i) Span span("work");  // several batches
  SPANHOUND_INFO("lost, too");
  Status lost;
  const milliseconds time = TimeOf([&] { lost = guard.Shutdown(milliseconds(700)); });
  EXPECT_LT(time, kHangs);
  ASSERT_EQ(lost.errors().size(), jaeger ? 1u : 2u) << lost.message();
  EXPECT_THAT(lost.errors()[0], HasSubstr("1200 of 1200 spans lost on the way to"));
  EXPECT_THAT(lost.message(), HasSubstr(address));
  EXPECT_LT(TimeOf([&] { EXPECT_EQ(guard.Shutdown().message(), lost.message()); }), kHangs);
}

INSTANTIATE_TEST_SUITE_P(Backends, ShutdownTest,
                         ::testing::Values(BackendCase{"HttpHanging", Exporter::kOtlpHttp, true},
                                           BackendCase{"HttpDead", Exporter::kOtlpHttp, false},
                                           BackendCase{"GrpcHanging", Exporter::kOtlpGrpc, true},
                                           BackendCase{"GrpcDead", Exporter::kOtlpGrpc, false},
                                           BackendCase{"JaegerHanging", Exporter::kJaeger, true},
                                           BackendCase{"JaegerDead", Exporter::kJaeger, false}),
                         [](const auto& each) { return each.param.name; });

// An export is already waiting for the answer when shutdown begins.
TEST(SetupTest, ShutdownInterruptsAnExportUnderWay) {
  LoopbackServer server(LoopbackServer::Hang);
  Guard guard = sdk::Setup("svc", "1.0",
                           Quiet({.logs = Exporter::kNone,
                                  .endpoint = server.url(),
                                  .timeout = 2 * kHangs,
                                  .span_batch = {.schedule_delay = milliseconds(10)}}));
  { Span span("work"); }
  ASSERT_TRUE(server.WaitForRequests(1));
  EXPECT_LT(TimeOf([&] { EXPECT_FALSE(guard.Shutdown(milliseconds(300)).ok()); }), kHangs);
}

TEST(SetupTest, ADeadBackendCostsOneLine) {
  ::testing::internal::CaptureStderr();
  {
    Guard guard =
        sdk::Setup("svc", "1.0",
                   Quiet({.endpoint = "http://" + DeadAddress(),
                          .timeout = milliseconds(50),
                          .span_batch = {.max_queue_size = 64, .schedule_delay = milliseconds(5)},
                          .log_batch = {.schedule_delay = milliseconds(5)}}));
    for (int i = 0; i < 20'000; ++i) {
      Span span("work");  // most do not fit into the queue
      if (i % 100 == 0) SPANHOUND_INFO("line {}", i);
    }
  }
  const std::string text = ::testing::internal::GetCapturedStderr();
  // One, or none when an earlier test used up the ten seconds.
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

// In a process of its own: no earlier test has used up the ten seconds.
TEST(SetupDeathTest, WhatShutdownLosesIsOneLineForAllSignals) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto lose_both = [] {
    {
      Guard guard = sdk::Setup("svc", "1.0",
                               Quiet({.endpoint = "http://" + DeadAddress(),
                                      .span_batch = {.schedule_delay = std::chrono::hours(1)},
                                      .log_batch = {.schedule_delay = std::chrono::hours(1)}}));
      Span span("lost");
      SPANHOUND_INFO("lost as well");
    }
    std::exit(0);
  };
  EXPECT_EXIT(lose_both(), ::testing::ExitedWithCode(0),
              "spanhound: 1 of 1 spans lost on the way to .*; 1 of 1 log records lost");
}

TEST(SetupTest, ProblemsAreInStatusAndOnStderrOnce) {
  const Variable queue("OTEL_BSP_MAX_QUEUE_SIZE", "many");
  ::testing::internal::CaptureStderr();
  Guard guard = sdk::Setup("svc", "1.0",
                           Quiet({.traces = Exporter::kNone, .log = {.file = "/no/such/\0dir"}}));
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_FALSE(guard.ok());
  EXPECT_THAT(guard.status().errors(),
              Contains(HasSubstr("OTEL_BSP_MAX_QUEUE_SIZE: 'many' is no number")));
  EXPECT_EQ(text, "spanhound: " + guard.status().message() + "\n");
  Span span("still works");
  EXPECT_TRUE(span.IsRecording());
}

TEST(SetupTest, LogFileThatCannotBeOpened) {
  ::testing::internal::CaptureStderr();
  Guard guard = sdk::Setup(
      "svc", "1.0", Quiet({.traces = Exporter::kNone, .log = {.file = "/proc/no/such.log"}}));
  ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(guard.status().errors(), ElementsAre(HasSubstr("no log file")));
}

TEST(SetupTest, DisabledMeansNoSpansButLinesAndPropagation) {
  const Variable disabled("OTEL_SDK_DISABLED", "true");
  const auto lines = std::make_shared<testing::CapturedLines>();
  Guard guard = sdk::Setup(
      "svc", "1.0", Quiet({.endpoint = "http://" + DeadAddress(), .log = {.sinks = {lines}}}));
  Span span("work");
  EXPECT_FALSE(span.IsRecording());
  SPANHOUND_INFO("still here");
  EXPECT_EQ(lines->Field("msg"), "still here");
  EXPECT_EQ(lines->Field("trace_id"), "");
  const Context context =
      Extract({{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}});
  ContextScope scope(context);
  EXPECT_EQ(CurrentSpan().trace_id(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_TRUE(guard.Shutdown().ok());
}

TEST(SetupTest, LogsGoOnAfterShutdown) {
  LoopbackServer server;
  const auto lines = std::make_shared<testing::CapturedLines>();
  Guard guard = sdk::Setup(
      "svc", "1.0", Quiet({.endpoint = server.url(), .log = {.async = true, .sinks = {lines}}}));
  guard.Shutdown();
  const std::size_t requests = server.requests().size();
  SPANHOUND_INFO("afterwards");
  EXPECT_EQ(lines->Field("msg"), "afterwards");
  Span span("afterwards");
  EXPECT_FALSE(span.IsRecording());
  EXPECT_EQ(server.requests().size(), requests);
}

TEST(SetupTest, ASecondSetupTakesOver) {
  LoopbackServer first, second;
  Guard old_guard =
      sdk::Setup("old", "1", Quiet({.logs = Exporter::kNone, .endpoint = first.url()}));
  Guard new_guard =
      sdk::Setup("new", "2", Quiet({.logs = Exporter::kNone, .endpoint = second.url()}));
  EXPECT_TRUE(old_guard.Shutdown().ok());
  { Span span("work"); }
  old_guard = std::move(new_guard);  // moving a guard keeps its pipelines going
  { Span span("work"); }
  EXPECT_TRUE(old_guard.Shutdown().ok());
  EXPECT_TRUE(new_guard.Shutdown().ok()) << "moved from: nothing to do";
  EXPECT_THAT(first.requests(), IsEmpty());
  const auto traces = Parse<proto::collector::trace::v1::ExportTraceServiceRequest>(
      second.requests(), "/v1/traces");
  ASSERT_EQ(traces.resource_spans_size(), 1);
  EXPECT_EQ(traces.resource_spans(0).scope_spans(0).spans_size(), 2);
}

TEST(SetupTest, CountsWhatBecameOfSpans) {
  LoopbackServer server([](std::size_t n) {
    return n == 0 ? LoopbackServer::Ok() : LoopbackServer::Response("400 Bad Request", "", "no");
  });
  Guard guard =
      sdk::Setup("svc", "1.0", Quiet({.logs = Exporter::kNone, .endpoint = server.url()}));
  { Span span("delivered"); }
  EXPECT_TRUE(guard.Flush());
  { Span span("refused"); }
  EXPECT_TRUE(guard.Flush());
  EXPECT_EQ(guard.span_counts().delivered, 1u);
  EXPECT_EQ(guard.span_counts().lost, 1u);
  EXPECT_EQ(guard.span_counts().dropped, 0u);
}

TEST(SetupTest, OneOfSeveralExportersFailsAlone) {
  LoopbackServer well;
  LoopbackServer hanging(LoopbackServer::Hang);
  const Variable several("OTEL_TRACES_EXPORTER", "jaeger,otlp");
  const Variable json("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json");
  Guard guard = sdk::Setup("svc", "1.0",
                           Quiet({.logs = Exporter::kNone,
                                  .endpoint = well.url(),
                                  .jaeger_endpoint = hanging.url("/api/traces")}));
  { Span span("work"); }
  EXPECT_FALSE(guard.Flush(milliseconds(500))) << "one of them hangs";
  ASSERT_TRUE(well.WaitForRequests(1));
  while (guard.span_counts().delivered == 0) std::this_thread::yield();
  EXPECT_THAT(well.requests()[0].head, HasSubstr("application/json"));
  EXPECT_THAT(well.requests()[0].body, HasSubstr(R"("name":"work")"));
  EXPECT_THAT(guard.Shutdown(milliseconds(100)).errors(),
              ElementsAre(HasSubstr("1 of 1 spans lost")));
  EXPECT_EQ(guard.span_counts().delivered, 1u);
  EXPECT_EQ(guard.span_counts().lost, 1u);
}

TEST(SetupTest, SpansThatTheQueueCannotTakeAreCountedAndTold) {
  LoopbackServer server(LoopbackServer::Hang);
  Guard guard = sdk::Setup("svc", "1.0",
                           Quiet({.logs = Exporter::kNone,
                                  .endpoint = server.url(),
                                  .span_batch = {.max_queue_size = 10}}));
  for (int i = 0; i < 110; ++i) Span span("work");
  EXPECT_EQ(guard.span_counts().dropped, 100u);
  EXPECT_FALSE(guard.Flush(milliseconds(50))) << "the backend hangs";
  EXPECT_THAT(guard.Shutdown(milliseconds(100)).errors(),
              ElementsAre(HasSubstr("10 of 10 spans lost"), HasSubstr("100 spans dropped")));
}

TEST(SetupTest, GzipOverHttp) {
  LoopbackServer server;
  const Variable compression("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip");
  Guard guard =
      sdk::Setup("svc", "1.0", Quiet({.logs = Exporter::kNone, .endpoint = server.url()}));
  { Span span("work"); }
  EXPECT_TRUE(guard.Shutdown().ok());
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_THAT(server.requests()[0].head, HasSubstr("Content-Encoding: gzip"));
  proto::collector::trace::v1::ExportTraceServiceRequest request;
  ASSERT_TRUE(request.ParseFromString(testing::Gunzip(server.requests()[0].body)));
  EXPECT_EQ(request.resource_spans(0).scope_spans(0).spans(0).name(), "work");
}

// The child exports its own spans, under its own identity, and none of its parent's; both end in
// time. A thread keeps the kit's locks busy meanwhile.
TEST(SetupTest, AForkedChildExportsByItself) {
  LoopbackServer server;
  Guard guard = sdk::Setup("svc", "1.0",
                           Quiet({.endpoint = server.url(),
                                  .span_batch = {.max_queue_size = 9999},
                                  .log = {.async = true}}));
  { Span span("warm up"); }
  EXPECT_TRUE(guard.Flush());
  std::atomic<bool> done{false};
  std::thread busy([&] {
    for (int i = 0; !done && i < 3000; ++i) Span span("busy");
  });
  { Span span("of the parent"); }
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(30);  // a child that hangs is a failure, not a test without end
    SPANHOUND_INFO("of the child, too");
    { Span span("of the child"); }
    _exit(guard.Shutdown().ok() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  done = true;
  busy.join();
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(guard.Shutdown().ok());
  const auto traces = Parse<proto::collector::trace::v1::ExportTraceServiceRequest>(
      server.requests(), "/v1/traces");
  std::map<std::string, int> names;
  for (const auto& each : traces.resource_spans()) {
    const auto resource = TextAttributes(each.resource().attributes());
    for (const auto& scope : each.scope_spans()) {
      for (const auto& span : scope.spans())
        ++names[span.name() + " by " + resource.at("process.pid")];
    }
  }
  const std::string by_parent = " by " + std::to_string(getpid());
  EXPECT_EQ(names["of the child by " + std::to_string(child)], 1);
  EXPECT_EQ(names["of the parent" + by_parent], 1);
  EXPECT_EQ(names["of the parent by " + std::to_string(child)], 0);
}

TEST(SetupTest, RetriesUntilTheBackendIsBack) {
  LoopbackServer server([](std::size_t n) {
    return n == 0 ? LoopbackServer::Response("503 Busy", "Retry-After: 1\r\n", "")
                  : LoopbackServer::Ok();
  });
  Guard guard = sdk::Setup("svc", "1.0",
                           Quiet({.logs = Exporter::kNone,
                                  .endpoint = server.url(),
                                  .span_batch = {.schedule_delay = milliseconds(5)}}));
  { Span span("work"); }
  ASSERT_TRUE(server.WaitForRequests(2));
  EXPECT_EQ(server.requests()[0].body, server.requests()[1].body);
  EXPECT_TRUE(guard.Shutdown().ok());
}

}  // namespace
}  // namespace spanhound::sdk
