// The two limits on attributes, applied to a batch whatever format it came in: too many are cut off
// and added to dropped_attributes_count, text and bytes that are too long are cut (text between
// characters), in arrays and lists too. The batch still points into the bytes it did.
#pragma once

#include <cstdint>

#include "base/request_limits.h"
#include "model/log_batch.h"
#include "model/span_batch.h"

namespace spanhound::wire {

struct AttributeLosses {
  uint64_t dropped_count = 0;     // attributes left out
  uint64_t cut_values_count = 0;  // texts shortened
};

AttributeLosses LimitAttributes(const RequestLimits& limits, model::SpanBatch* batch);
AttributeLosses LimitAttributes(const RequestLimits& limits, model::LogBatch* batch);

}  // namespace spanhound::wire
