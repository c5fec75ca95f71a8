// A duration as the reference system logs it: "11.317154ms".
#pragma once

#include <chrono>
#include <string>

namespace service {

// In the largest unit of s, ms, µs and ns that leaves a whole part.
std::string CostText(std::chrono::nanoseconds cost);

}  // namespace service
