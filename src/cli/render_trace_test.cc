#include "cli/render_trace.h"

#include <gtest/gtest.h>

#include <string>

namespace spanhound::cli {
namespace {

constexpr int64_t kBase = 1'795'413'662'000'000;  // 2026-11-23 06:01:02 UTC

SpanView MakeSpan(std::string id, std::string parent, std::string service, std::string name,
                  int64_t start, int64_t duration) {
  SpanView span;
  span.span_id = std::move(id);
  span.parent_span_id = std::move(parent);
  span.service_name = std::move(service);
  span.name = std::move(name);
  span.start_unix_micros = kBase + start;
  span.duration_micros = duration;
  return span;
}

TraceView Dashboard() {
  TraceView trace;
  trace.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
  trace.spans = {
      MakeSpan("a", "", "dashboard2ui", "GET /pods", 0, 128'000),
      MakeSpan("b", "a", "dashboard2ui", "dashboard.Pods/List", 8'000, 112'000),
      MakeSpan("c", "b", "dashboard2api", "dashboard.Pods/List", 12'000, 96'100),
      MakeSpan("d", "c", "redis", "GET pods", 14'000, 900),
      MakeSpan("e", "c", "kubernetes", "list pods", 20'000, 60'000),
      MakeSpan("f", "c", "redis", "SET pods", 90'000, 1'500),
  };
  trace.spans[5].is_error = true;
  trace.spans[5].status_message = "READONLY You can't write against a read only replica.";
  trace.logs = {{kBase + 15'200, 9, "INFO", "cache miss for pods", "c"},
                {kBase + 92'000, 17, "ERROR", "cannot cache pods", "c"},
                {kBase + 93'000, 13, "WARN", "no span", ""}};
  return trace;
}

std::string Rendered(const TraceView& trace, size_t width = 90) {
  RenderOptions options;
  options.terminal.width = width;
  options.zone = TimeZone::kUtc;
  return std::string("\n").append(RenderTrace(trace, options));
}

TEST(RenderTrace, DrawsTreeBarsAndLogs) {
  EXPECT_EQ(Rendered(Dashboard()), R"(
dashboard2ui GET /pods
trace 4bf92f3577b34da6a3ce929d0e0e4736 · 2026-11-23 06:01:02.000 · 128 ms

                                                   ╷0           ╷42.7 ms     ╷85.3 ms
dashboard2ui GET /pods                    128 ms   ██───────────────────────────────────██
└─ dashboard2ui dashboard.Pods/List       112 ms     ▐█─────────────────────────────███▋
   └─ dashboard2api dashboard.Pods/List  96.1 ms      ▐██──────────────────████████▉
      │ 06:01:02.015 INFO  cache miss for pods
      │ 06:01:02.092 ERROR cannot cache pods
      ├─ redis GET pods                   900 µs       ▍
      ├─ kubernetes list pods            60.0 ms         ██████████████████▍
      └─ redis SET pods                  1.50 ms ✗                            ▍
           READONLY You can't write against a read only replica.

logs of the trace, of no stored span
  06:01:02.093 WARN  no span

6 spans · 4 services · 1 error · 3 log lines
■ dashboard2ui      2 spans     31.9 ms self
■ dashboard2api      1 span     33.7 ms self
■ redis             2 spans     2.40 ms self  1 error
■ kubernetes         1 span     60.0 ms self
)");
}

TEST(RenderTrace, ShowsAttributesEventsAndHalfTraces) {
  TraceView trace;
  trace.trace_id = "1";
  trace.spans = {MakeSpan("a", "gone", "查询服务", "查询用户列表", 0, 2'500'000),
                 MakeSpan("b", "a", "db", "SELECT", 500'000, 1'000'000)};
  trace.spans[1].attributes = {{"db.system", "postgresql"}, {"db.statement", "SELECT 1"}};
  trace.spans[1].events = {
      {kBase + 600'000,
       "exception",
       {{"exception.message", "timeout"}, {"exception.stacktrace", "at main"}}}};
  RenderOptions options;
  options.terminal.width = 80;
  options.zone = TimeZone::kUtc;
  options.with_attributes = true;
  EXPECT_EQ(std::string("\n").append(RenderTrace(trace, options)), R"(
查询服务 查询用户列表
trace 1 · 2026-11-23 06:01:02.000 · 2.50 s

                                 ╷0             ╷833 ms         ╷1.67 s
查询服务 查询用户列表   2.50 s   █████████───────────────────███████████████████
│ parent span gone is not stored
└─ db SELECT            1.00 s            ▐██████████████████▎
     db.system = postgresql
     db.statement = SELECT 1
     ◆ +600 ms exception exception.message=timeout

2 spans · 2 services · no errors
■ 查询服务      1 span      1.50 s self
■ db            1 span      1.00 s self
)");
}

TEST(RenderTrace, FitsNarrowTerminalsAndLongNames) {
  TraceView trace = Dashboard();
  trace.spans[0].name = std::string(200, 'n');
  trace.logs.clear();
  const std::string text = Rendered(trace, 60);
  EXPECT_EQ(text, R"(
dashboard2ui nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…
trace 4bf92f3577b34da6a3ce929d0e0e4736 · 2026-11-23 06:01:02.000 · 128 ms

                                            ╷0
dashboard2ui nnnnnnnnnnnnnnnnnn…   128 ms   █──────────────█
└─ dashboard2ui dashboard.Pods/…   112 ms    █────────────█
   └─ dashboard2api dashboard.P…  96.1 ms    ▐█───────███▌
      ├─ redis GET pods            900 µs    ▐
      ├─ kubernetes list pods     60.0 ms     ▐███████
      └─ redis SET pods           1.50 ms ✗            ▍
           READONLY You can't write against a read only rep…

6 spans · 4 services · 1 error
■ dashboard2ui      2 spans     31.9 ms self
■ dashboard2api      1 span     33.7 ms self
■ redis             2 spans     2.40 ms self  1 error
■ kubernetes         1 span     60.0 ms self
)");
}

// Nothing from telemetry may reach the terminal as a control sequence, wherever it stands.
TEST(RenderTrace, MakesHostileTextHarmless) {
  const std::string evil = "\x1b]0;owned\x07\x1b[2J\r\n\xc2\x9b";
  TraceView trace;
  trace.trace_id = evil;
  trace.spans = {MakeSpan("a", evil, evil, evil, 0, 10)};
  trace.spans[0].status_message = evil;
  trace.spans[0].attributes = {{evil, evil}};
  trace.spans[0].events = {{kBase, evil, {{evil, evil}}}};
  trace.logs = {{kBase, 9, evil, evil, "a"}, {kBase, 9, evil, evil, evil}};
  RenderOptions options;
  options.with_attributes = true;
  const std::string text = RenderTrace(trace, options);
  for (const char c : text) {
    EXPECT_TRUE(c == '\n' || (c & 0xe0) != 0) << static_cast<int>(c);
    EXPECT_NE(c, '\x7f');
  }
  EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos);
  EXPECT_NE(text.find("\\x1b"), std::string::npos);
}

TEST(RenderTrace, ColorsOnlyWhenAsked) {
  RenderOptions options;
  EXPECT_EQ(RenderTrace(Dashboard(), options).find('\x1b'), std::string::npos);
  options.terminal.has_color = true;
  const std::string text = RenderTrace(Dashboard(), options);
  EXPECT_NE(text.find("\x1b[31m✗\x1b[0m"), std::string::npos);
  EXPECT_NE(text.find("\x1b[38;5;39m"), std::string::npos);
}

TEST(RenderTrace, CutsLongTracesAndSaysSo) {
  TraceView trace = Dashboard();
  trace.logs.clear();
  RenderOptions options;
  options.spans_max = 2;
  const std::string text = RenderTrace(trace, options);
  EXPECT_NE(text.find("… 4 more spans; --max-spans 0 draws them all"), std::string::npos);
  EXPECT_NE(text.find("6 spans · 4 services"), std::string::npos);
  EXPECT_EQ(text.find("list pods"), std::string::npos);
  options.spans_max = 0;
  EXPECT_NE(RenderTrace(trace, options).find("list pods"), std::string::npos);
}

TEST(RenderTrace, EmptyTraceAndInstantTrace) {
  EXPECT_EQ(RenderTrace(TraceView{}, {}), "the trace has no spans\n");
  TraceView trace;
  trace.spans = {MakeSpan("a", "", "s", "now", 0, 0)};
  EXPECT_NE(RenderTrace(trace, {}).find("0 µs"), std::string::npos);
}

}  // namespace
}  // namespace spanhound::cli
