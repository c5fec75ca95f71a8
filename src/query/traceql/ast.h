// The syntax tree of a spanset filter, TraceQL's `{ ... }`: a boolean expression over the fields of
// one span. Whatever language a question comes in (Jaeger's search parameters today), it becomes
// this tree, and plan/ alone turns the tree into what a store can evaluate. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/span_batch.h"

namespace spanhound::query::traceql {

enum class Intrinsic {
  kTraceId,
  kSpanId,
  kParentId,
  kName,
  kKind,
  kStatus,
  kStatusMessage,
  kDuration,
  kTraceState,
  kInstrumentationName,
  kInstrumentationVersion,
  kEventName,  // of any event
  // Of the whole trace the span is in.
  kTraceDuration,
  kRootName,
  kRootServiceName,
};

enum class AttributeScope {
  kUnscoped,  // ".x": the span's own, else the resource's
  kSpan,
  kResource,
  kInstrumentation,
  kEvent,     // of any event
  kLink,      // of any link
  kAnywhere,  // of any of the five; not TraceQL but what Jaeger's tags mean
};

struct Attribute {
  AttributeScope scope = AttributeScope::kUnscoped;
  std::string name;
};

using Field = std::variant<Intrinsic, Attribute>;

struct Duration {
  uint64_t nanos = 0;
};

// Trace and span ids are given as text in lower-case hexadecimal.
using Literal =
    std::variant<std::string, int64_t, double, bool, Duration, model::StatusCode, model::SpanKind>;

// Nothing compares true to a missing attribute, not even kNotEqual.
enum class Comparator {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kMatches,     // RE2, the whole text
  kNotMatches,  // present, and does not match
  kExists,      // != nil; no literal
  kTextEqual,   // the value's text is the literal; not TraceQL but what Jaeger's tags mean
};

struct Comparison {
  Field field = Intrinsic::kName;
  Comparator comparator = Comparator::kEqual;
  Literal literal;
};

// The default-made expression is TraceQL's `{ }`: every span.
struct Expression {
  enum class Kind { kTrue, kAnd, kOr, kNot, kComparison };
  Kind kind = Kind::kTrue;
  std::vector<Expression> children;  // kAnd, kOr: any number; kNot: one
  Comparison comparison;             // kComparison
};

inline Expression And(std::vector<Expression> children) {
  return {Expression::Kind::kAnd, std::move(children), {}};
}
inline Expression Or(std::vector<Expression> children) {
  return {Expression::Kind::kOr, std::move(children), {}};
}
inline Expression Not(Expression child) { return {Expression::Kind::kNot, {std::move(child)}, {}}; }
inline Expression Compare(Field field, Comparator comparator, Literal literal) {
  return {Expression::Kind::kComparison, {}, {std::move(field), comparator, std::move(literal)}};
}

}  // namespace spanhound::query::traceql
