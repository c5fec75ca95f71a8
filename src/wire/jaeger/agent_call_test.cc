#include "wire/jaeger/agent_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/testing/batch_text.h"
#include "wire/testing/hex_bytes.h"
#include "wire/thrift_writer.h"

namespace spanhound::wire {
namespace {

using ::testing::HasSubstr;

std::string TextOf(std::string bytes) {
  auto decoded = DecodeAgentCall(std::move(bytes), {});
  return decoded.ok() ? BatchText(decoded->batch) : decoded.status().ToString();
}

// Serialised by Apache Thrift's own TCompactProtocol.
TEST(AgentCall, GoldenCompactBytes) {
  EXPECT_EQ(TextOf(HexBytes(
                "82810709656d697442617463681c1c180473686f70192c1808686f73746e616d6515001802683100"
                "1803706964150646540000191c16b0dcb0d182c589922216909cb0d080c181820216d09cb1d284c9"
                "91a24216f0dcb1d386cd99b2621805474554202f192c150016b0dcb0d182c589922216909cb0d080"
                "c181820216f0dcb1d386cd99b262001502160a1600160c001506168280f2818389850616f403196c"
                "18097370616e2e6b696e6415001806636c69656e740018056572726f72150431001805726174696f"
                "150227000000000000e03f0018037261771508580200ff0018026e6f1504320018016e1506460100"
                "191c168480f28183898506192c18056576656e74150018057265747279001805636f756e74150646"
                "0400000016121c160216041606000000")),
            "span 01020304050607081112131415161718 2122232425262728 parent=3132333435363738"
            " name=GET / kind=3 start=1700000000000001000 end=1700000000000251000 status=2 flags=1"
            " {ratio=0.5/3fe0000000000000, raw=x'00ff', no=false, n=-1}\n"
            "  event name=retry time=1700000000000002000 {count=2}\n"
            "  link 00000000000000000000000000000005 0000000000000006"
            " {opentracing.ref_type='follows_from'}\n"
            "  resource 0 {service.name='shop', hostname='h1', pid=42}\n"
            "  scope 0\n");
}

TEST(AgentCall, RefusesOtherCallsAndDamage) {
  const auto error = [](std::string bytes) {
    auto decoded = DecodeAgentCall(std::move(bytes), {});
    return decoded.ok() ? "ok" : decoded.status().ToString();
  };
  for (const ThriftProtocol protocol : {ThriftProtocol::kBinary, ThriftProtocol::kCompact}) {
    const auto call = [protocol](std::string_view method, std::string_view arguments) {
      return ThriftWriter(protocol).OnewayCall(method).Raw(arguments).bytes();
    };
    const std::string batch = ThriftWriter(protocol).List(2, 0, "").Stop().bytes();
    const std::string arguments = ThriftWriter(protocol).Struct(1, batch).Stop().bytes();
    EXPECT_EQ(error(call("emitBatch", arguments)), "ok");
    EXPECT_THAT(error(call("shutdown", arguments)),
                HasSubstr("not a call of emitBatch or emitZipkinBatch"));
    EXPECT_THAT(error(call("emitBatch", std::string(1, '\0'))), HasSubstr("has no batch"));
    const std::string empty = ThriftWriter(protocol).Struct(1, std::string(1, '\0')).Stop().bytes();
    EXPECT_THAT(error(call("emitBatch", empty)), HasSubstr("no list of spans"));
    const std::string whole = call("emitBatch", arguments);
    for (size_t size = 0; size < whole.size(); ++size) {
      EXPECT_THAT(error(whole.substr(0, size)), HasSubstr("INVALID_ARGUMENT")) << size;
    }
  }
}

TEST(AgentCall, MemoryIsBounded) {
  const std::string span = ThriftWriter(ThriftProtocol::kCompact).I64(1, 1).Stop().bytes();
  std::string spans;
  for (int i = 0; i < 1000; ++i) spans += span + std::string(20, '\0');
  ThriftWriter batch(ThriftProtocol::kCompact);
  const std::string bytes = ThriftWriter(ThriftProtocol::kCompact)
                                .OnewayCall("emitBatch")
                                .Struct(1, batch.List(2, 1000, spans).Stop().bytes())
                                .Stop()
                                .bytes();
  auto decoded = DecodeAgentCall(bytes, {.memory_bytes_max = 10'000});
  EXPECT_EQ(decoded.status().code(), Code::kResourceExhausted);
}

TEST(AgentCall, ZipkinSpansInBothProtocols) {
  for (const ThriftProtocol protocol : {ThriftProtocol::kBinary, ThriftProtocol::kCompact}) {
    const auto writer = [protocol] { return ThriftWriter(protocol); };
    const std::string host = writer().I32(1, 0x7f000001).String(3, "shop").Stop().bytes();
    const std::string annotations =
        writer().I64(1, 2'000'000).String(2, "sr").Struct(3, host).Stop().bytes();
    const std::string tags = writer().String(1, "colour").String(2, "red").I32(3, 6).Stop().bytes();
    const std::string span = writer()
                                 .I64(1, 5)
                                 .String(3, "get /")
                                 .I64(4, 6)
                                 .I64(5, 7)
                                 .List(6, 1, annotations)
                                 .List(8, 1, tags)
                                 .I64(10, 2'000'000)
                                 .I64(11, 1'000)
                                 .Stop()
                                 .bytes();
    const std::string text =
        TextOf(writer().OnewayCall("emitZipkinBatch").List(1, 1, span).Stop().bytes());
    EXPECT_THAT(text, HasSubstr("span 00000000000000000000000000000005 0000000000000006 "
                                "parent=0000000000000007 name=get / kind=2 start=2000000000 "
                                "end=2001000000 "));
    EXPECT_THAT(text, HasSubstr("colour='red'"));
    EXPECT_THAT(text, HasSubstr("service.name='shop'"));
  }
}

}  // namespace
}  // namespace spanhound::wire
