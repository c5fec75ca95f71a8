#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/async.h>

#include <thread>

#include "spanhound/log.h"
#include "spanhound/setup.h"
#include "spanhound/trace.h"
#include "testing/captured_lines.h"

namespace spanhound::sdk {
namespace {

class TraceIdLoggerTest : public ::testing::Test {
 protected:
  std::string Last() const { return lines_->lines().empty() ? "" : lines_->lines().back().text; }

  const std::shared_ptr<testing::CapturedLines> lines_ = std::make_shared<testing::CapturedLines>();
  const Guard guard_ = sdk::Setup("svc", "1.0",
                                  {.traces = Exporter::kNone,
                                   .sampler = "always_on",
                                   .log = {.to_stdout = false, .default_logger = false}});
};

TEST_F(TraceIdLoggerTest, MessagesEndWithTheIdsOfTheSpan) {
  const auto logger = WithTraceIds(std::make_shared<spdlog::logger>("mine", lines_));
  logger->info("outside");
  EXPECT_EQ(Last(), "outside");
  Span root("root");
  logger->info("in {}", "root");
  const std::string ids = " trace_id=" + root.trace_id() + " span_id=";
  EXPECT_EQ(Last(), "in root" + ids + root.span_id() + " pspan_id=0");
  Span child("child");
  logger->info("in child");
  EXPECT_EQ(Last(), "in child" + ids + child.span_id() + " pspan_id=" + root.span_id());
  logger->debug("too low for the level of the logger inside");
  EXPECT_EQ(lines_->lines().size(), 3u);
}

TEST_F(TraceIdLoggerTest, AsynchronousLoggerGetsTheCallersIds) {
  auto pool = std::make_shared<spdlog::details::thread_pool>(128, 1);
  auto inner = std::make_shared<spdlog::async_logger>("mine", lines_, pool);
  const auto logger = WithTraceIds(inner);
  std::string ids;
  {
    Span span("span");
    ids = " trace_id=" + span.trace_id() + " span_id=" + span.span_id() + " pspan_id=0";
    logger->info("from here");
  }
  pool.reset();  // writes what is queued
  EXPECT_EQ(Last(), "from here" + ids);
  EXPECT_NE(lines_->lines().back().writer, std::this_thread::get_id());
}

}  // namespace
}  // namespace spanhound::sdk
