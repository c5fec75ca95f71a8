#include "store/encoding/blob.h"

#include <gtest/gtest.h>

#include "store/encoding/compression.h"

namespace spanhound::store {
namespace {

TEST(BlobTest, CompressesWhatGetsSmaller) {
  for (const std::string& bytes :
       {std::string(), std::string("short"), std::string(10'000, 'x'), std::string("\0\1\2", 3)}) {
    std::string out;
    AppendBlob(out, bytes, kFastCompression);
    EXPECT_LE(out.size(), bytes.size() < 100 ? bytes.size() + 1 : 100u);
    ByteReader in(out);
    std::string storage;
    std::string_view back;
    ASSERT_TRUE(ReadBlob(in, &storage, &back));
    EXPECT_EQ(back, bytes);
    EXPECT_TRUE(in.empty());
  }
}

TEST(BlobTest, RefusesDamage) {
  std::string out;
  AppendBlob(out, std::string(10'000, 'x'), kFastCompression);
  std::string storage;
  std::string_view back;
  for (size_t length = 0; length < out.size(); ++length) {
    ByteReader in(std::string_view(out).substr(0, length));
    EXPECT_FALSE(ReadBlob(in, &storage, &back)) << length;
  }
  std::string huge;
  AppendVarint(huge, kBlobBytesMax << 1 | 1 << 30);
  AppendVarint(huge, uint64_t{1} << 62);
  ByteReader in(huge);
  EXPECT_FALSE(ReadBlob(in, &storage, &back));
}

}  // namespace
}  // namespace spanhound::store
