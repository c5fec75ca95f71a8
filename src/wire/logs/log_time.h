// Times and severities as log lines write them. Pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/attribute.h"

namespace spanhound::wire {

// A date and time of RFC 3339, also with a blank for the T, a comma for the point, no colon in the
// offset or no offset (UTC); or a number since 1970, of seconds, or by its size of milli-, micro-
// or nanoseconds, as number or text. False for anything else, and for times before 1970.
bool ParseLogTime(const model::AttributeValue& value, uint64_t* unix_nanos);

// "warning", "ERROR", "E", "critical" ...; numbers of syslog (0-7) and of pino and bunyan (10-60).
// False for what is none of them. The number is OpenTelemetry's, 1 to 24.
bool ParseSeverity(const model::AttributeValue& value, uint8_t* number);

}  // namespace spanhound::wire
