#include "log_line.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "json_text.h"

namespace spanhound::sdk {
namespace {

class TimeZone {
 public:
  explicit TimeZone(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }
  ~TimeZone() {
    unsetenv("TZ");
    tzset();
  }
};

std::chrono::system_clock::time_point AtMillis(std::int64_t ms) {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(ms));
}

std::string Quoted(std::string_view text) {
  std::string json;
  AppendJsonString(&json, text);
  return json;
}

TEST(LogLineTest, TheLineOfTheReferenceSystem) {
  const TimeZone china("UTC-8");
  const LogLine line{.level = "info",
                     .time = AtMillis(1699107097355),
                     .file = "interceptor/client_interceptor.go",
                     .line = 60,
                     .message = "cost time=11.317154ms",
                     .trace_id = "eed8a7fd6f59ed00f7636a94551a0f5a",
                     .span_id = "e083e26d18af7b42",
                     .pspan_id = "0"};
  EXPECT_EQ(ToJson(line, {"weiyun-dashboard2ui", "10.0.0.1", ""}),
            R"({"level":"info","time":"2023-11-04T22:11:37.355+0800",)"
            R"("linenum":"interceptor/client_interceptor.go:60","msg":"cost time=11.317154ms",)"
            R"("serviceName":"weiyun-dashboard2ui","host_ip":"10.0.0.1","pod_ip":"",)"
            R"("trace_id":"eed8a7fd6f59ed00f7636a94551a0f5a","span_id":"e083e26d18af7b42",)"
            R"("pspan_id":"0"})");
}

TEST(LogLineTest, TimeKeepsLeadingZerosAndWestOfGreenwich) {
  const TimeZone new_york("EST5");
  EXPECT_EQ(FormatLogTime(AtMillis(1700000000007)), "2023-11-14T17:13:20.007-0500");
  EXPECT_EQ(FormatLogTime(AtMillis(1700000001070)), "2023-11-14T17:13:21.070-0500");
  EXPECT_EQ(FormatLogTime(AtMillis(-1)), "1969-12-31T18:59:59.999-0500");
}

TEST(LogLineTest, HostileMessageStaysOneJsonString) {
  EXPECT_EQ(Quoted("\",\"level\":\"x\n{\\"), R"("\",\"level\":\"x\n{\\")");
  EXPECT_EQ(Quoted(std::string_view("\0\x01\x1f\x7f\t\r", 6)), R"("\u0000\u0001\u001f\u007f\t\r")");
  EXPECT_EQ(Quoted("\xE4\xBD\xA0\xE5\xA5\xBD"), "\"\xE4\xBD\xA0\xE5\xA5\xBD\"");
  EXPECT_EQ(Quoted("a\xFFz\xC3"), "\"a\xEF\xBF\xBDz\xEF\xBF\xBD\"");
  EXPECT_EQ(Quoted("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"") << "a surrogate";
  EXPECT_EQ(Quoted(""), "\"\"");
}

TEST(LogLineTest, NoSourceNoLinenum) {
  const std::string json = ToJson({.message = "m"}, {});
  EXPECT_NE(json.find(R"("linenum":"")"), std::string::npos) << json;
}

}  // namespace
}  // namespace spanhound::sdk
