#include "api/jaeger/operations.h"

namespace spanhound::api {

Result<Listing<query::Operation>> OperationsOf(query::Engine& engine, std::string_view service_name,
                                               std::string_view span_kind,
                                               const query::QueryContext& context) {
  ASSIGN_OR_RETURN(auto listing, engine.Operations(service_name, context));
  if (span_kind.empty()) return listing;
  std::erase_if(listing.entries, [span_kind](const query::Operation& operation) {
    return model::SpanKindName(operation.kind) != span_kind;
  });
  return listing;
}

std::vector<std::string> NamesOf(const std::vector<query::Operation>& operations) {
  std::vector<std::string> names;
  for (const query::Operation& operation : operations) {
    if (names.empty() || names.back() != operation.name) names.push_back(operation.name);
  }
  return names;
}

}  // namespace spanhound::api
