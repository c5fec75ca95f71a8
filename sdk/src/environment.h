// The process environment, as a value that tests can replace. An empty variable counts as unset, as
// the OpenTelemetry specification wants.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spanhound::sdk {

using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Environment ProcessEnvironment();

// "%2C" and the like decoded; a "%" that starts no escape stays.
std::string PercentDecode(std::string_view text);

// "key1=value1,key2=value2" with blanks around and percent escapes inside, as in
// OTEL_RESOURCE_ATTRIBUTES and OTEL_EXPORTER_OTLP_HEADERS. Entries without "=" or key go to `bad`.
using KeyValues = std::vector<std::pair<std::string, std::string>>;
KeyValues ParseKeyValues(std::string_view text, std::vector<std::string>* bad);

// "a, b ,c" -> a b c; empty entries are left out.
std::vector<std::string> SplitList(std::string_view text);

std::string_view Trim(std::string_view text);
std::string ToLower(std::string_view text);

}  // namespace spanhound::sdk
