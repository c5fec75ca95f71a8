#include "api/jaeger/id_text.h"

namespace spanhound::api {
namespace {

template <typename Id>
bool ParseId(std::string_view text, Id* id) {
  constexpr size_t kDigits = 2 * Id::kSize;
  if (text.empty() || text.size() > kDigits) return false;
  std::string digits(kDigits - text.size(), '0');
  digits.append(text);
  return id->SetHex(digits) && !id->is_zero();
}

}  // namespace

bool ParseTraceId(std::string_view text, model::TraceId* trace_id) {
  return ParseId(text, trace_id);
}

bool ParseSpanId(std::string_view text, model::SpanId* span_id) { return ParseId(text, span_id); }

std::string TraceIdText(const model::TraceId& trace_id) {
  constexpr size_t kHalfDigits = model::TraceId::kSize;
  std::string text = trace_id.ToHex();
  const bool is_short = text.find_first_not_of('0') >= kHalfDigits;
  return is_short ? text.substr(kHalfDigits) : text;
}

}  // namespace spanhound::api
