// A JSON object as the fields of a log record. Internal to wire, as simdjson is.
#pragma once

#include <simdjson.h>

#include <string>

#include "wire/logs/log_records.h"

namespace spanhound::wire {

// Adds the members of `object`, whose parser bounds how deep it nests, to the record under way.
// Null, or why they are no log record: then the record is to be given up. `joined_key` is scratch.
const char* AddJsonFields(simdjson::dom::object object, std::string* joined_key,
                          LogRecords* records);

}  // namespace spanhound::wire
