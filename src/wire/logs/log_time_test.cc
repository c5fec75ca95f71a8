#include "wire/logs/log_time.h"

#include <gtest/gtest.h>

namespace spanhound::wire {
namespace {

using model::AttributeValue;

uint64_t TimeOf(const AttributeValue& value) {
  uint64_t nanos = 0;
  return ParseLogTime(value, &nanos) ? nanos : 0;
}
uint64_t TimeOf(std::string_view text) { return TimeOf(AttributeValue::String(text)); }
int SeverityOf(const AttributeValue& value) {
  uint8_t number = 0;
  return ParseSeverity(value, &number) ? number : 0;
}

TEST(LogTime, Dates) {
  EXPECT_EQ(TimeOf("2023-11-14T22:13:20Z"), 1'700'000'000'000'000'000u);
  EXPECT_EQ(TimeOf("2023-11-14T22:13:20.123456789Z"), 1'700'000'000'123'456'789u);
  EXPECT_EQ(TimeOf("2023-11-14 22:13:20,5"), 1'700'000'000'500'000'000u);
  EXPECT_EQ(TimeOf("2023-11-14T22:13:20.1234567891Z"), 1'700'000'000'123'456'789u);
  EXPECT_EQ(TimeOf("2023-11-15T00:13:20+02:00"), 1'700'000'000'000'000'000u);
  EXPECT_EQ(TimeOf("2023-11-14t16:43:20-0530"), 1'700'000'000'000'000'000u);
  EXPECT_EQ(TimeOf("2024-02-29T00:00:00z"), 1'709'164'800'000'000'000u);
}

TEST(LogTime, Numbers) {
  for (const AttributeValue& value :
       {AttributeValue::Int(1'700'000'000), AttributeValue::Double(1'700'000'000.0),
        AttributeValue::Int(1'700'000'000'000), AttributeValue::Int(1'700'000'000'000'000),
        AttributeValue::Int(1'700'000'000'000'000'000), AttributeValue::String("1700000000000")}) {
    EXPECT_EQ(TimeOf(value), 1'700'000'000'000'000'000u);
  }
  EXPECT_EQ(TimeOf(AttributeValue::Double(1'700'000'000.5)), 1'700'000'000'500'000'000u);
  EXPECT_EQ(TimeOf("1700000000.5"), 1'700'000'000'500'000'000u);
}

TEST(LogTime, WhatIsNoTime) {
  for (const char* text :
       {"", "yesterday", "2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-11-14T24:00:00Z",
        "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20+1:00", "2023-11-14T22:13:20Zx", "-5", "nan",
        "1e300", "1969-12-31T23:59:59Z", "9999-12-31T00:00:00Z", "2023-11-14"}) {
    EXPECT_EQ(TimeOf(text), 0u) << text;
  }
  EXPECT_EQ(TimeOf(AttributeValue::Int(-1)), 0u);
  // In nanoseconds they do not fit into 64 bits.
  EXPECT_EQ(TimeOf(AttributeValue::Int(20'000'000'000)), 0u);
  EXPECT_EQ(TimeOf(AttributeValue::Int(99'000'000'000'000'000)), 0u);
  EXPECT_EQ(TimeOf(AttributeValue::Double(5e10)), 0u);
  EXPECT_EQ(TimeOf(AttributeValue::Bool(true)), 0u);
}

TEST(Severity, NamesAndNumbers) {
  EXPECT_EQ(SeverityOf(AttributeValue::String("WARNING")), 13);
  EXPECT_EQ(SeverityOf(AttributeValue::String("err")), 17);
  EXPECT_EQ(SeverityOf(AttributeValue::String("Panic")), 21);
  EXPECT_EQ(SeverityOf(AttributeValue::Int(30)), 9);  // pino
  EXPECT_EQ(SeverityOf(AttributeValue::String("50")), 17);
  EXPECT_EQ(SeverityOf(AttributeValue::Int(60)), 21);
  EXPECT_EQ(SeverityOf(AttributeValue::Int(3)), 17);  // syslog
  EXPECT_EQ(SeverityOf(AttributeValue::Int(0)), 21);
  EXPECT_EQ(SeverityOf(AttributeValue::Int(8)), 0);
  EXPECT_EQ(SeverityOf(AttributeValue::Int(70)), 0);
  EXPECT_EQ(SeverityOf(AttributeValue::String("loud")), 0);
  EXPECT_EQ(SeverityOf(AttributeValue::String("")), 0);
  EXPECT_EQ(SeverityOf(AttributeValue::Double(30)), 0);
}

}  // namespace
}  // namespace spanhound::wire
