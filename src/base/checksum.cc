#include "base/checksum.h"

// Most of what is hashed is a word: calling a library would cost as much again.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace spanhound {

uint64_t Checksum64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace spanhound
