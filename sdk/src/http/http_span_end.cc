#include "http/http_span_end.h"

#include "attribute_text.h"
#include "http/old_http_names.h"
#include "semantic_names.h"

namespace spanhound::sdk {

void EndHttpSpan(opentelemetry::trace::Span& span, const opentelemetry::context::Context& context,
                 const HttpOutcome& outcome, DurationMetric& duration,
                 std::chrono::steady_clock::time_point start, std::vector<Attribute> measured) {
  if (outcome.status_code != 0) {
    measured.emplace_back(names::kHttpResponseStatusCode, outcome.status_code);
    SetHttpAttributes(span, {{names::kHttpResponseStatusCode, outcome.status_code}});
  }
  if (!outcome.error_type.empty()) {
    measured.emplace_back(names::kErrorType, outcome.error_type);
    span.SetAttribute(ToOtel(names::kErrorType), ToOtel(outcome.error_type));
    span.SetStatus(opentelemetry::trace::StatusCode::kError,
                   ToOtel(AttributeText(outcome.message)));
  }
  if (const auto histogram = duration.Listener()) {
    histogram->Record(SecondsSince(start), Attributes(measured), context);
  }
  span.End();
}

}  // namespace spanhound::sdk
