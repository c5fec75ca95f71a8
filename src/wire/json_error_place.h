// Says where a document that simdjson refused is broken. simdjson's fast parser only says that it
// is, so the refused document, and only that, is read once more, slowly. Internal to wire.
#pragma once

#include <simdjson.h>

#include <string>

namespace spanhound::wire {

// "byte 17: ..." if the place can be told, else the reason alone. `json` must have
// simdjson::SIMDJSON_PADDING bytes of capacity behind its end.
std::string DescribeJsonError(const std::string& json, int depth_max, simdjson::error_code error);

}  // namespace spanhound::wire
