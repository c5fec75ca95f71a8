#include "store/scan/prune.h"

#include <algorithm>
#include <climits>
#include <iterator>
#include <type_traits>

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

// Nothing if the comparison says nothing that a ValueHint can say.
std::optional<ValueHint> ValueHintOf(const Predicate& comparison) {
  const auto all_are = [&]<typename T>(std::type_identity<T>) {
    return std::ranges::all_of(
        comparison.values, [](const Literal& value) { return std::holds_alternative<T>(value); });
  };
  const bool is_equality = comparison.op == Op::kEqual || comparison.op == Op::kIn;
  switch (comparison.column.field) {
    case Field::kStatusCode:
      // A double could equal a code as well.
      if (!is_equality || !all_are(std::type_identity<int64_t>())) return std::nullopt;
      break;
    case Field::kServiceName:
    case Field::kName:
      if (!is_equality || !all_are(std::type_identity<std::string>())) return std::nullopt;
      break;
    case Field::kAttribute:
    case Field::kResourceAttribute:
    case Field::kAnyAttribute:
      if ((!is_equality && comparison.op != Op::kTextEqual) ||
          !all_are(std::type_identity<std::string>())) {
        return std::nullopt;
      }
      break;
    default: return std::nullopt;
  }
  return ValueHint{comparison.column, comparison.values};
}

// The rarer its rows, the more a hint prunes.
int Selectivity(const ValueHint& hint) {
  switch (hint.column.field) {
    case Field::kStatusCode: return 1;
    case Field::kServiceName: return 0;
    case Field::kName: return 2;
    default: return 3;
  }
}

int Selectivity(const std::vector<ValueHint>& any_of) {
  int lowest = INT_MAX;
  for (const ValueHint& hint : any_of) lowest = std::min(lowest, Selectivity(hint));
  return lowest;
}

// Hints of which at least one holds for every row of the predicate, the best such list; nothing:
// none is known.
std::optional<std::vector<ValueHint>> AnyOfHints(const Predicate& predicate) {
  std::optional<std::vector<ValueHint>> best;
  switch (predicate.kind) {
    case Predicate::Kind::kCompare:
      if (auto hint = ValueHintOf(predicate)) best.emplace().push_back(*std::move(hint));
      return best;
    case Predicate::Kind::kAnd:
      for (const Predicate& child : predicate.children) {
        auto hints = AnyOfHints(child);
        if (hints && (!best || Selectivity(*hints) > Selectivity(*best))) best = std::move(hints);
      }
      return best;
    case Predicate::Kind::kOr:
      best.emplace();
      for (const Predicate& child : predicate.children) {
        auto hints = AnyOfHints(child);
        if (!hints) return std::nullopt;
        std::ranges::move(*hints, std::back_inserter(*best));
      }
      return best;
    default: return std::nullopt;
  }
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
  const bool is_equality = comparison.op == Op::kEqual || comparison.op == Op::kIn;
  if (field == Field::kTraceId && is_equality) {
    KeepCommonIds(TextsOf(comparison), &hints->trace_ids);
  } else if (field == Field::kServiceName && is_equality) {
    KeepCommon(TextsOf(comparison), &hints->services);
  } else if (field == Field::kName && is_equality) {
    KeepCommon(TextsOf(comparison), &hints->names);
  } else if (auto hint = ValueHintOf(comparison)) {
    hints->any_of.push_back({*std::move(hint)});
  }
}

void AddPredicate(const Predicate& predicate, PruneHints* hints) {
  switch (predicate.kind) {
    case Predicate::Kind::kCompare: return AddComparison(predicate, hints);
    case Predicate::Kind::kAnd:
      for (const Predicate& child : predicate.children) AddPredicate(child, hints);
      return;
    case Predicate::Kind::kOr:
      if (auto any_of = AnyOfHints(predicate)) hints->any_of.push_back(*std::move(any_of));
      return;
    default: return;
  }
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
