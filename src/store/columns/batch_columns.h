// Turns an arriving batch into a chunk. Nothing is copied but the fixed-width cells: the chunk
// takes over the memory of the batch, and text and attributes stay where the decoder put them.
// INVALID_ARGUMENT for a row whose resource or scope does not exist. Pure functions.
#pragma once

#include "base/status.h"
#include "model/log_batch.h"
#include "model/span_batch.h"
#include "store/columns/chunk.h"

namespace spanhound::store {

Result<std::shared_ptr<Chunk>> ColumnsOf(model::SpanBatch batch);
Result<std::shared_ptr<Chunk>> ColumnsOf(model::LogBatch batch);

}  // namespace spanhound::store
