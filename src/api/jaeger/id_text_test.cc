#include "api/jaeger/id_text.h"

#include <gtest/gtest.h>

namespace spanhound::api {
namespace {

std::string RoundTrip(std::string_view text) {
  model::TraceId id;
  return ParseTraceId(text, &id) ? TraceIdText(id) : "refused";
}

TEST(IdText, LeadingZerosAreOptional) {
  EXPECT_EQ(RoundTrip("1"), "0000000000000001");
  EXPECT_EQ(RoundTrip("00000000000000000000000000000001"), "0000000000000001");
  EXPECT_EQ(RoundTrip("FFFFFFFFFFFFFFFF"), "ffffffffffffffff");
  EXPECT_EQ(RoundTrip("10000000000000000"), "00000000000000010000000000000000");
  EXPECT_EQ(RoundTrip("4bf92f3577b34da6a3ce929d0e0e4736"), "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST(IdText, RefusesWhatIsNoId) {
  for (const char* text : {"", "0", "00000000000000000000000000000000", "xyz", "1 ", "-1", "0x1",
                           "4bf92f3577b34da6a3ce929d0e0e47361"}) {
    EXPECT_EQ(RoundTrip(text), "refused") << text;
  }
  model::SpanId span_id;
  EXPECT_TRUE(ParseSpanId("b7", &span_id));
  EXPECT_EQ(span_id.ToHex(), "00000000000000b7");
  EXPECT_FALSE(ParseSpanId("00000000000000001", &span_id));
}

}  // namespace
}  // namespace spanhound::api
