#include "query/plan/group_column.h"

#include "model/semantic_names.h"

namespace spanhound::query {
namespace {

using store::Column;
using store::Field;
using traceql::AttributeScope;
using traceql::Intrinsic;

Result<Column> OfIntrinsic(Intrinsic intrinsic) {
  switch (intrinsic) {
    case Intrinsic::kName: return Column{Field::kName};
    case Intrinsic::kKind: return Column{Field::kKind};
    case Intrinsic::kStatus: return Column{Field::kStatusCode};
    case Intrinsic::kStatusMessage: return Column{Field::kStatusMessage};
    case Intrinsic::kInstrumentationName: return Column{Field::kScopeName};
    case Intrinsic::kInstrumentationVersion: return Column{Field::kScopeVersion};
    default: return InvalidArgument("spans cannot be counted by that field");
  }
}

}  // namespace

Result<Column> GroupColumn(const traceql::Field& field) {
  const auto* attribute = std::get_if<traceql::Attribute>(&field);
  if (attribute == nullptr) return OfIntrinsic(std::get<Intrinsic>(field));
  switch (attribute->scope) {
    case AttributeScope::kSpan: return Column{Field::kAttribute, attribute->name};
    case AttributeScope::kResource:
      if (attribute->name == model::kServiceName) return Column{Field::kServiceName};
      return Column{Field::kResourceAttribute, attribute->name};
    case AttributeScope::kInstrumentation: return Column{Field::kScopeAttribute, attribute->name};
    default:
      return InvalidArgument(
          "spans are counted by attributes of one place: span, resource "
          "or scope");
  }
}

}  // namespace spanhound::query
