// The manifest: the one file that says which blocks exist and from where the log is still needed.
// A block is part of the store when the manifest lists it, not when its file exists. Replaced as a
// whole, atomically. docs/format/manifest.md has the bytes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "store/columns/chunk.h"

namespace spanhound::store {

struct BlockEntry {
  uint64_t id = 0;
  Table table = Table::kSpans;
  std::string tenant;
  uint64_t row_count = 0;
  uint64_t file_bytes = 0;
  RowBounds bounds;
  uint64_t written_unix_nanos = 0;  // when its newest rows came into a block

  // What the age of the block counts from. A row cannot be newer than the moment it was written:
  // if it says so, its sender's clock is wrong.
  uint64_t newest_unix_nanos() const { return std::min(bounds.max_time, written_unix_nanos); }

  bool operator==(const BlockEntry&) const = default;
};

struct Manifest {
  uint64_t first_wal_segment = 1;  // older ones are in blocks
  uint64_t next_block_id = 1;
  std::vector<BlockEntry> blocks;
};

std::string EncodeManifest(const Manifest& manifest);
// False on damaged bytes.
bool DecodeManifest(std::string_view bytes, Manifest* manifest);

// Nothing if there is no manifest; DATA_LOSS names a damaged one.
Result<std::optional<Manifest>> ReadManifest(FileSystem& files, const std::string& directory);
Status WriteManifest(FileSystem& files, const std::string& directory, const Manifest& manifest);

// "00000000000000ff.blk" and whether a name looks like that.
std::string BlockFileName(uint64_t id);
bool IsBlockFileName(std::string_view name);

}  // namespace spanhound::store
