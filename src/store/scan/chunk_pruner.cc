#include "store/scan/chunk_pruner.h"

#include <algorithm>
#include <optional>

#include "store/columns/chunk_filter.h"

namespace spanhound::store {
namespace {

constexpr size_t kTraceBits = 1u << 16;

// The pairs of key and text that the hints ask for; nothing if one of them asks for something else.
std::optional<std::vector<uint64_t>> PairsOf(const std::vector<ValueHint>& any_of) {
  std::vector<uint64_t> pairs;
  for (const ValueHint& hint : any_of) {
    const Field field = hint.column.field;
    if (field != Field::kAttribute && field != Field::kResourceAttribute &&
        field != Field::kAnyAttribute) {
      return std::nullopt;
    }
    for (const Literal& literal : hint.values) {
      const auto* text = std::get_if<std::string>(&literal);
      if (text == nullptr) return std::nullopt;
      pairs.push_back(ChunkFilter::HashOf(hint.column.key, *text));
    }
  }
  return pairs;
}

}  // namespace

ChunkPruner::ChunkPruner(const PruneHints& hints) : hints_(hints) {
  if (hints.trace_ids) {
    traces_ = TraceFingerprints(*hints.trace_ids);
    trace_bits_.resize(kTraceBits);
    for (uint32_t fingerprint : traces_) trace_bits_[fingerprint % kTraceBits] = true;
  }
  for (const std::vector<ValueHint>& any_of : hints.any_of) {
    if (auto pairs = PairsOf(any_of)) pairs_.push_back(*std::move(pairs));
  }
}

// A look at every trace of a chunk costs less than searching it for twenty.
bool ChunkPruner::MayHoldTraces(const Chunk& chunk) const {
  return std::ranges::any_of(chunk.trace_fingerprints,
                             [this](uint32_t own) { return trace_bits_[own % kTraceBits]; }) &&
         chunk.MayHoldTraces(traces_);
}

bool ChunkPruner::MayHold(const Chunk& chunk) const {
  if (!hints_.MayHold(chunk.bounds)) return false;
  if (hints_.trace_ids && !MayHoldTraces(chunk)) return false;
  if (pairs_.empty()) return true;
  const ChunkFilter* filter = chunk.filter();
  return filter == nullptr || std::ranges::all_of(pairs_, [filter](const auto& any_of) {
           return std::ranges::any_of(any_of,
                                      [filter](uint64_t pair) { return filter->MayHold(pair); });
         });
}

}  // namespace spanhound::store
