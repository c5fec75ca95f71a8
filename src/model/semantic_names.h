// The attribute names of the OpenTelemetry semantic conventions (1.44) that the server itself
// reads or writes. One table, so that no name is spelled twice.
#pragma once

#include <string_view>

namespace spanhound::model {

inline constexpr std::string_view kServiceName = "service.name";
inline constexpr std::string_view kUnknownService = "unknown_service";

// What a span carries that came from a format with fewer fields (Jaeger, Zipkin), by the
// published mapping rules of OpenTelemetry for those formats.
inline constexpr std::string_view kScopeNameTag = "otel.scope.name";
inline constexpr std::string_view kScopeVersionTag = "otel.scope.version";
inline constexpr std::string_view kStatusCodeTag = "otel.status_code";
inline constexpr std::string_view kStatusDescriptionTag = "otel.status_description";
inline constexpr std::string_view kSpanKindTag = "span.kind";
inline constexpr std::string_view kErrorTag = "error";
inline constexpr std::string_view kTraceStateTag = "w3c.tracestate";
inline constexpr std::string_view kEventField = "event";

}  // namespace spanhound::model
