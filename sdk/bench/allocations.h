// Counts what each thread takes from the heap, in this program and the libraries it loads.
#pragma once

#include <cstdint>

namespace spanhound::sdk {

std::uint64_t AllocationsOfThisThread();

}  // namespace spanhound::sdk
