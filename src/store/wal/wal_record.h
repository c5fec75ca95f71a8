// A log record: one chunk with its tenant and table, compressed and checksummed. Made on the thread
// of whoever appends, so that encoding runs on all cores and the log's writer only writes.
// docs/format/wal.md has the bytes. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "store/columns/chunk.h"

namespace spanhound::store {

// INVALID_ARGUMENT for a batch that could not be read back: too large, or a tenant name too long.
Result<std::string> EncodeWalRecord(const Chunk& chunk);

// Takes the record at the front of `bytes` off them, or nullopt if none stands there whole and
// sound: torn or damaged, which is for the caller to tell apart. The chunk of a sound record that
// makes no sense is DATA_LOSS: those bytes were written like that.
Result<std::optional<ChunkPtr>> TakeWalRecord(std::string_view& bytes);

}  // namespace spanhound::store
