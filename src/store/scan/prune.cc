#include "store/scan/prune.h"

#include <algorithm>

namespace spanhound::store {
namespace {

// The text literals of "= x" and "in (...)"; other literals equal no text.
std::vector<std::string> TextsOf(const Predicate& comparison) {
  std::vector<std::string> texts;
  for (const Literal& value : comparison.values) {
    if (const auto* text = std::get_if<std::string>(&value)) texts.push_back(*text);
  }
  return texts;
}

void KeepCommon(std::vector<std::string> texts, std::optional<std::vector<std::string>>* hint) {
  if (*hint) {
    std::erase_if(texts, [&](const std::string& text) {
      return std::ranges::find(**hint, text) == (*hint)->end();
    });
  }
  *hint = std::move(texts);
}

void KeepCommonIds(const std::vector<std::string>& texts,
                   std::optional<std::vector<model::TraceId>>* hint) {
  std::vector<model::TraceId> ids;
  for (const std::string& text : texts) {
    model::TraceId id;
    if (!id.SetBytes(text)) continue;
    if (!*hint || std::ranges::find(**hint, id) != (*hint)->end()) ids.push_back(id);
  }
  *hint = std::move(ids);
}

// Bounds are inclusive and may be a little wide: they only prune.
void NarrowRange(Op op, int64_t literal, uint64_t* min, uint64_t* max) {
  const uint64_t value = literal < 0 ? 0 : static_cast<uint64_t>(literal);
  if (op == Op::kGreater || op == Op::kGreaterEqual || op == Op::kEqual) {
    *min = std::max(*min, value);
  }
  if (op == Op::kLess || op == Op::kLessEqual || op == Op::kEqual) *max = std::min(*max, value);
}

void AddComparison(const Predicate& comparison, PruneHints* hints) {
  const Field field = comparison.column.field;
  if (field == Field::kTime || field == Field::kDuration) {
    const auto* literal =
        comparison.values.size() == 1 ? std::get_if<int64_t>(&comparison.values[0]) : nullptr;
    if (literal == nullptr) return;
    const bool is_time = field == Field::kTime;
    NarrowRange(comparison.op, *literal, is_time ? &hints->min_time : &hints->min_duration,
                is_time ? &hints->max_time : &hints->max_duration);
    return;
  }
  if (comparison.op != Op::kEqual && comparison.op != Op::kIn) return;
  if (field == Field::kTraceId) KeepCommonIds(TextsOf(comparison), &hints->trace_ids);
  if (field == Field::kServiceName) KeepCommon(TextsOf(comparison), &hints->services);
  if (field == Field::kName) KeepCommon(TextsOf(comparison), &hints->names);
}

void AddPredicate(const Predicate& predicate, PruneHints* hints) {
  if (predicate.kind == Predicate::Kind::kCompare) return AddComparison(predicate, hints);
  if (predicate.kind != Predicate::Kind::kAnd) return;
  for (const Predicate& child : predicate.children) AddPredicate(child, hints);
}

}  // namespace

PruneHints MakePruneHints(const TimeRange& time, const Predicate& predicate) {
  PruneHints hints;
  hints.min_time = time.min_unix_nanos;
  if (time.max_unix_nanos != UINT64_MAX) hints.max_time = time.max_unix_nanos;
  AddPredicate(predicate, &hints);
  return hints;
}

}  // namespace spanhound::store
