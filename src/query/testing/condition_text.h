// Conditions of the syntax tree as prefix expressions, for tests: the language itself is still to
// come, and the tests must not wait for it nor depend on its parser. For tests only.
//
//   (and (= resource.service.name "shop") (or (> duration 10ms) (= status error)))
//
// Operators: and or not = != < <= > >= =~ !~ exists text=. Fields: intrinsics by TraceQL's names,
// attributes with their scope (.x span.x resource.x instrumentation.x event.x link.x), and any.x.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/testing/text_tokens.h"
#include "query/traceql/ast.h"

namespace spanhound::query {

class ConditionTextReader {
 public:
  explicit ConditionTextReader(std::string_view text) : tokens_(SplitTokens(text, true)) {}

  traceql::Expression Read() {
    if (tokens_.empty()) return {};
    traceql::Expression out = ReadExpression();
    if (at_ != tokens_.size()) BadText("something follows the condition", tokens_[at_]);
    return out;
  }

 private:
  const std::string& Next() {
    if (at_ == tokens_.size()) BadText("condition ends early", "");
    return tokens_[at_++];
  }

  traceql::Expression ReadExpression() {
    if (Next() != "(") BadText("expected (", tokens_[at_ - 1]);
    const std::string op = Next();
    if (op == "and" || op == "or" || op == "not") {
      std::vector<traceql::Expression> children;
      while (tokens_.at(at_) != ")") children.push_back(ReadExpression());
      ++at_;
      if (op == "not") return traceql::Not(std::move(children.at(0)));
      return op == "and" ? traceql::And(std::move(children)) : traceql::Or(std::move(children));
    }
    traceql::Comparison comparison;
    comparison.comparator = ComparatorOf(op);
    comparison.field = FieldOf(Next());
    if (comparison.comparator != traceql::Comparator::kExists) {
      comparison.literal = LiteralOf(Next(), comparison.field);
    }
    if (Next() != ")") BadText("expected )", tokens_[at_ - 1]);
    return traceql::Compare(comparison.field, comparison.comparator, comparison.literal);
  }

  static traceql::Comparator ComparatorOf(const std::string& text) {
    using traceql::Comparator;
    const std::map<std::string, Comparator> names = {
        {"=", Comparator::kEqual},       {"!=", Comparator::kNotEqual},
        {"<", Comparator::kLess},        {"<=", Comparator::kLessEqual},
        {">", Comparator::kGreater},     {">=", Comparator::kGreaterEqual},
        {"=~", Comparator::kMatches},    {"!~", Comparator::kNotMatches},
        {"exists", Comparator::kExists}, {"text=", Comparator::kTextEqual},
    };
    const auto found = names.find(text);
    if (found == names.end()) BadText("operator", text);
    return found->second;
  }

  static traceql::Field FieldOf(const std::string& text) {
    using traceql::AttributeScope;
    using traceql::Intrinsic;
    const std::map<std::string, Intrinsic> intrinsics = {
        {"trace:id", Intrinsic::kTraceId},
        {"span:id", Intrinsic::kSpanId},
        {"span:parentID", Intrinsic::kParentId},
        {"name", Intrinsic::kName},
        {"kind", Intrinsic::kKind},
        {"status", Intrinsic::kStatus},
        {"statusMessage", Intrinsic::kStatusMessage},
        {"duration", Intrinsic::kDuration},
        {"traceState", Intrinsic::kTraceState},
        {"instrumentation:name", Intrinsic::kInstrumentationName},
        {"instrumentation:version", Intrinsic::kInstrumentationVersion},
        {"event:name", Intrinsic::kEventName},
        {"traceDuration", Intrinsic::kTraceDuration},
        {"rootName", Intrinsic::kRootName},
        {"rootServiceName", Intrinsic::kRootServiceName},
    };
    if (const auto found = intrinsics.find(text); found != intrinsics.end()) return found->second;
    const std::vector<std::pair<std::string, AttributeScope>> scopes = {
        {".", AttributeScope::kUnscoped},
        {"span.", AttributeScope::kSpan},
        {"resource.", AttributeScope::kResource},
        {"instrumentation.", AttributeScope::kInstrumentation},
        {"event.", AttributeScope::kEvent},
        {"link.", AttributeScope::kLink},
        {"any.", AttributeScope::kAnywhere},
    };
    for (const auto& [prefix, scope] : scopes) {
      if (text.starts_with(prefix)) return traceql::Attribute{scope, text.substr(prefix.size())};
    }
    BadText("field", text);
  }

  static traceql::Literal LiteralOf(const std::string& text, const traceql::Field& field) {
    if (IsQuoted(text)) return Unquoted(text);
    if (text == "true" || text == "false") return text == "true";
    if (const auto* intrinsic = std::get_if<traceql::Intrinsic>(&field)) {
      if (*intrinsic == traceql::Intrinsic::kStatus) return StatusOf(text);
      model::SpanKind kind;
      if (*intrinsic == traceql::Intrinsic::kKind && model::ParseSpanKind(text, &kind)) return kind;
    }
    if (int64_t nanos = 0; ReadNanos(text, &nanos)) {
      return traceql::Duration{static_cast<uint64_t>(nanos)};
    }
    if (text.find('.') != std::string::npos) return std::stod(text);
    return int64_t{std::stoll(text)};
  }

  static model::StatusCode StatusOf(const std::string& text) {
    if (text == "error") return model::StatusCode::kError;
    return text == "ok" ? model::StatusCode::kOk : model::StatusCode::kUnset;
  }

  const std::vector<std::string> tokens_;
  size_t at_ = 0;
};

inline traceql::Expression ConditionFromText(std::string_view text) {
  return ConditionTextReader(text).Read();
}

}  // namespace spanhound::query
