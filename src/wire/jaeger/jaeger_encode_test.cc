#include "wire/jaeger/jaeger_encode.h"

#include <gtest/gtest.h>

#include "wire/jaeger/agent_call.h"
#include "wire/jaeger/jaeger_proto.h"
#include "wire/jaeger/jaeger_thrift.h"
#include "wire/testing/batch_text.h"
#include "wire/testing/sample_batches.h"

namespace spanhound::wire {
namespace {

Result<Decoded<model::SpanBatch>> Decode(std::string bytes, JaegerEncoding encoding) {
  switch (encoding) {
    case JaegerEncoding::kThriftBatch: return DecodeJaegerThrift(std::move(bytes), {});
    case JaegerEncoding::kPostSpans: return DecodeJaegerProto(std::move(bytes), {});
    default: return DecodeAgentCall(std::move(bytes), {});
  }
}

class JaegerEncode : public ::testing::TestWithParam<JaegerEncoding> {
 protected:
  // As the decoder reads it, and read once more after it was written again.
  std::string RoundTrip(const model::SpanBatch& batch, int times) {
    std::string text;
    for (const JaegerMessage& message : EncodeJaeger(batch, GetParam())) {
      auto decoded = Decode(message.bytes, GetParam());
      if (!decoded.ok()) return decoded.status().ToString();
      EXPECT_EQ(decoded->batch.spans.size(), message.span_count);
      text += times > 1 ? RoundTrip(decoded->batch, times - 1) : BatchText(decoded->batch);
    }
    return text;
  }
};
INSTANTIATE_TEST_SUITE_P(, JaegerEncode,
                         ::testing::Values(JaegerEncoding::kThriftBatch,
                                           JaegerEncoding::kCompactCall,
                                           JaegerEncoding::kBinaryCall,
                                           JaegerEncoding::kPostSpans));

TEST_P(JaegerEncode, WhatWasReadIsWrittenAndReadAgain) {
  const model::SpanBatch batch = SampleSpanBatch();
  const std::string once = RoundTrip(batch, 1);
  EXPECT_EQ(once, RoundTrip(batch, 2));
  for (const char* part :
       {" kind=3 ", " status=2 message=timed out state=a=1,b=2 flags=1 ",
        "int=-9223372036854775808", "double=0.1/3fb999999999999a", "bytes=x'010002'", "bool=false",
        "  event name=event ", "  link a0a1a2a3a4a5a6a70000000000000007 0000000000000008",
        "{service.name='shop'}", "name=library version=1.2.3"}) {
    EXPECT_NE(once.find(part), once.npos) << part << "\n" << once;
  }
}

TEST_P(JaegerEncode, ManySpansBecomeSeveralMessages) {
  constexpr size_t kBytesMax = 4000;
  model::SpanBatch batch = SampleSpanBatch();
  batch.spans.resize(1, batch.spans[0]);
  batch.spans.resize(50, batch.spans[0]);
  size_t spans = 0;
  const std::vector<JaegerMessage> messages = EncodeJaeger(batch, GetParam(), kBytesMax);
  for (const JaegerMessage& message : messages) {
    EXPECT_LE(message.bytes.size(), kBytesMax);
    auto decoded = Decode(message.bytes, GetParam());
    ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
    spans += decoded->batch.spans.size();
  }
  EXPECT_GT(messages.size(), 1u);
  EXPECT_EQ(spans, 50u);
}

TEST_P(JaegerEncode, CutShortIsRefusedOrSmaller) {
  const JaegerMessage message = EncodeJaeger(SampleSpanBatch(), GetParam()).at(0);
  for (size_t size = 0; size < message.bytes.size(); ++size) {
    auto decoded = Decode(message.bytes.substr(0, size), GetParam());
    EXPECT_TRUE(!decoded.ok() || decoded->batch.spans.empty()) << size;
  }
}

}  // namespace
}  // namespace spanhound::wire
