// One operator and its literals, made ready: the rules of scan.h for what equals, precedes,
// contains or matches what. Immutable, any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "store/scan.h"

namespace re2 {
class RE2;
}

namespace spanhound::store {

// Inclusive; min > max: nothing.
struct NumberRange {
  uint64_t min;
  uint64_t max;
};

class Comparison {
 public:
  // INVALID_ARGUMENT: wrong number or type of literals, or a regular expression RE2 refuses.
  static Result<Comparison> Make(Op op, std::vector<Literal> values);
  Comparison(Comparison&&) noexcept;
  ~Comparison();

  Op op() const { return op_; }
  const std::vector<Literal>& values() const { return values_; }

  // kEmpty is an absent value and matches nothing.
  bool Holds(const model::AttributeValue& value) const;
  // What it means for numbers from 0 on, if that is a range: much faster to check.
  std::optional<NumberRange> AsRange() const;
  // Ids are their bytes to every operator but kTextEqual, which means their hexadecimal text.
  bool HoldsForId(std::string_view bytes) const;

 private:
  Comparison(Op op, std::vector<Literal> values, std::unique_ptr<re2::RE2> pattern);

  bool IsIn(const model::AttributeValue& value) const;

  Op op_;
  std::vector<Literal> values_;
  bool has_sorted_texts_ = false;      // kIn of texts alone: a thousand trace ids are no rarity
  std::unique_ptr<re2::RE2> pattern_;  // kMatches
};

}  // namespace spanhound::store
