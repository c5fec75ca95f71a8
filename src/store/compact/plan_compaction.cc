#include "store/compact/plan_compaction.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace spanhound::store {
namespace {

using Positions = std::vector<size_t>;

constexpr uint64_t kWindowNanosMin = 3'600'000'000'000;
constexpr uint64_t kWindowNanosMax = 24 * kWindowNanosMin;

// No input has more than half of the rows.
constexpr double kGrowthMin = 2;

struct Run {
  std::span<const size_t> positions;
  // Rows of the output by those of the largest input: how much rewriting them brings.
  double growth = 0;
};

class Planner {
 public:
  Planner(std::span<const BlockEntry> blocks, const CompactionLimits& limits, uint64_t now)
      : blocks_(blocks), limits_(limits), now_(now) {}

  Positions Plan() const {
    auto windows = Windows();
    Run best;
    for (auto& [key, group] : windows) {
      std::ranges::sort(group, {}, [this](size_t position) {
        return std::pair(blocks_[position].newest_unix_nanos(), blocks_[position].id);
      });
      const Run run = BestRun(group, IsSettled(key, group) ? 2 : limits_.inputs_min);
      if (run.growth > best.growth) best = run;
    }
    return {best.positions.begin(), best.positions.end()};
  }

 private:
  using WindowKey = std::tuple<std::string_view, Table, uint64_t>;

  uint64_t WindowOf(std::string_view tenant) const { return limits_.window_nanos(tenant); }

  std::map<WindowKey, Positions> Windows() const {
    std::map<WindowKey, Positions> windows;
    for (size_t i = 0; i < blocks_.size(); ++i) {
      const BlockEntry& block = blocks_[i];
      if (block.row_count > limits_.rows_max / 2 || block.file_bytes > limits_.bytes_max / 2) {
        continue;
      }
      const uint64_t window = block.newest_unix_nanos() / WindowOf(block.tenant);
      windows[{block.tenant, block.table, window}].push_back(i);
    }
    return windows;
  }

  bool IsSettled(const WindowKey& key, std::span<const size_t> group) const {
    const auto& [tenant, table, window] = key;
    uint64_t quiet_since = (window + 1) * WindowOf(tenant);
    for (size_t position : group) {
      quiet_since = std::max(quiet_since, blocks_[position].written_unix_nanos);
    }
    return now_ >= quiet_since + limits_.settling_nanos;
  }

  // The neighbours whose merging brings most.
  Run BestRun(std::span<const size_t> sorted, size_t inputs_min) const {
    Run best;
    for (size_t first = 0; first < sorted.size(); ++first) {
      uint64_t rows = 0;
      uint64_t bytes = 0;
      uint64_t largest = 0;
      const size_t end = std::min(sorted.size(), first + limits_.inputs_max);
      for (size_t i = first; i < end; ++i) {
        const BlockEntry& block = blocks_[sorted[i]];
        rows += block.row_count;
        bytes += block.file_bytes;
        largest = std::max(largest, block.row_count);
        if (rows > limits_.rows_max || bytes > limits_.bytes_max) break;
        const size_t count = i + 1 - first;
        const double growth = static_cast<double>(rows) / static_cast<double>(largest);
        if (count >= inputs_min && growth >= kGrowthMin && growth > best.growth) {
          best = {sorted.subspan(first, count), growth};
        }
      }
    }
    return best;
  }

  const std::span<const BlockEntry> blocks_;
  const CompactionLimits& limits_;
  const uint64_t now_;
};

}  // namespace

uint64_t CompactionWindowNanos(std::optional<uint64_t> retention_age_nanos) {
  if (!retention_age_nanos) return kWindowNanosMax;
  return std::clamp(*retention_age_nanos / 10, kWindowNanosMin, kWindowNanosMax);
}

std::vector<size_t> PlanCompaction(std::span<const BlockEntry> blocks,
                                   const CompactionLimits& limits, uint64_t now_unix_nanos) {
  return Planner(blocks, limits, now_unix_nanos).Plan();
}

}  // namespace spanhound::store
