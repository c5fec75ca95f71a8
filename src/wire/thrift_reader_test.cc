#include "wire/thrift_reader.h"

#include <gtest/gtest.h>

#include "wire/testing/hex_bytes.h"
#include "wire/testing/thrift_writer.h"

namespace spanhound::wire {
namespace {

// Skips every field of a struct; how it ends.
const char* SkipAll(const std::string& bytes) {
  ThriftReader reader(bytes);
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
  EXPECT_TRUE(reader.Bool());
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

}  // namespace
}  // namespace spanhound::wire
