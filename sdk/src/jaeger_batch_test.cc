#include "jaeger_batch.h"

#include <gtest/gtest.h>
#include <opentelemetry/trace/trace_state.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "span_buffer.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;

// "0c 0001" -> three bytes. The golden bytes below are written out by Thrift's rules, not made.
std::string Bytes(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size();) {
    if (hex[i] == ' ') {
      ++i;
      continue;
    }
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    i += 2;
  }
  return bytes;
}

// A field of type string: type 11, id, length, text. Texts here are shorter than 256 bytes.
std::string Text(char id, std::string_view text) {
  return Bytes("0b 00") + id + Bytes("000000") + static_cast<char>(text.size()) + std::string(text);
}

std::string StringTag(std::string_view key, std::string_view value) {
  return Text(1, key) + Bytes("08 0002 00000000") + Text(3, value) + Bytes("00");
}

trace::SpanContext ContextOf(std::uint8_t trace_byte, std::uint8_t span_byte,
                             const std::string& state = "") {
  std::uint8_t trace_id[16] = {};
  trace_id[7] = trace_byte;
  trace_id[15] = static_cast<std::uint8_t>(trace_byte + 1);
  std::uint8_t span_id[8] = {};
  span_id[7] = span_byte;
  return {trace::TraceId(trace_id), trace::SpanId(span_id), trace::TraceFlags(1), false,
          trace::TraceState::FromHeader(state)};
}

class JaegerBatchTest : public ::testing::Test {
 protected:
  void Start(const trace::SpanContext& context, trace::SpanId parent = trace::SpanId(),
             trace::SpanKind kind = trace::SpanKind::kInternal) {
    span_.emplace(limits_,
                  SpanBuffer::Start{context, parent, false, kind, "op", /*time_ns=*/1'000'002'999});
  }
  std::vector<EncodedRecord> Finish() {
    finished_.push_back(std::string(span_->Finish(1'000'008'998)));
    return {EncodedRecord{&scope_, finished_.back()}};
  }
  std::string Encode() { return EncodeJaegerBatch(resource_, Finish()); }

  const Resource resource_{.texts = {{"service.name", "svc"}, {"host", "h"}}, .numbers = {}};
  const SpanLimits limits_;
  const Scope scope_;
  std::optional<SpanBuffer> span_;
  std::deque<std::string> finished_;
};

TEST_F(JaegerBatchTest, GoldenRootSpan) {
  Start(ContextOf(1, 3), trace::SpanId(), trace::SpanKind::kServer);
  const std::string process = Bytes("0c 0001") + Text(1, "svc") + Bytes("0f 0002 0c 00000001") +
                              StringTag("host", "h") + Bytes("00");
  const std::string span = Bytes(
                               "0a 0001 0000000000000002"  // trace id, low half
                               "0a 0002 0000000000000001"  // and high half
                               "0a 0003 0000000000000003"
                               "0a 0004 0000000000000000") +
                           Text(5, "op") +
                           Bytes(
                               "08 0007 00000001"          // sampled
                               "0a 0008 00000000000f4242"  // 1000002 us
                               "0a 0009 0000000000000005"
                               "0f 000a 0c 00000001") +
                           StringTag("span.kind", "server") + Bytes("00");
  EXPECT_EQ(Encode(), process + Bytes("0f 0002 0c 00000001") + span + Bytes("00"));
}

TEST_F(JaegerBatchTest, GoldenTagsOfEveryType) {
  Start(ContextOf(1, 3));
  const std::vector<std::int64_t> longs{1, -2};
  const std::uint8_t raw[] = {0, 255};
  span_->SetAttribute("b", true);
  span_->SetAttribute("d", 1.5);
  span_->SetAttribute("i", std::int32_t{-1});
  span_->SetAttribute("l", opentelemetry::nostd::span<const std::int64_t>(longs.data(), 2));
  span_->SetAttribute("r", opentelemetry::nostd::span<const std::uint8_t>(raw, 2));
  const std::string tags =
      Bytes("0f 000a 0c 00000006") + Text(1, "b") + Bytes("08 0002 00000002 02 0005 01 00") +
      Text(1, "d") + Bytes("08 0002 00000001 04 0004 3ff8000000000000 00") + Text(1, "i") +
      Bytes("08 0002 00000003 0a 0006 ffffffffffffffff 00") + StringTag("l", "[1,-2]") +
      Text(1, "r") + Bytes("08 0002 00000004 0b 0007 00000002 00ff 00") +
      StringTag("span.kind", "internal");
  EXPECT_NE(Encode().find(tags), std::string::npos);
}

TEST_F(JaegerBatchTest, GoldenErrorStatus) {
  Start(ContextOf(1, 3, "vendor=x"));
  span_->SetStatus(trace::StatusCode::kError, "broken");
  const std::string tags = Bytes("0f 000a 0c 00000005") + StringTag("span.kind", "internal") +
                           StringTag("otel.status_code", "ERROR") +
                           StringTag("otel.status_description", "broken") + Text(1, "error") +
                           Bytes("08 0002 00000002 02 0005 01 00") +
                           StringTag("w3c.tracestate", "vendor=x");
  EXPECT_NE(Encode().find(tags), std::string::npos);
}

TEST_F(JaegerBatchTest, GoldenParentLinkAndEvent) {
  Start(ContextOf(1, 3), ContextOf(1, 9).span_id());
  span_->AddLink(ContextOf(5, 7), Attributes());
  const std::vector<Attribute> list{{"pid", "1"}};
  const Attributes pid(list);
  span_->AddEvent("got lock", /*time_ns=*/16'000, &pid);
  const std::string encoded = Encode();
  EXPECT_NE(encoded.find(Bytes("0a 0004 0000000000000009")), std::string::npos) << "parent";
  const std::string reference = Bytes(
      "0f 0006 0c 00000001"
      "08 0001 00000001"  // FOLLOWS_FROM
      "0a 0002 0000000000000006"
      "0a 0003 0000000000000005"
      "0a 0004 0000000000000007 00");
  EXPECT_NE(encoded.find(reference), std::string::npos);
  const std::string log =
      Bytes("0f 000b 0c 00000001 0a 0001 0000000000000010 0f 0002 0c 00000002") +
      StringTag("event", "got lock") + StringTag("pid", "1") + Bytes("00");
  EXPECT_NE(encoded.find(log), std::string::npos);
}

TEST_F(JaegerBatchTest, NoSpansIsAValidBatch) {
  const std::string process = Bytes("0c 0001") + Text(1, "") + Bytes("0f 0002 0c 00000000 00");
  EXPECT_EQ(EncodeJaegerBatch({}, {}), process + Bytes("0f 0002 0c 00000000 00"));
}

// A string field of TCompactProtocol: difference of the ids, type 8, length, text.
std::string CompactText(std::string_view head, std::string_view text) {
  return Bytes(head) + static_cast<char>(text.size()) + std::string(text);
}

TEST_F(JaegerBatchTest, GoldenAgentPacket) {
  Start(ContextOf(1, 3));
  span_->SetAttribute("b", true);
  span_->SetAttribute("i", std::int64_t{-1});
  span_->SetAttribute("d", 1.5);
  std::uint64_t too_large = 9;
  const auto packets = EncodeAgentPackets(resource_, Finish(), &too_large);
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(packets[0].spans, 1u);
  EXPECT_EQ(too_large, 0u);
  const std::string head = CompactText("82 81 00", "emitBatch") + Bytes("1c") +  // 1: Batch
                           Bytes("1c") + CompactText("18", "svc") +              // 1: Process
                           Bytes("19 1c") + CompactText("18", "host") + Bytes("15 00") +
                           CompactText("18", "h") + Bytes("00 00");
  const std::string tags = Bytes("19 4c") +                                 // four of them
                           CompactText("18", "b") + Bytes("15 04 31 00") +  //
                           CompactText("18", "i") + Bytes("15 06 46 01 00") +
                           CompactText("18", "d") + Bytes("15 02 27 000000000000f83f 00") +
                           CompactText("18", "span.kind") + Bytes("15 00") +
                           CompactText("18", "internal") + Bytes("00");
  const std::string span = Bytes("16 04 16 02 16 06 16 00") + CompactText("18", "op") +
                           Bytes("25 02 16 84897a 16 0a") + tags + Bytes("00");
  EXPECT_EQ(packets[0].bytes, head + Bytes("19 1c") + span + Bytes("00 00"));
}

TEST_F(JaegerBatchTest, AgentPacketsAreDatagrams) {
  std::vector<EncodedRecord> spans;
  for (const std::size_t size : {30'000, 30'000, 30'000, 70'000, 10}) {
    Start(ContextOf(1, 3));
    span_->SetAttribute("text", std::string(size, 'x').c_str());
    spans.push_back(Finish().front());
  }
  std::uint64_t too_large = 0;
  std::size_t count = 0;
  const auto packets = EncodeAgentPackets(resource_, spans, &too_large);
  for (const AgentPacket& packet : packets) {
    EXPECT_LE(packet.bytes.size(), kAgentPacketBytesMax);
    count += packet.spans;
  }
  EXPECT_EQ(packets.size(), 2u);
  EXPECT_EQ(count, 4u);
  EXPECT_EQ(too_large, 1u);
}

}  // namespace
}  // namespace spanhound::sdk
