#include "wire/jaeger/jaeger_question.h"

#include <gtest/gtest.h>

#include "wire/proto_time.h"
#include "wire/testing/hex_bytes.h"

namespace spanhound::wire {
namespace {

constexpr size_t kTagsMax = 100;
constexpr uint64_t kSecond = 1'000'000'000;

// A FindTracesRequest whose query has the fields `write` writes.
template <typename Write>
std::string Query(Write write) {
  std::string bytes;
  ProtoWriter writer(bytes);
  writer.Message(1, [&] { write(writer); });
  return bytes;
}

void Tag(ProtoWriter& writer, std::string_view key, std::string_view value) {
  writer.Message(3, [&] {
    writer.Bytes(1, key);
    writer.Bytes(2, value);
  });
}

// Field by field from Jaeger's query.proto.
TEST(JaegerQuestion, AllFieldsOfAQuery) {
  const auto query =
      DecodeJaegerTraceQuery(HexBytes("0a34"
                                      "0a0473686f70"                // service "shop"
                                      "12036f7264"                  // operation "ord"
                                      "1a060a016b120176"            // k=v
                                      "220b0880e2cfaa0610959aef3a"  // 1700000000.123456789 s
                                      "2a060890fecfaa06"            // 1700003600 s
                                      "32021001"                    // 1 ns
                                      "3a02083c"                    // 60 s
                                      "4014"                        // 20 traces
                                      "4801"),                      // raw
                             kTagsMax);
  ASSERT_TRUE(query.ok()) << query.status().ToString();
  EXPECT_EQ(query->service_name, "shop");
  EXPECT_EQ(query->operation_name, "ord");
  ASSERT_EQ(query->tags.size(), 1u);
  EXPECT_EQ(query->tags[0], std::pair(std::string("k"), std::string("v")));
  EXPECT_EQ(query->start_min_unix_nanos, 1'700'000'000 * kSecond + 123'456'789);
  EXPECT_EQ(query->start_max_unix_nanos, 1'700'003'600 * kSecond);
  EXPECT_EQ(query->duration_min_nanos, 1u);
  EXPECT_EQ(query->duration_max_nanos, 60 * kSecond);
  EXPECT_EQ(query->search_depth, 20);
  EXPECT_TRUE(query->raw_traces);
}

TEST(JaegerQuestion, TimesThatAreNotGivenAreNothing) {
  const auto empty = DecodeJaegerTraceQuery(HexBytes("0a00"), kTagsMax);
  ASSERT_TRUE(empty.ok());
  EXPECT_FALSE(empty->start_min_unix_nanos.has_value());
  EXPECT_FALSE(empty->start_max_unix_nanos.has_value());
  const auto times = DecodeJaegerTraceQuery(
      Query([](ProtoWriter& writer) {
        writer.Message(4, [&] { writer.Varint(1, static_cast<uint64_t>(-62'135'596'800)); });
        WriteProtoTime(writer, 5, 1'700'000'000 * kSecond + 7);
      }),
      kTagsMax);
  ASSERT_TRUE(times.ok());
  EXPECT_FALSE(times->start_min_unix_nanos.has_value());
  EXPECT_EQ(times->start_max_unix_nanos, 1'700'000'000 * kSecond + 7);
  const auto early = DecodeJaegerTraceQuery(
      Query([](ProtoWriter& writer) {
        writer.Message(4, [&] { writer.Varint(1, static_cast<uint64_t>(-5)); });
      }),
      kTagsMax);
  ASSERT_TRUE(early.ok());
  EXPECT_EQ(early->start_min_unix_nanos, 0u);
}

TEST(JaegerQuestion, OfAKeyTwiceTheLastCountsAndTooManyAreRefused) {
  const auto with_tags = [](size_t count) {
    return Query([count](ProtoWriter& writer) {
      Tag(writer, "0", "first");
      for (size_t i = 0; i < count; ++i) Tag(writer, std::to_string(i), "last");
    });
  };
  const auto most = DecodeJaegerTraceQuery(with_tags(kTagsMax), kTagsMax);
  ASSERT_TRUE(most.ok()) << most.status().ToString();
  EXPECT_EQ(most->tags.size(), kTagsMax);
  EXPECT_EQ(most->tags[0].second, "last");
  EXPECT_EQ(DecodeJaegerTraceQuery(with_tags(kTagsMax + 1), kTagsMax).status().message(),
            "more than 100 tags");
}

TEST(JaegerQuestion, WhatMakesNoSenseIsRefused) {
  EXPECT_EQ(DecodeJaegerTraceQuery("", kTagsMax).status().message(), "the request has no query");
  const std::string negative = Query([](ProtoWriter& writer) {
    writer.Message(6, [&] { writer.Varint(1, static_cast<uint64_t>(-1)); });
  });
  EXPECT_EQ(DecodeJaegerTraceQuery(negative, kTagsMax).status().message(),
            "a duration may not be negative");
  for (const char* cut : {"0a05", "0a020a09", "0a041a020a09", "0a04220208ff", "0a04320208ff"}) {
    EXPECT_EQ(DecodeJaegerTraceQuery(HexBytes(cut), kTagsMax).status().code(),
              Code::kInvalidArgument)
        << cut;
  }
  EXPECT_FALSE(DecodeJaegerTraceRequest(HexBytes("0a09")).ok());
  EXPECT_FALSE(DecodeJaegerOperationsRequest(HexBytes("0a09")).ok());
  EXPECT_FALSE(DecodeJaegerDependenciesRequest(HexBytes("0a0208ff")).ok());
}

TEST(JaegerQuestion, TheOtherRequests) {
  const auto trace =
      DecodeJaegerTraceRequest(HexBytes("0a020102"
                                        "1202080a"  // a hint
                                        "2001"));
  ASSERT_TRUE(trace.ok());
  EXPECT_EQ(trace->trace_id, HexBytes("0102"));
  EXPECT_TRUE(trace->raw_traces);
  const auto operations = DecodeJaegerOperationsRequest(HexBytes("0a017312066c6f6e676572"));
  ASSERT_TRUE(operations.ok());
  EXPECT_EQ(operations->service_name, "s");
  EXPECT_EQ(operations->span_kind, "longer");
  const auto dependencies = DecodeJaegerDependenciesRequest(HexBytes("0a02080a12021003"));
  ASSERT_TRUE(dependencies.ok());
  EXPECT_EQ(dependencies->start_unix_nanos, 10 * kSecond);
  EXPECT_EQ(dependencies->end_unix_nanos, 3u);
}

}  // namespace
}  // namespace spanhound::wire
