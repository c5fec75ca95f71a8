// The blocks of a store on disk: the manifest and the files it lists. Opening removes files a
// crash left behind; a change first makes its new files last and then replaces the manifest, which
// is the moment it happens. On an error nothing has changed and calling again is fine.
//
// Any thread, after Open: files are written side by side, changes of the manifest go one by one.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "store/block/block_writer.h"
#include "store/compact/plan_retention.h"
#include "store/stored_block.h"

namespace spanhound::store {

class BlockDirectory {
 public:
  BlockDirectory(FileSystem& files, const Clock& clock, std::string directory)
      : files_(files),
        clock_(clock),
        directory_(std::move(directory)),
        cache_(std::make_shared<BlockCache>()) {}

  // Of all blocks.
  const BlockCache& cache() const { return *cache_; }

  // Reads or makes the manifest and opens the blocks; `directory` has its sub-directories already.
  // DATA_LOSS if the manifest or a block it lists is damaged or missing.
  Result<std::vector<StoredBlock>> Open();
  // From here on the log is needed, as of Open.
  uint64_t first_wal_segment() const { return manifest_.first_wal_segment; }

  // Writes `chunks` as blocks, one for each tenant and table, and from then on the log is needed
  // only from `first_wal_segment` on.
  Result<std::vector<StoredBlock>> Add(std::span<const ChunkPtr> chunks, uint64_t first_wal_segment,
                                       size_t row_group_rows);

  // Writes one block that takes the place of `inputs` (one tenant and table). Their files stay for
  // RemoveFiles. RESOURCE_EXHAUSTED already when little room is left: it is the log's first. An
  // error of reading or merging is that of MergeBlocks.
  Result<StoredBlock> Merge(std::span<const StoredBlock> inputs, size_t row_group_rows,
                            const std::atomic<bool>& cancelled);

  // Log and file system; the blocks' own bytes are in their entries.
  Result<DiskUsage> Usage();

  // The blocks are no longer part of the store. Their files stay for RemoveFiles.
  Status Drop(std::span<const StoredBlock> blocks);

  // Of blocks that were merged or dropped and that no new reader can find any more. A file that
  // cannot be removed is removed at the next start.
  void RemoveFiles(std::span<const StoredBlock> blocks);

 private:
  struct Change {
    std::vector<BlockEntry> added;
    std::vector<uint64_t> removed;
    std::optional<uint64_t> first_wal_segment;
  };
  using WriteBytes = std::function<Result<BlockSummary>(WritableFile&)>;

  std::string PathOf(uint64_t block_id) const;
  Status StartEmpty();
  Status RemoveUnlisted();
  uint64_t NewBlockId();
  Status CheckRoomToMerge(std::span<const StoredBlock> inputs);
  Result<StoredBlock> WriteFile(Table table, std::string_view tenant, const WriteBytes& write);
  Result<std::vector<StoredBlock>> WriteFiles(std::span<const ChunkPtr> chunks,
                                              size_t row_group_rows);
  Status Commit(const Change& change);
  void GiveUp(const Change& change);
  void RemoveDoubtful();

  FileSystem& files_;
  const Clock& clock_;
  const std::string directory_;
  const std::shared_ptr<BlockCache> cache_;

  std::mutex mutex_;
  Manifest manifest_;  // guarded by mutex_; next_block_id is ahead of the file's
  // Guarded by mutex_: files that are not in manifest_, but the manifest on disk may list them,
  // because replacing it failed at an unknown point. The next one that is written settles it.
  std::vector<uint64_t> doubtful_;
};

}  // namespace spanhound::store
