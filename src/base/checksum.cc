#include "base/checksum.h"

#include <xxhash.h>

namespace spanhound {

uint64_t Checksum64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace spanhound
