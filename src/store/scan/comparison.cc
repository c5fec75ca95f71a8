#include "store/scan/comparison.h"

#include <re2/re2.h>

#include <algorithm>
#include <compare>
#include <limits>
#include <optional>

namespace spanhound::store {
namespace {

using model::AttributeValue;
using model::ValueType;

// A pattern may compile to this much; hostile ones would take more.
constexpr int64_t kPatternBytesMax = 1 << 20;

// Holds every int64 and every double exactly.
using Number = long double;
static_assert(std::numeric_limits<Number>::digits >= 64);

std::optional<Number> NumberOf(const AttributeValue& value) {
  if (value.type == ValueType::kInt) return static_cast<Number>(value.integer);
  if (value.type == ValueType::kDouble) return static_cast<Number>(value.real);
  return std::nullopt;
}

std::optional<Number> NumberOf(const Literal& literal) {
  if (const auto* integer = std::get_if<int64_t>(&literal)) return static_cast<Number>(*integer);
  if (const auto* real = std::get_if<double>(&literal)) return static_cast<Number>(*real);
  return std::nullopt;
}

// How `value` compares to `literal`; nothing if they are of different families.
std::optional<std::partial_ordering> CompareTo(const AttributeValue& value,
                                               const Literal& literal) {
  if (value.type == ValueType::kString) {
    const auto* text = std::get_if<std::string>(&literal);
    if (text == nullptr) return std::nullopt;
    return value.text() <=> std::string_view(*text);
  }
  if (value.type == ValueType::kBool) {
    const auto* boolean = std::get_if<bool>(&literal);
    if (boolean == nullptr) return std::nullopt;
    return value.boolean <=> *boolean;
  }
  const std::optional<Number> a = NumberOf(value);
  const std::optional<Number> b = NumberOf(literal);
  if (!a || !b) return std::nullopt;
  return *a <=> *b;
}

bool OrderHolds(Op op, std::partial_ordering order) {
  switch (op) {
    case Op::kEqual: return order == 0;
    case Op::kNotEqual: return order != 0;
    case Op::kLess: return order < 0;
    case Op::kLessEqual: return order <= 0;
    case Op::kGreater: return order > 0;
    case Op::kGreaterEqual: return order >= 0;
    default: return false;
  }
}

bool NeedsText(Op op) { return op == Op::kTextEqual || op == Op::kContains || op == Op::kMatches; }

}  // namespace

Comparison::Comparison(Op op, std::vector<Literal> values, std::unique_ptr<re2::RE2> pattern)
    : op_(op), values_(std::move(values)), pattern_(std::move(pattern)) {
  has_sorted_texts_ = op_ == Op::kIn && std::ranges::all_of(values_, [](const Literal& literal) {
                        return std::holds_alternative<std::string>(literal);
                      });
  if (has_sorted_texts_) std::ranges::sort(values_);
}
Comparison::Comparison(Comparison&&) noexcept = default;
Comparison::~Comparison() = default;

Result<Comparison> Comparison::Make(Op op, std::vector<Literal> values) {
  if (op == Op::kExists ? !values.empty() : op != Op::kIn && values.size() != 1) {
    return InvalidArgument("a comparison with the wrong number of values");
  }
  if (!NeedsText(op)) return Comparison(op, std::move(values), nullptr);
  const auto* text = std::get_if<std::string>(&values[0]);
  if (text == nullptr) return InvalidArgument("a comparison of text with something else");
  std::unique_ptr<re2::RE2> pattern;
  if (op == Op::kMatches) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kPatternBytesMax);
    pattern = std::make_unique<re2::RE2>(*text, options);
    if (!pattern->ok()) return InvalidArgument("regular expression: " + pattern->error());
  }
  return Comparison(op, std::move(values), std::move(pattern));
}

bool Comparison::IsIn(const AttributeValue& value) const {
  if (has_sorted_texts_) {
    if (value.type != ValueType::kString) return false;
    const auto text_of = [](const Literal& literal) -> std::string_view {
      return std::get<std::string>(literal);
    };
    return std::ranges::binary_search(values_, value.text(), {}, text_of);
  }
  return std::ranges::any_of(values_, [&value](const Literal& literal) {
    const auto order = CompareTo(value, literal);
    return order && *order == 0;
  });
}

bool Comparison::Holds(const AttributeValue& value) const {
  if (value.type == ValueType::kEmpty) return false;
  switch (op_) {
    case Op::kExists: return true;
    case Op::kIn: return IsIn(value);
    case Op::kTextEqual:
      if (value.type == ValueType::kString)
        return value.text() == std::get<std::string>(values_[0]);
      return model::ToText(value) == std::get<std::string>(values_[0]);
    case Op::kContains: {
      const std::string& part = std::get<std::string>(values_[0]);
      if (value.type == ValueType::kString) return value.text().find(part) != part.npos;
      return model::ToText(value).find(part) != part.npos;
    }
    case Op::kMatches: {
      if (value.type != ValueType::kString) return false;
      const std::string_view text = value.text();
      return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *pattern_);
    }
    default: {
      const auto order = CompareTo(value, values_[0]);
      return order && OrderHolds(op_, *order);
    }
  }
}

std::optional<NumberRange> Comparison::AsRange() const {
  const auto* literal = values_.size() == 1 ? std::get_if<int64_t>(&values_[0]) : nullptr;
  if (literal == nullptr) return std::nullopt;
  constexpr NumberRange kAll{0, UINT64_MAX};
  constexpr NumberRange kNone{1, 0};
  const bool is_negative = *literal < 0;
  const auto value = static_cast<uint64_t>(*literal);
  switch (op_) {
    case Op::kEqual:
    case Op::kIn: return is_negative ? kNone : NumberRange{value, value};
    case Op::kLess: return is_negative || value == 0 ? kNone : NumberRange{0, value - 1};
    case Op::kLessEqual: return is_negative ? kNone : NumberRange{0, value};
    case Op::kGreater: return is_negative ? kAll : NumberRange{value + 1, UINT64_MAX};
    case Op::kGreaterEqual: return is_negative ? kAll : NumberRange{value, UINT64_MAX};
    default: return std::nullopt;
  }
}

bool Comparison::HoldsForId(std::string_view bytes) const {
  if (op_ == Op::kTextEqual) return ToHex(bytes) == std::get<std::string>(values_[0]);
  return Holds(AttributeValue::String(bytes));
}

}  // namespace spanhound::store
