#include "wire/thrift_reader.h"

#include <gtest/gtest.h>

#include "wire/testing/hex_bytes.h"
#include "wire/thrift_writer.h"

namespace spanhound::wire {
namespace {

// Skips every field of a struct; how it ends.
const char* SkipAll(const std::string& bytes, ThriftProtocol protocol = ThriftProtocol::kBinary) {
  ThriftReader reader(bytes, protocol);
  ThriftReader::Field field;
  while (reader.NextField(&field)) reader.Skip(field);
  return reader.error();
}

TEST(ThriftReader, ReadsScalars) {
  const std::string bytes = ThriftWriter()
                                .Bool(1, true)
                                .I32(2, -2)
                                .I64(3, INT64_MIN)
                                .Double(4, 0.5)
                                .String(5, "text")
                                .Stop()
                                .bytes();
  ThriftReader reader(bytes);
  ThriftReader::Field field;
  ASSERT_TRUE(reader.NextField(&field));
  EXPECT_TRUE(field.Is(1, ThriftType::kBool));
  EXPECT_TRUE(reader.Bool(field));
  ASSERT_TRUE(reader.NextField(&field));
  EXPECT_EQ(reader.I32(), -2);
  ASSERT_TRUE(reader.NextField(&field));
  EXPECT_EQ(reader.I64(), INT64_MIN);
  ASSERT_TRUE(reader.NextField(&field));
  EXPECT_EQ(reader.Double(), 0.5);
  ASSERT_TRUE(reader.NextField(&field));
  EXPECT_EQ(reader.String(), "text");
  EXPECT_FALSE(reader.NextField(&field));
  EXPECT_TRUE(reader.ok());
}

TEST(ThriftReader, SkipsEveryType) {
  EXPECT_EQ(SkipAll(HexBytes("020001"
                             "01"  // bool
                             "030002"
                             "7f"  // byte
                             "060003"
                             "0001"  // i16
                             "0c0004"
                             "080001"
                             "00000000"
                             "00"  // struct { i32 }
                             "0d0005"
                             "0b0a"
                             "00000001"
                             "00000001"
                             "61"
                             "0000000000000000"  // map { "a": i64 }
                             "0e0006"
                             "0f"
                             "00000001"
                             "02"
                             "00000003"
                             "010001"  // set { list { 3 bools } }
                             "0f0007"
                             "00"
                             "00000000"  // empty list of nothing
                             "00")),
            nullptr);
}

TEST(ThriftReader, RefusesMalformedInput) {
  const char* malformed[] = {
      "",                  // no stop
      "08",                // no field id
      "08000100",          // i32 cut short
      "0b0001ffffffff",    // string of -1 bytes
      "0b00010000000561",  // string past the end
      "0f000102ffffffff",  // list of -1 bools
      "0f00010b40000000",  // more strings than bytes
      "0f00010100000001"   // list of void
      "0000",
      "0d000101020000000200000000",  // map with keys of void
      "010001",                      // field of void
      "630001",                      // no such type
      "0c0001",                      // struct without an end
  };
  for (const char* hex : malformed) EXPECT_NE(SkipAll(HexBytes(hex)), nullptr) << hex;
}

TEST(ThriftReader, NestingIsBounded) {
  const auto nested = [](int depth) {
    std::string bytes;
    for (int i = 0; i < depth; ++i) bytes += HexBytes("0c0001");
    return bytes + std::string(static_cast<size_t>(depth) + 1, '\0');
  };
  EXPECT_EQ(SkipAll(nested(ThriftReader::kDepthMax)), nullptr);
  for (const int depth : {100, 10'000, 1'000'000}) {
    EXPECT_STREQ(SkipAll(nested(depth)), "nested too deeply") << depth;
  }
}

// Both as the writer makes them.
class ThriftProtocols : public ::testing::TestWithParam<ThriftProtocol> {};
INSTANTIATE_TEST_SUITE_P(, ThriftProtocols,
                         ::testing::Values(ThriftProtocol::kBinary, ThriftProtocol::kCompact));

TEST_P(ThriftProtocols, ReadsWhatTheWriterWrites) {
  const std::string inner = ThriftWriter(GetParam()).Bool(7, false).Stop().bytes();
  std::string structs;
  for (int i = 0; i < 20; ++i) structs += inner;
  const std::string bytes = ThriftWriter(GetParam())
                                .Bool(1, true)
                                .I32(2, INT32_MIN)
                                .I64(300, INT64_MIN)
                                .Double(301, 0.1)
                                .String(302, std::string(200, 'x'))
                                .List(303, 20, structs)
                                .Stop()
                                .bytes();
  ThriftReader reader(bytes, GetParam());
  ThriftReader::Field field;
  ASSERT_TRUE(reader.NextField(&field));
  EXPECT_TRUE(field.Is(1, ThriftType::kBool) && reader.Bool(field));
  ASSERT_TRUE(reader.NextField(&field));
  EXPECT_EQ(reader.I32(), INT32_MIN);
  ASSERT_TRUE(reader.NextField(&field));
  EXPECT_TRUE(field.Is(300, ThriftType::kI64));
  EXPECT_EQ(reader.I64(), INT64_MIN);
  ASSERT_TRUE(reader.NextField(&field));
  EXPECT_EQ(reader.Double(), 0.1);
  ASSERT_TRUE(reader.NextField(&field));
  EXPECT_EQ(reader.String(), std::string(200, 'x'));
  ASSERT_TRUE(reader.NextField(&field));
  ASSERT_EQ(reader.StructList(2), 20u);
  for (int i = 0; i < 20; ++i) {
    ThriftReader::Field inner_field;
    ASSERT_TRUE(reader.NextField(&inner_field));
    EXPECT_TRUE(inner_field.Is(7, ThriftType::kBool) && !reader.Bool(inner_field));
    EXPECT_FALSE(reader.NextField(&inner_field));
  }
  EXPECT_FALSE(reader.NextField(&field));
  EXPECT_TRUE(reader.ok()) << reader.error();
  EXPECT_EQ(SkipAll(bytes, GetParam()), nullptr);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_NE(SkipAll(bytes.substr(0, size), GetParam()), nullptr) << size;
  }
}

// Serialised by Apache Thrift's own TCompactProtocol.
TEST(ThriftReader, SkipsEveryCompactType) {
  const std::string bytes = HexBytes(
      "11137f14d70415e0c5080650ffffffffffffffff7f179a9999999999b93f1804746578741c120828"
      "0178001b02860161020162041b0019310102011af61000020406080a0c0e10121416181a1c1e191c"
      "1502001917000000000000f03f00");
  EXPECT_EQ(SkipAll(bytes, ThriftProtocol::kCompact), nullptr);
}

TEST(ThriftReader, RefusesMalformedCompactInput) {
  const char* malformed[] = {
      "",                          // no stop
      "15",                        // i32 cut short
      "16ffffffffffffffffffff01",  // varint of more than 64 bits
      "18ffffffff0f",              // string past the end
      "19fcffffffff0f",            // more structs than bytes
      "19fcffffffffffffffff7f",
      "1bffffffff0f8800",  // more entries than bytes
      "1b0100000000",      // map with keys of nothing
      "1920000000",        // list of nothing
      "1d00",              // no such type
      "1c15",              // struct without an end
  };
  for (const char* hex : malformed) {
    EXPECT_NE(SkipAll(HexBytes(hex), ThriftProtocol::kCompact), nullptr) << hex;
  }
  for (const int depth : {100, 1'000'000}) {
    const std::string nested(static_cast<size_t>(depth), 0x1c);
    EXPECT_STREQ(SkipAll(nested, ThriftProtocol::kCompact), "nested too deeply") << depth;
  }
}

TEST(ThriftReader, KnowsTheHeadsOfCalls) {
  const auto name = [](const std::string& hex) {
    const std::string bytes = HexBytes(hex);
    ThriftReader reader(bytes);
    const std::string text(reader.CallName());
    return reader.ok()
               ? text + (reader.protocol() == ThriftProtocol::kBinary ? " binary" : " compact")
               : std::string(reader.error());
  };
  EXPECT_EQ(name("8281000161"
                 "00"),
            "a compact");
  EXPECT_EQ(name("8221ffff030161"
                 "00"),
            "a compact");  // a call that awaits an answer
  EXPECT_EQ(name("8001000400000001610000000000"), "a binary");
  EXPECT_EQ(name("0000000161"
                 "04"
                 "0000000000"),
            "a binary");  // without a version
  EXPECT_EQ(name(""), "empty");
  EXPECT_EQ(name("8282000161"), "unknown version of the compact protocol");
  EXPECT_EQ(name("800200040000000161"), "unknown version of the binary protocol");
  EXPECT_EQ(name("80010004ffffffff61"), "string length past the end");
  EXPECT_EQ(name("8001000400000001610000"), "value cut short");
}

}  // namespace
}  // namespace spanhound::wire
