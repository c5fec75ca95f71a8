// Turns an arriving batch into a chunk: columns first, of views into the batch, then their bytes.
// The batch can go afterwards. INVALID_ARGUMENT for a row whose resource or scope does not exist,
// or too many rows. Pure functions.
#pragma once

#include "base/status.h"
#include "model/log_batch.h"
#include "model/span_batch.h"
#include "store/columns/chunk.h"

namespace spanhound::store {

// At least one row.
Result<std::shared_ptr<Chunk>> ChunkOf(const model::SpanBatch& batch);
Result<std::shared_ptr<Chunk>> ChunkOf(const model::LogBatch& batch);

}  // namespace spanhound::store
