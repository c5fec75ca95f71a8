#include "net/sha512.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "base/hex.h"

namespace spanhound::net {

std::string Sha512Hex(std::string_view bytes) {
  unsigned char digest[SHA512_DIGEST_LENGTH];
  SHA512(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  return ToHex({reinterpret_cast<const char*>(digest), sizeof digest});
}

bool IsSameText(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace spanhound::net
