// The blocks of a store on disk: the manifest and the files it lists. Opening removes files a
// crashed flush left behind; adding makes new blocks last before the manifest names them.
// One thread at a time.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "store/block/block_reader.h"
#include "store/block/block_writer.h"
#include "store/manifest/manifest.h"

namespace spanhound::store {

class BlockDirectory {
 public:
  explicit BlockDirectory(FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  // Reads or makes the manifest and opens the blocks; `directory` has its sub-directories already.
  // DATA_LOSS if the manifest or a block it
  // lists is damaged or missing.
  Result<std::vector<BlockPtr>> Open();

  // Writes `chunks` as blocks, one for each tenant and table, and from then on the log is needed
  // only from `first_wal_segment` on. On an error nothing has changed; calling again is fine.
  Result<std::vector<BlockPtr>> Add(std::span<const ChunkPtr> chunks, uint64_t first_wal_segment,
                                    size_t row_group_rows);

  const Manifest& manifest() const { return manifest_; }

 private:
  std::string PathOf(uint64_t block_id) const;
  Status StartEmpty();
  Status RemoveUnlisted();
  Result<BlockEntry> WriteFile(std::span<const ChunkPtr> chunks, uint64_t id,
                               size_t row_group_rows);
  Status WriteFiles(std::span<const ChunkPtr> chunks, size_t row_group_rows, Manifest* next,
                    std::vector<BlockPtr>* blocks);

  FileSystem& files_;
  const std::string directory_;
  Manifest manifest_;
  // Never used again, also when the manifest that was to list them failed: it may be on disk.
  uint64_t next_block_id_ = 1;
};

}  // namespace spanhound::store
