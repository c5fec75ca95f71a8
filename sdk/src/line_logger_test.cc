// Log lines and the span they belong to, through the public headers.
#include "line_logger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "spanhound/log.h"
#include "spanhound/setup.h"
#include "spanhound/trace.h"
#include "testing/captured_lines.h"

namespace spanhound::sdk {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class LineLoggerTest : public ::testing::Test {
 protected:
  Guard Start(LogOptions log = {}, const std::string& sampler = "always_on") {
    log.to_stdout = false;
    log.sinks = {lines_};
    return sdk::Setup("svc", "1.0",
                      {.traces = Exporter::kNone, .sampler = sampler, .log = std::move(log)});
  }
  std::string Field(const std::string& name) { return lines_->Field(name); }

  std::shared_ptr<testing::CapturedLines> lines_ = std::make_shared<testing::CapturedLines>();
};

TEST_F(LineLoggerTest, WithoutASpanIdsAreEmpty) {
  const Guard guard = Start();
  SPANHOUND_INFO("plain {}", 1);
  EXPECT_EQ(Field("level"), "info");
  EXPECT_EQ(Field("msg"), "plain 1");
  EXPECT_EQ(Field("serviceName"), "svc");
  EXPECT_THAT(Field("linenum"), HasSubstr("line_logger_test.cc:"));
  EXPECT_EQ(Field("trace_id"), "");
  EXPECT_EQ(Field("span_id"), "");
  EXPECT_EQ(Field("pspan_id"), "");
}

TEST_F(LineLoggerTest, RootAndNestedSpan) {
  const Guard guard = Start();
  Span root("root");
  SPANHOUND_INFO("in root");
  EXPECT_EQ(Field("trace_id"), root.trace_id());
  EXPECT_EQ(Field("span_id"), root.span_id());
  EXPECT_EQ(Field("pspan_id"), "0");
  {
    Span child("child");
    SPANHOUND_INFO("in child");
    EXPECT_EQ(Field("trace_id"), root.trace_id());
    EXPECT_EQ(Field("span_id"), child.span_id());
    EXPECT_EQ(Field("pspan_id"), root.span_id());
  }
  SPANHOUND_INFO("in root again");
  EXPECT_EQ(Field("pspan_id"), "0");
}

TEST_F(LineLoggerTest, RemoteParent) {
  const Guard guard = Start();
  const Context caller =
      Extract({{"Traceparent", "00-eed8a7fd6f59ed00f7636a94551a0f5a-e083e26d18af7b42-01"}});
  Span server("serve", {}, {.kind = SpanKind::kServer, .parent = caller});
  SPANHOUND_INFO("2test tracing");
  EXPECT_EQ(Field("trace_id"), "eed8a7fd6f59ed00f7636a94551a0f5a");
  EXPECT_EQ(Field("span_id"), server.span_id());
  EXPECT_EQ(Field("pspan_id"), "e083e26d18af7b42");
}

TEST_F(LineLoggerTest, UnsampledOrEndedSpanHasNoKnownParent) {
  {
    const Guard guard = Start({}, "always_off");
    Span span("unsampled");
    SPANHOUND_INFO("x");
    EXPECT_EQ(Field("trace_id"), span.trace_id());
    EXPECT_EQ(Field("pspan_id"), "");
  }
  const Guard guard = Start();
  Span span("ended");
  span.End();
  SPANHOUND_INFO("x");
  EXPECT_EQ(Field("span_id"), span.span_id());
  EXPECT_EQ(Field("pspan_id"), "");
}

TEST_F(LineLoggerTest, AsynchronousLinesCarryTheCallersIds) {
  Guard guard = Start({.async = true});
  std::string span_id, parent_id;
  {
    Span root("root");
    Span child("child");
    SPANHOUND_INFO("from here");
    span_id = child.span_id();
    parent_id = root.span_id();
  }
  guard.Shutdown();
  ASSERT_EQ(lines_->lines().size(), 1u);
  EXPECT_NE(lines_->lines()[0].writer, std::this_thread::get_id()) << "written by another thread";
  EXPECT_EQ(Field("span_id"), span_id);
  EXPECT_EQ(Field("pspan_id"), parent_id);
}

TEST_F(LineLoggerTest, ShutdownWritesEverythingQueued) {
  Guard guard = Start({.async = true});
  for (int i = 0; i < 20'000; ++i) SPANHOUND_INFO("{}", i);
  guard.Shutdown();
  ASSERT_EQ(lines_->lines().size(), 20'000u);
  EXPECT_EQ(Field("msg"), "19999");
}

TEST_F(LineLoggerTest, LevelsAreFilteredAndNamed) {
  const Guard guard = Start({.level = "trace"});
  SPANHOUND_TRACE("x");
  EXPECT_EQ(Field("level"), "trace");
  SPANHOUND_DEBUG("x");
  EXPECT_EQ(Field("level"), "debug");
  SPANHOUND_WARN("x");
  EXPECT_EQ(Field("level"), "warn");
  SPANHOUND_ERROR("x");
  EXPECT_EQ(Field("level"), "error");
  SPANHOUND_CRITICAL("x");
  EXPECT_EQ(Field("level"), "critical");
  const Guard narrower = Start({.level = "error"});
  const std::size_t before = lines_->lines().size();
  SPANHOUND_WARN("x");
  EXPECT_EQ(lines_->lines().size(), before);
}

TEST_F(LineLoggerTest, SpdlogItselfWritesTheSameLines) {
  const Guard guard = Start();
  spdlog::info("by the default logger");
  EXPECT_EQ(Field("msg"), "by the default logger");
  EXPECT_EQ(Field("linenum"), "");
  SPDLOG_WARN("with a place");
  EXPECT_THAT(Field("linenum"), HasSubstr("line_logger_test.cc:"));
}

TEST_F(LineLoggerTest, HostileMessageIsOneLine) {
  const Guard guard = Start();
  SPANHOUND_INFO("{}", "a\"}\n{\"level\":\"critical\"");
  ASSERT_EQ(lines_->lines().size(), 1u);
  const std::string line = lines_->lines()[0].text;
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_THAT(line, StartsWith("{\"level\":\"info\""));
  EXPECT_THAT(line, HasSubstr(R"("msg":"a\"}\n{\"level\":\"critical\"")"));
}

TEST_F(LineLoggerTest, FileGetsWholeLinesAtOnce) {
  const auto directory =
      std::filesystem::temp_directory_path() / ("spanhound_log_" + std::to_string(getpid()));
  const auto path = directory / "svc" / "svc.log";
  {
    const Guard guard = Start({.file = path.string()});
    SPANHOUND_INFO("kept");
    std::ifstream file(path);  // before anything is shut down
    std::string line;
    std::getline(file, line);
    EXPECT_THAT(line, StartsWith("{\"level\":\"info\""));
    EXPECT_THAT(line, EndsWith("\"pspan_id\":\"\"}"));
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace spanhound::sdk
