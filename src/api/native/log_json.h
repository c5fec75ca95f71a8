// A log record as JSON. 64-bit times are decimal strings, because JavaScript's numbers are not.
// Pure function.
#pragma once

#include "base/json_writer.h"
#include "model/log_batch.h"

namespace spanhound::api {

void WriteLogJson(JsonWriter& json, const model::LogBatch& batch, const model::LogRecord& record);

}  // namespace spanhound::api
