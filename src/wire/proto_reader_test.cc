#include "wire/proto_reader.h"

#include <gtest/gtest.h>

#include "wire/proto_writer.h"

namespace spanhound::wire {
namespace {

std::string_view operator""_b(const char* bytes, size_t size) { return {bytes, size}; }

TEST(ProtoReader, ReadsWhatTheWriterWrites) {
  std::string out;
  ProtoWriter writer(out);
  writer.VarintAlways(1, UINT64_MAX);
  writer.Fixed64(2, 0x1122334455667788);
  writer.Fixed32(3, 0x99aabbcc);
  writer.Bytes(1000, "text");
  writer.Message(5, [&] { writer.BytesAlways(1, std::string(300, 'x')); });

  ProtoReader reader(out);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.tag(), VarintTag(1));
  EXPECT_EQ(reader.value(), UINT64_MAX);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.tag(), Fixed64Tag(2));
  EXPECT_EQ(reader.value(), 0x1122334455667788u);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.tag(), Fixed32Tag(3));
  EXPECT_EQ(reader.value(), 0x99aabbccu);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.tag(), BytesTag(1000));
  EXPECT_EQ(reader.bytes(), "text");
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.bytes().size(), 303u);
  EXPECT_FALSE(reader.Next());
  EXPECT_EQ(reader.error(), nullptr);
}

TEST(ProtoWriter, LeavesOutWhatProto3TakesForAbsent) {
  std::string out;
  ProtoWriter writer(out);
  writer.Varint(1, 0);
  writer.Fixed64(2, 0);
  writer.Fixed32(3, 0);
  writer.Bytes(4, "");
  EXPECT_EQ(out, "");
  writer.Message(5, [] {});
  EXPECT_EQ(out, "\x2a\0"_b);
}

TEST(ProtoReader, RefusesMalformedFields) {
  const std::string_view kMalformed[] = {
      "\x08"_b,                                              // varint missing
      "\x08\x80"_b,                                          // varint cut short
      "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"_b,  // varint of eleven bytes
      "\x09\x01\x02"_b,                                      // fixed64 cut short
      "\x0d\x01"_b,                                          // fixed32 cut short
      "\x0a\x05"                                             // length past the end
      "ab"_b,
      "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"_b,  // a length of 2^64 - 1
      "\x0b\x0c"_b,                                      // group
      "\x0e"_b,                                          // wire type 6
      "\x02\x00"_b,                                      // field number 0
      "\x80\x80\x80\x80\x10\x00"_b,                      // field number past 2^29
  };
  for (const std::string_view bytes : kMalformed) {
    ProtoReader reader(bytes);
    EXPECT_FALSE(reader.Next()) << bytes.size();
    EXPECT_NE(reader.error(), nullptr) << bytes.size();
  }
}

}  // namespace
}  // namespace spanhound::wire
