// Text and numbers as JSON. Whatever bytes come in, what goes out is one valid JSON value on one
// line: quotes, backslashes and control characters escaped, bytes that are no UTF-8 replaced.
#pragma once

#include <string>
#include <string_view>

namespace spanhound::sdk {

void AppendJsonString(std::string* out, std::string_view text);
void AppendJsonNumber(std::string* out, double value);  // null when it is not finite

}  // namespace spanhound::sdk
