#include "jaeger_batch.h"

#include <gtest/gtest.h>
#include <opentelemetry/common/key_value_iterable_view.h>
#include <opentelemetry/sdk/instrumentationscope/instrumentation_scope.h>
#include <opentelemetry/sdk/trace/span_data.h>
#include <opentelemetry/trace/trace_state.h>

#include <string>
#include <string_view>
#include <vector>

#include "spanhound/attribute.h"

namespace spanhound::sdk {
namespace {

namespace resource = opentelemetry::sdk::resource;
namespace sdk_trace = opentelemetry::sdk::trace;
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

class KnownResource : public resource::Resource {
 public:
  explicit KnownResource(const resource::ResourceAttributes& attributes) : Resource(attributes) {}
};

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
  JaegerBatchTest() {
    auto data = std::make_unique<sdk_trace::SpanData>();
    span_ = data.get();
    span_->SetName("op");
    span_->SetResource(resource_);
    span_->SetInstrumentationScope(*scope_);
    span_->SetStartTime(
        opentelemetry::common::SystemTimestamp(std::chrono::nanoseconds(1'000'002'999)));
    span_->SetDuration(std::chrono::nanoseconds(5'999));
    records_.push_back(std::move(data));
  }

  std::string Encode() { return EncodeJaegerBatch(SpanRecords(records_.data(), records_.size())); }

  const KnownResource resource_{{{"service.name", "svc"}, {"host", "h"}}};
  const std::unique_ptr<opentelemetry::sdk::instrumentationscope::InstrumentationScope> scope_ =
      opentelemetry::sdk::instrumentationscope::InstrumentationScope::Create("");
  sdk_trace::SpanData* span_ = nullptr;
  std::vector<std::unique_ptr<sdk_trace::Recordable>> records_;
};

TEST_F(JaegerBatchTest, GoldenRootSpan) {
  span_->SetIdentity(ContextOf(1, 3), trace::SpanId());
  span_->SetSpanKind(trace::SpanKind::kServer);
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
  span_->SetIdentity(ContextOf(1, 3), trace::SpanId());
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
  span_->SetIdentity(ContextOf(1, 3, "vendor=x"), trace::SpanId());
  span_->SetStatus(trace::StatusCode::kError, "broken");
  const std::string tags =
      Bytes("0f 000a 0c 00000005") + Text(1, "error") + Bytes("08 0002 00000002 02 0005 01 00") +
      StringTag("otel.status_code", "ERROR") + StringTag("otel.status_description", "broken") +
      StringTag("span.kind", "internal") + StringTag("w3c.tracestate", "vendor=x");
  EXPECT_NE(Encode().find(tags), std::string::npos);
}

TEST_F(JaegerBatchTest, GoldenParentLinkAndEvent) {
  span_->SetIdentity(ContextOf(1, 3), ContextOf(1, 9).span_id());
  span_->AddLink(ContextOf(5, 7), Attributes());
  span_->AddEvent("got lock", opentelemetry::common::SystemTimestamp(std::chrono::microseconds(16)),
                  Attributes({{"pid", "1"}}));
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
  records_.clear();
  const std::string process = Bytes("0c 0001") + Text(1, "") + Bytes("0f 0002 0c 00000000 00");
  EXPECT_EQ(Encode(), process + Bytes("0f 0002 0c 00000000 00"));
}

}  // namespace
}  // namespace spanhound::sdk
