// Secret: what a file of credentials says of a token or password, never the thing itself once it
// is read. Comparisons take the same time wherever the first difference is. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace spanhound::net {

using Sha256Digest = std::array<uint8_t, 32>;
Sha256Digest Sha256(std::string_view bytes);
bool IsSameDigest(const Sha256Digest& a, const Sha256Digest& b);  // in constant time

class Secret {
 public:
  // "sha256:HEX" for random tokens, "$2b$...", "$6$..." or "$y$..." (crypt(5)) for passwords people
  // choose, "plain:TEXT" where the file is guarded well enough. INVALID_ARGUMENT otherwise.
  static Result<Secret> Parse(std::string_view stored);
  bool is_slow() const { return !crypt_.empty(); }
  static bool IsPlain(std::string_view stored);

  // UNAUTHENTICATED if it is another one. A password's hash takes tens of milliseconds by design,
  // so only one is computed at a time, and what was right once is remembered: UNAVAILABLE while
  // another is computed, or a guesser could keep all threads busy.
  Status Check(std::string_view presented);

 private:
  struct Known {
    std::mutex mutex;
    std::optional<Sha256Digest> digest;  // of the right one, once it is known; guarded by mutex
  };
  std::string crypt_;  // empty: the digest is known from the start
  std::unique_ptr<Known> known_ = std::make_unique<Known>();
};

}  // namespace spanhound::net
