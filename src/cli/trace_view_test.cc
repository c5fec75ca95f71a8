#include "cli/trace_view.h"

#include <gtest/gtest.h>

namespace spanhound::cli {
namespace {

TEST(TraceView, ReadsTheServersTrace) {
  const auto trace = ParseTrace(R"({"data":[{"traceID":"1f","spans":[
    {"traceID":"1f","spanID":"a","operationName":"GET /","references":[],
     "startTime":1000,"duration":50,"processID":"p1","warnings":null,
     "tags":[{"key":"http.status_code","type":"int64","value":502},
             {"key":"error","type":"bool","value":true},
             {"key":"otel.status_description","type":"string","value":"no"}],
     "logs":[{"timestamp":1010,"fields":[{"key":"event","type":"string","value":"retry"},
                                         {"key":"n","type":"int64","value":2}]}]},
    {"traceID":"1f","spanID":"b","operationName":"q","startTime":1010,"duration":5,
     "processID":"p2","references":[
       {"refType":"FOLLOWS_FROM","traceID":"1f","spanID":"x"},
       {"refType":"CHILD_OF","traceID":"2f","spanID":"y"},
       {"refType":"CHILD_OF","traceID":"1f","spanID":"a"}]}],
    "processes":{"p1":{"serviceName":"front","tags":[]},"p2":{"serviceName":"back"}}}],
    "errors":null})");
  ASSERT_TRUE(trace.ok()) << trace.status().ToString();
  ASSERT_EQ(trace->spans.size(), 2u);
  const SpanView& root = trace->spans[0];
  EXPECT_EQ(trace->trace_id, "1f");
  EXPECT_EQ(root.service_name, "front");
  EXPECT_EQ(root.parent_span_id, "");
  EXPECT_EQ(root.start_unix_micros, 1000);
  EXPECT_TRUE(root.is_error);
  EXPECT_EQ(root.status_message, "no");
  EXPECT_EQ(root.attributes[0].second, "502");
  ASSERT_EQ(root.events.size(), 1u);
  EXPECT_EQ(root.events[0].name, "retry");
  EXPECT_EQ(root.events[0].fields[0].second, "2");
  EXPECT_EQ(trace->spans[1].parent_span_id, "a");
  EXPECT_EQ(trace->spans[1].service_name, "back");
}

TEST(TraceView, ReadsLogsAndLists) {
  const auto logs = ParseLogs(R"({"data":[{"timeUnixNano":"1795413662015200000","body":"hi",
    "severityText":"INFO","severityNumber":9,"spanID":"a"}]})");
  ASSERT_TRUE(logs.ok());
  EXPECT_EQ(logs->at(0).unix_micros, 1'795'413'662'015'200);
  EXPECT_EQ(logs->at(0).body, "hi");
  const auto list = ParseTraceList(R"({"data":[{"traceID":"1","rootServiceName":"s",
    "rootOperationName":"o","startTimeUnixNano":"5000","durationNanos":7000,"spanCount":3,
    "errorCount":1,"services":[]}]})");
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->at(0).duration_micros, 7);
  EXPECT_EQ(list->at(0).span_count, 3u);
}

// Whatever answers on that port: an error or an empty view, never a crash.
TEST(TraceView, SurvivesOtherAnswers) {
  for (const char* json : {"", "<html>", "null", "[]", "{}", R"({"data":null})", R"({"data":[]})",
                           R"({"data":{}})", R"({"data":"x"})"}) {
    EXPECT_FALSE(ParseTrace(json).ok()) << json;
  }
  for (const char* json :
       {R"({"data":[null]})", R"({"data":[5]})", R"({"data":[{"spans":5}]})",
        R"({"data":[{"spans":[5,null,[],{"tags":5,"logs":"x","references":{"a":1}}]}]})",
        R"({"data":[{"spans":[{"startTime":1e300,"duration":-5,"tags":[5,{"key":5}]}]}]})"}) {
    EXPECT_TRUE(ParseTrace(json).ok()) << json;
    EXPECT_TRUE(ParseLogs(json).ok()) << json;
    EXPECT_TRUE(ParseTraceList(json).ok()) << json;
  }
  EXPECT_EQ(ErrorMessage(R"({"errors":[{"code":404,"msg":"trace not found"}]})"),
            "trace not found");
  EXPECT_EQ(ErrorMessage("not json"), "");
}

}  // namespace
}  // namespace spanhound::cli
