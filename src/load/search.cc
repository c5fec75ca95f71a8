#include "load/search.h"

namespace spanhound::load {

bool Search::Matches(const model::Span& span, std::string_view service_of_span) const {
  if (!service.empty() && service != service_of_span) return false;
  if (!operation.empty() && operation != span.name) return false;
  if (span.duration_nanos() < min_duration_nanos) return false;
  if (is_error && span.status_code != model::StatusCode::kError) return false;
  if (key.empty()) return true;
  const model::AttributeValue* found = model::FindAttribute(span.attributes, key);
  return found != nullptr && found->type == model::ValueType::kString && found->text() == value;
}

}  // namespace spanhound::load
