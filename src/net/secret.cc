#include "net/secret.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "base/hex.h"

namespace spanhound::net {
namespace {

constexpr std::string_view kSha256Prefix = "sha256:";
constexpr std::string_view kPlainPrefix = "plain:";
constexpr size_t kPasswordBytesMax = 512;  // crypt's own limit; longer ones match nothing

// Hashes of passwords are slow on purpose: one at a time in the process.
std::mutex& CryptMutex() {
  static std::mutex mutex;
  return mutex;
}

bool CryptMatches(const std::string& stored, const std::string& presented) {
  if (presented.size() >= kPasswordBytesMax || presented.find('\0') != presented.npos) return false;
  auto data = std::make_unique<crypt_data>();  // 32 KiB, too much for a stack
  const char* computed = crypt_r(presented.c_str(), stored.c_str(), data.get());
  if (computed == nullptr || computed[0] == '*') return false;
  return IsSameDigest(Sha256(computed), Sha256(stored));
}

// Not the old ones that are fast to guess (MD5, DES), and not only the salt of one.
bool IsUsableCrypt(const std::string& stored) {
  constexpr size_t kHashBytesMin = 40;
  return stored.size() >= kHashBytesMin && stored.starts_with('$') &&
         crypt_checksalt(stored.c_str()) == CRYPT_SALT_OK;
}

}  // namespace

Sha256Digest Sha256(std::string_view bytes) {
  Sha256Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

bool IsSameDigest(const Sha256Digest& a, const Sha256Digest& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool Secret::IsPlain(std::string_view stored) { return stored.starts_with(kPlainPrefix); }

Result<Secret> Secret::Parse(std::string_view stored) {
  Secret secret;
  if (IsPlain(stored) && stored.size() > kPlainPrefix.size()) {
    secret.known_->digest = Sha256(stored.substr(kPlainPrefix.size()));
    return secret;
  }
  if (stored.starts_with(kSha256Prefix)) {
    Sha256Digest digest;
    if (!FromHex(stored.substr(kSha256Prefix.size()), digest.data(), digest.size())) {
      return InvalidArgument("after sha256: there are 64 hexadecimal digits");
    }
    secret.known_->digest = digest;
    return secret;
  }
  secret.crypt_ = std::string(stored);
  if (IsUsableCrypt(secret.crypt_)) return secret;
  return InvalidArgument("a secret is sha256:HEX, $2b$..., $6$..., $y$... or plain:TEXT");
}

Status Secret::Check(std::string_view presented) {
  const Status wrong(Code::kUnauthenticated, "wrong token or password");
  const Sha256Digest digest = Sha256(presented);
  {
    std::lock_guard lock(known_->mutex);
    if (known_->digest && IsSameDigest(*known_->digest, digest)) return Status::Ok();
  }
  if (crypt_.empty()) return wrong;
  std::unique_lock one_at_a_time(CryptMutex(), std::try_to_lock);
  if (!one_at_a_time) return Unavailable("another password is being checked; try again");
  if (!CryptMatches(crypt_, std::string(presented))) return wrong;
  std::lock_guard lock(known_->mutex);
  known_->digest = digest;
  return Status::Ok();
}

}  // namespace spanhound::net
