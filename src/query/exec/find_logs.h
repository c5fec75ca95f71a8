// Log records by trace, span, service, severity, text and time.
#pragma once

#include "base/status.h"
#include "query/exec/reading.h"
#include "query/query.h"

namespace spanhound::query {

Result<Logs> FindLogs(const Reading& reading, const LogSearch& search);

}  // namespace spanhound::query
