#include "net/secret.h"

#include <gtest/gtest.h>

namespace spanhound::net {
namespace {

// printf %s swordfish | sha256sum; openssl passwd -6 swordfish; htpasswd -nB -C 5
constexpr char kSha256[] =
    "sha256:b9f195c5cc7ef6afadbfbc42892ad47d3b24c6bc94bb510c4564a90a14e8b799";
constexpr char kSha512Crypt[] =
    "$6$saltsalt$cPbDmdp7sUA1v8Yjfppi8VeFqwELnkKCqsv5H2wx/S4LZwLh"
    "IhlK7tCX/4JqgCT3onV3./FXCDD2Y6iXkj4Lp/";
constexpr char kBcrypt[] = "$2y$05$abcdefghijklmnopqrstuupWDwJQeCHYIBQy8WvkVB6ImhZ476YYy";

TEST(Secret, EveryFormTakesTheRightOneOnly) {
  for (const char* stored : {kSha256, "plain:swordfish", kSha512Crypt, kBcrypt}) {
    auto secret = Secret::Parse(stored);
    ASSERT_TRUE(secret.ok()) << stored;
    EXPECT_EQ(secret->Check("swordfisH").code(), Code::kUnauthenticated);
    EXPECT_EQ(secret->Check("").code(), Code::kUnauthenticated);
    EXPECT_EQ(secret->Check(std::string_view("swordfish\0", 10)).code(), Code::kUnauthenticated);
    EXPECT_EQ(secret->Check(std::string(100'000, 'x')).code(), Code::kUnauthenticated);
    EXPECT_TRUE(secret->Check("swordfish").ok()) << stored;
    EXPECT_TRUE(secret->Check("swordfish").ok());  // remembered
    EXPECT_EQ(secret->Check("swordfisH").code(), Code::kUnauthenticated);
  }
}

TEST(Secret, RefusesWhatIsNoneOrTooWeak) {
  for (const char* stored : {"", "swordfish", "plain:", "sha256:", "sha256:b9f1", "sha256:zz", "$",
                             "$1$salt$hash", "*", "!", "$2b$"}) {
    EXPECT_EQ(Secret::Parse(stored).status().code(), Code::kInvalidArgument) << stored;
  }
}

}  // namespace
}  // namespace spanhound::net
