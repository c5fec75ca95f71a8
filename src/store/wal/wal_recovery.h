// Reading the log back after a start. Nothing in a segment is trusted.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "store/columns/chunk.h"

namespace spanhound::store {

// Takes what was logged, batch by batch, so that nobody has to hold all of it as it was sent.
using ReplayChunk = std::function<void(ChunkPtr)>;
// A segment has been replayed whole; what follows comes from this one on.
using ReplayedSegment = std::function<void(uint64_t next_segment)>;

struct WalSegmentContents {
  // The whole groups end here; what lies behind was never acknowledged as synced.
  uint64_t sound_bytes = 0;
  // Of them, those a later group says had been synced. The others may be known to the operating
  // system only, even after it said that it could not write them.
  uint64_t synced_bytes = 0;
  uint64_t previous_bytes = 0;  // size of the segment before, or 0
};

// Numbers of the segments in `directory`, ascending.
Result<std::vector<uint64_t>> ListWalSegments(FileSystem& files, const std::string& directory);

// DATA_LOSS if segment `number` ends at another byte than the next one says; 0: not known. Groups
// that are missing at the end of a segment leave no other trace.
Status CheckWalSegmentEnd(const std::string& directory, uint64_t number, uint64_t bytes,
                          uint64_t wanted_bytes);

// `is_last`: a later segment proves that this one was synced to its end, so only the last one may
// have a torn tail. DATA_LOSS names the offset of damage to what had been synced.
// Then some chunks may have been handed out already.
Result<WalSegmentContents> ReadWalSegment(std::string_view segment, uint64_t number, bool is_last,
                                          const ReplayChunk& replay);

struct WalRecovery {
  uint64_t next_segment = 1;
  uint64_t last_segment_bytes = 0;  // size of the segment before that, 0 if there is none
};

// Replays the segments of `directory` from `first_segment` on, removes older ones, cuts a torn
// tail (with a line in the log) and makes what it replayed last. The log is then closed: new
// records go to `next_segment`.
Result<WalRecovery> RecoverWal(
    FileSystem& files, const std::string& directory, uint64_t first_segment,
    const ReplayChunk& replay, const ReplayedSegment& replayed = [](uint64_t) {});

// Removes the segments below `first_segment`, whose data is in blocks.
Status RemoveWalSegments(FileSystem& files, const std::string& directory, uint64_t first_segment);

}  // namespace spanhound::store
