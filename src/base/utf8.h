// UTF-8 checks. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace spanhound {

// Bytes of the well-formed code point `text` starts with (1-4), 0 if there is none. Overlong
// forms, surrogates and values past U+10FFFF are not well-formed (RFC 3629).
size_t Utf8SequenceLength(std::string_view text);
bool IsValidUtf8(std::string_view text);
// Every broken byte becomes U+FFFD.
std::string ReplaceInvalidUtf8(std::string_view text);

}  // namespace spanhound
