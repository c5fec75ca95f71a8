#include "wire/zipkin/zipkin_proto.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/proto_writer.h"
#include "wire/testing/batch_text.h"
#include "wire/testing/hex_bytes.h"

namespace spanhound::wire {
namespace {

using ::testing::HasSubstr;

std::string TextOf(std::string bytes) {
  const auto decoded = DecodeZipkinProto(std::move(bytes), {});
  return decoded.ok() ? BatchText(decoded->batch) : decoded.status().ToString();
}

// The fields `write` writes, as the one span of a list.
template <typename Write>
std::string ListOf(Write write) {
  std::string bytes;
  ProtoWriter writer(bytes);
  writer.Message(1, [&] { write(writer); });
  return bytes;
}

void WriteIds(ProtoWriter& writer) {
  writer.Bytes(1, HexBytes("00000000000000010000000000000002"));
  writer.Bytes(3, HexBytes("0000000000000003"));
}

std::string FullSpan() {
  return ListOf([](ProtoWriter& writer) {
    WriteIds(writer);
    writer.Bytes(2, HexBytes("0000000000000004"));
    writer.Varint(4, 1);
    writer.Bytes(5, "get");
    writer.Fixed64(6, 1000);
    writer.Varint(7, 500);
    writer.Message(8, [&] {
      writer.Bytes(1, "front");
      writer.Bytes(2, HexBytes("0a000001"));
      writer.Bytes(3, HexBytes("20010db8000000000000000000000001"));
      writer.Varint(4, 8080);
    });
    writer.Message(9, [&] {
      writer.Bytes(1, "back");
      writer.Bytes(3, HexBytes("20010db8000000000000000000000001"));
    });
    writer.Message(10, [&] {
      writer.Fixed64(1, 1200);
      writer.Bytes(2, "retry");
    });
    for (const char* key : {"a", "error"}) {
      writer.Message(11, [&] {
        writer.Bytes(1, key);
        writer.Bytes(2, "text");
      });
    }
    writer.Varint(12, 1);
    writer.Varint(13, 1);
    writer.Bytes(99, "from the future");
  });
}

TEST(ZipkinProto, AllFields) {
  EXPECT_EQ(TextOf(FullSpan()),
            "span 00000000000000010000000000000002 0000000000000003 parent=0000000000000004"
            " name=get kind=3 start=1000000 end=1500000 status=2 message=text flags=1"
            " {a='text', net.host.ip='10.0.0.1', net.host.port=8080, peer.service='back',"
            " net.peer.ip='2001:db8::1'}\n"
            "  event name=retry time=1200000\n"
            "  resource 0 {service.name='front'}\n"
            "  scope 0\n");
}

TEST(ZipkinProto, EmptyListAndShortTraceIds) {
  EXPECT_EQ(TextOf(""), "");
  EXPECT_THAT(TextOf(ListOf([](ProtoWriter& writer) {
                writer.Bytes(1, HexBytes("0000000000000007"));
                writer.Bytes(3, HexBytes("0000000000000003"));
              })),
              HasSubstr("span 00000000000000000000000000000007 0000000000000003"));
}

TEST(ZipkinProto, BadIdsRejectTheSpanAlone) {
  std::string bytes = ListOf([](ProtoWriter& writer) { writer.Bytes(1, "abc"); });
  bytes += ListOf([](ProtoWriter& writer) {
    WriteIds(writer);
    writer.Bytes(2, "short");
  });
  bytes += ListOf(WriteIds);
  const auto decoded = DecodeZipkinProto(bytes, {});
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->batch.spans.size(), 1u);
  EXPECT_EQ(decoded->rejected_count, 2u);
  EXPECT_EQ(decoded->rejected_message, "span 0: trace_id has not 8 or 16 bytes");
}

TEST(ZipkinProto, UnknownKindsAndPortsSayNothing) {
  EXPECT_THAT(TextOf(ListOf([](ProtoWriter& writer) {
                WriteIds(writer);
                writer.Varint(4, 1'000'000);
                writer.Fixed64(6, 1);
                writer.Message(8, [&] { writer.Varint(4, 1'000'000); });
              })),
              HasSubstr("0000000000000003 start=1000 end=1000\n"));
}

// A span cut short is an error; a list cut between two fields of it is a shorter list.
TEST(ZipkinProto, CutShortAnywhereIsAnError) {
  const std::string whole = FullSpan();
  for (size_t size = 1; size < whole.size(); ++size) {
    EXPECT_THAT(TextOf(whole.substr(0, size)), HasSubstr("INVALID_ARGUMENT: byte 0")) << size;
  }
}

TEST(ZipkinProto, MalformedPartsNameThePlace) {
  for (const uint32_t field : {8u, 10u, 11u}) {
    EXPECT_THAT(TextOf(ListOf([&](ProtoWriter& writer) {
                  WriteIds(writer);
                  writer.Bytes(field, "\x0a\x7f");
                })),
                HasSubstr("INVALID_ARGUMENT: byte 32: length past the end"))
        << field;
  }
}

TEST(ZipkinProto, MemoryIsLimited) {
  std::string bytes = ListOf([](ProtoWriter& writer) {
    WriteIds(writer);
    for (int i = 0; i < 1000; ++i) writer.BytesAlways(10, "");
  });
  RequestLimits limits;
  limits.memory_bytes_max = 10'000;
  EXPECT_EQ(DecodeZipkinProto(bytes, limits).status().code(), Code::kResourceExhausted);
}

TEST(ZipkinProto, ItemsAreLimited) {
  std::string bytes;
  for (int i = 0; i < 3; ++i) bytes += ListOf(WriteIds);
  EXPECT_TRUE(DecodeZipkinProto(bytes, {.items_max = 3}).ok());
  EXPECT_EQ(DecodeZipkinProto(bytes, {.items_max = 2}).status().code(), Code::kResourceExhausted);
}

}  // namespace
}  // namespace spanhound::wire
