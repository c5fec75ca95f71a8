// Kubernetes' notation of amounts: "250m" of a CPU, "1536Mi" of memory, "12e6".
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dashboard2api::kube {

// More than any cluster has; what is larger is no quantity. Two of them can be added.
inline constexpr std::int64_t kAmountMax = std::int64_t{1} << 61;

// Thousandths of a CPU and bytes, both rounded up as the scheduler does. nullopt unless it is a
// quantity between 0 and kAmountMax.
std::optional<std::int64_t> CpuMillis(std::string_view quantity);
std::optional<std::int64_t> MemoryBytes(std::string_view quantity);

inline std::int64_t AddAmounts(std::int64_t a, std::int64_t b) {
  return std::min(a + b, kAmountMax);
}

}  // namespace dashboard2api::kube
