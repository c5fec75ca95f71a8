#include <gtest/gtest.h>

#include "wire/otlp/otlp.h"
#include "wire/otlp/otlp_json.h"
#include "wire/testing/hex_bytes.h"

namespace spanhound::wire {
namespace {

TEST(OtlpResponse, FullSuccessIsEmpty) {
  EXPECT_EQ(EncodeOtlpResponse(0, ""), "");
  EXPECT_EQ(EncodeOtlpResponseJson("rejectedSpans", 0, ""), "{}");
  auto decoded = DecodeOtlpResponse("");
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->rejected_count, 0);
}

TEST(OtlpResponse, PartialSuccess) {
  // By Google's protobuf: rejected_spans 300, error_message "why".
  const std::string golden = HexBytes("0a0808ac021203776879");
  EXPECT_EQ(EncodeOtlpResponse(300, "why"), golden);
  auto decoded = DecodeOtlpResponse(golden);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->rejected_count, 300);
  EXPECT_EQ(decoded->message, "why");
  EXPECT_EQ(EncodeOtlpResponseJson("rejectedLogRecords", 300, "why"),
            R"({"partialSuccess":{"rejectedLogRecords":"300","errorMessage":"why"}})");
}

TEST(OtlpResponse, MalformedResponseIsAnError) {
  for (const char* hex : {"0a", "0a0808", "0a0208ff"}) {
    EXPECT_EQ(DecodeOtlpResponse(HexBytes(hex)).status().code(), Code::kInvalidArgument) << hex;
  }
}

}  // namespace
}  // namespace spanhound::wire
