// Hashes for tables of texts that came from outside: nobody can prepare texts that collide, because
// the key is drawn when the process starts. They differ from run to run and never go into files.
// Pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace spanhound {

// Of this process; for hashes that are computed where they are used.
extern const uint64_t kHashKey;

uint64_t KeyedHash64(std::string_view bytes);

}  // namespace spanhound
