// Parses a JSON document with simdjson under a limit on nesting; the error says where it is broken.
// Internal to wire, as simdjson is. Pure function.
#pragma once

#include <simdjson.h>

#include <string>

#include "base/status.h"

namespace spanhound::wire {

// `parser` owns the document and what its strings point to. `json` grows by the padding simdjson
// reads past the end, in capacity only. Surrogates that stand alone in it become U+FFFD.
Status ParseJson(std::string& json, size_t depth_max, simdjson::dom::parser* parser,
                 simdjson::dom::element* root);

}  // namespace spanhound::wire
