// Halves of surrogate pairs that stand alone in the escapes of a JSON text, as JavaScript and
// Python write them for a string that was cut within a character or is no text: simdjson refuses
// what has one. Pure function.
#pragma once

#include <string>

namespace spanhound::wire {

// Makes each an escaped U+FFFD, which is as long. False if there are none.
bool ReplaceLoneSurrogates(std::string& json);

}  // namespace spanhound::wire
