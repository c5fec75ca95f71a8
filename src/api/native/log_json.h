// Log records as JSON. 64-bit times are decimal strings, because JavaScript's numbers are not.
// Pure function.
#pragma once

#include "base/json_writer.h"
#include "model/log_batch.h"

namespace spanhound::api {

// An array of all records of `batch`.
void WriteLogsJson(JsonWriter& json, const model::LogBatch& batch);

}  // namespace spanhound::api
