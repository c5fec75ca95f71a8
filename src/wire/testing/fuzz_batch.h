// For fuzz targets: what was decoded is a batch the rest of the house can read.
#pragma once

#include <string>

#include "base/check.h"
#include "model/span_batch.h"
#include "wire/otlp/otlp.h"
#include "wire/testing/batch_text.h"

namespace spanhound::wire {

inline void CheckReadsBack(const model::SpanBatch& batch) {
  auto again = DecodeOtlpTraces(EncodeOtlpTraces(batch), {});
  CHECK(again.ok());
  CHECK(again->batch.spans.size() == batch.spans.size());
  for (size_t i = 0; i < batch.spans.size(); ++i) {
    std::string before, after;
    AppendSpan(batch.spans[i], before);
    AppendSpan(again->batch.spans[i], after);
    CHECK(before == after);
  }
}

}  // namespace spanhound::wire
