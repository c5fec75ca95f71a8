#include "base/keyed_hash.h"

#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"

namespace spanhound {
namespace {

uint64_t DrawnKey() {
  uint64_t key = 0;
  CHECK(getrandom(&key, sizeof(key), 0) == static_cast<ssize_t>(sizeof(key)));
  return key;
}

}  // namespace

const uint64_t kHashKey = DrawnKey();

uint64_t KeyedHash64(std::string_view bytes) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), kHashKey);
}

}  // namespace spanhound
