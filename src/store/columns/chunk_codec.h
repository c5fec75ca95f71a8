// A whole chunk <-> bytes: the payload of a log record. docs/format/wal.md has the bytes.
// Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "store/columns/chunk.h"

namespace spanhound::store {

// Refused at the door and when read: a batch of more rows could not be decoded within the budget.
inline constexpr size_t kChunkRowsMax = 1u << 20;
// What one decoded chunk may take; a request is limited far below by the doors.
inline constexpr uint64_t kChunkBytesMax = 1u << 30;

// Everything but tenant and table.
void AppendChunk(std::string& out, const Chunk& chunk);

// Takes over `bytes`; the cells point into them. DATA_LOSS for bytes that are no chunk.
Result<ChunkPtr> ReadChunk(Table table, std::string tenant, std::string bytes);

}  // namespace spanhound::store
