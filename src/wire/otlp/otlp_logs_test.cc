#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/otlp/otlp.h"
#include "wire/proto_writer.h"
#include "wire/testing/batch_text.h"
#include "wire/testing/hex_bytes.h"
#include "wire/testing/sample_batches.h"

namespace spanhound::wire {
namespace {

std::string RequestOf(const std::vector<std::string>& records) {
  std::string out;
  ProtoWriter writer(out);
  writer.Message(1, [&] {
    writer.Message(2, [&] {
      for (const std::string& record : records) writer.BytesAlways(2, record);
    });
  });
  return out;
}

std::string RecordOf(std::string_view trace_id, std::string_view span_id) {
  std::string out;
  ProtoWriter writer(out);
  writer.Bytes(9, trace_id);
  writer.Bytes(10, span_id);
  return out;
}

TEST(OtlpLogs, EncodedBatchDecodesToItself) {
  const model::LogBatch batch = SampleLogBatch();
  auto decoded = DecodeOtlpLogs(EncodeOtlpLogs(batch), {});
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(BatchText(decoded->batch), BatchText(batch));
  EXPECT_EQ(decoded->rejected_count, 0u);
}

// Every field of logs.proto, serialised by Google's protobuf from the published schema.
TEST(OtlpLogs, GoldenBytes) {
  auto decoded = DecodeOtlpLogs(
      HexBytes("0ad6010a1a0a160a0c736572766963652e6e616d6512060a0473686f70100112b3010a050a036c69"
               "6212a501090a00000000000000100d1a01572a060a047465787432080a017312030a017632070a01"
               "621202100132100a0169120b18feffffffffffffffff01320e0a0164120921000000000000e03f32"
               "090a017912043a020001320b0a016112062a040a02180732100a016c120b32090a070a017812020a"
               "00380245010000004a103031323334353637383961626364656652084142434445464748590b0000"
               "00000000006202656e1a0275321a027531"),
      {});
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(BatchText(decoded->batch),
            "log 30313233343536373839616263646566 4142434445464748 time=10 observed=11"
            " severity=13 severity_text=W event=en flags=1"
            " {s='v', b=true, i=-2, d=0.5/3fe0000000000000, y=x'0001', a=[7], l={x=''}}"
            " dropped=2 body='text'\n"
            "  resource 0 {service.name='shop'} dropped=1 schema=u1\n"
            "  scope 0 name=lib schema=u2\n");
}

TEST(OtlpLogs, IdsAreOptionalButMustHaveTheirLength) {
  const std::string trace(16, 't');
  const std::string span(8, 's');
  auto decoded = DecodeOtlpLogs(
      RequestOf({RecordOf("", ""), RecordOf(trace, span), RecordOf(std::string(16, '\0'), ""),
                 RecordOf("short", span), RecordOf(trace, "short")}),
      {});
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->rejected_count, 2u);
  EXPECT_EQ(decoded->rejected_message, "log record 3: trace id is not 16 bytes long");
  ASSERT_EQ(decoded->batch.records.size(), 3u);
  EXPECT_TRUE(decoded->batch.records[0].trace_id.is_zero());
  EXPECT_EQ(decoded->batch.records[1].span_id.view(), span);
  EXPECT_TRUE(decoded->batch.records[2].trace_id.is_zero());
}

TEST(OtlpLogs, EveryTruncationIsAnErrorOrEmpty) {
  const std::string whole = EncodeOtlpLogs(SampleLogBatch());
  const std::string expected = BatchText(SampleLogBatch());
  size_t decodable = 0;
  for (size_t size = 0; size < whole.size(); ++size) {
    auto decoded = DecodeOtlpLogs(whole.substr(0, size), {});
    if (!decoded.ok()) {
      EXPECT_EQ(decoded.status().code(), Code::kInvalidArgument);
      continue;
    }
    ++decodable;
    EXPECT_THAT(expected, ::testing::StartsWith(BatchText(decoded->batch)));
  }
  EXPECT_EQ(decodable, 2u);
}

}  // namespace
}  // namespace spanhound::wire
