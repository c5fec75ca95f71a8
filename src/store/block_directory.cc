#include "store/block_directory.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/log.h"
#include "store/compact/merge_blocks.h"

namespace spanhound::store {
namespace {

constexpr std::string_view kBlocks = "/blocks";
constexpr std::string_view kWal = "/wal";

// Chunks that go into one block.
std::vector<std::vector<ChunkPtr>> GroupChunks(std::span<const ChunkPtr> chunks) {
  std::map<std::pair<std::string_view, Table>, std::vector<ChunkPtr>> groups;
  for (const ChunkPtr& chunk : chunks) groups[{chunk->tenant, chunk->table}].push_back(chunk);
  std::vector<std::vector<ChunkPtr>> out;
  for (auto& [key, group] : groups) out.push_back(std::move(group));
  return out;
}

std::vector<uint64_t> IdsOf(std::span<const StoredBlock> blocks) {
  std::vector<uint64_t> ids;
  for (const StoredBlock& block : blocks) ids.push_back(block.entry.id);
  return ids;
}

}  // namespace

std::string BlockDirectory::PathOf(uint64_t block_id) const {
  return directory_ + std::string(kBlocks) + "/" + BlockFileName(block_id);
}

Result<std::vector<StoredBlock>> BlockDirectory::Open() {
  ASSIGN_OR_RETURN(std::optional<Manifest> manifest, ReadManifest(files_, directory_));
  if (manifest) {
    manifest_ = *std::move(manifest);
    // A crash may have left the new manifest's name unsynced. What it makes superfluous may only be
    // removed once it lasts.
    RETURN_IF_ERROR(files_.SyncDirectory(directory_));
    RETURN_IF_ERROR(RemoveUnlisted());
  } else {
    RETURN_IF_ERROR(StartEmpty());
  }
  std::vector<StoredBlock> blocks;
  for (const BlockEntry& entry : manifest_.blocks) {
    auto block = BlockReader::Open(files_, PathOf(entry.id), cache_);
    if (block.status().code() == Code::kNotFound) {
      return DataLoss(PathOf(entry.id) + " is in the manifest but missing");
    }
    if (!block.ok()) return block.status();
    blocks.push_back({entry, std::move(*block)});
  }
  return blocks;
}

Status BlockDirectory::StartEmpty() {
  // A store has a manifest before it has anything else.
  for (std::string_view name : {kBlocks, kWal}) {
    ASSIGN_OR_RETURN(const auto names, files_.List(directory_ + std::string(name)));
    if (!names.empty()) {
      return DataLoss(directory_ + ": there is data, but the MANIFEST is missing");
    }
  }
  const size_t slash = directory_.find_last_of('/');
  const std::string parent = slash == std::string::npos ? "." : directory_.substr(0, slash + 1);
  RETURN_IF_ERROR(files_.SyncDirectory(parent));
  return WriteManifest(files_, directory_, manifest_);
}

Status BlockDirectory::RemoveUnlisted() {
  const std::string blocks = directory_ + std::string(kBlocks);
  std::set<std::string> listed;
  for (const BlockEntry& entry : manifest_.blocks) listed.insert(BlockFileName(entry.id));
  ASSIGN_OR_RETURN(const std::vector<std::string> names, files_.List(blocks));
  for (const std::string& name : names) {
    if (!IsBlockFileName(name) || listed.contains(name)) continue;
    Log(LogLevel::kInfo,
        blocks + "/" + name + ": removed, left behind by an unfinished flush or merge");
    RETURN_IF_ERROR(files_.Remove(blocks + "/" + name));
  }
  return Status::Ok();
}

uint64_t BlockDirectory::NewBlockId() {
  std::lock_guard lock(mutex_);
  return manifest_.next_block_id++;
}

Result<std::vector<StoredBlock>> BlockDirectory::Add(std::span<const ChunkPtr> chunks,
                                                     uint64_t first_wal_segment,
                                                     size_t row_group_rows) {
  ASSIGN_OR_RETURN(std::vector<StoredBlock> blocks, WriteFiles(chunks, row_group_rows));
  Change change;
  for (const StoredBlock& block : blocks) change.added.push_back(block.entry);
  change.first_wal_segment = first_wal_segment;
  RETURN_IF_ERROR(Commit(change));
  return blocks;
}

Result<StoredBlock> BlockDirectory::Merge(std::span<const StoredBlock> inputs,
                                          size_t row_group_rows,
                                          const std::atomic<bool>& cancelled) {
  RETURN_IF_ERROR(CheckRoomToMerge(inputs));
  std::vector<BlockPtr> readers;
  uint64_t written_unix_nanos = 0;
  for (const StoredBlock& input : inputs) {
    readers.push_back(input.reader);
    written_unix_nanos = std::max(written_unix_nanos, input.entry.written_unix_nanos);
  }
  ASSIGN_OR_RETURN(
      StoredBlock block,
      WriteFile(inputs[0].entry.table, inputs[0].entry.tenant, [&](WritableFile& file) {
        return MergeBlocks(file, readers, row_group_rows, cancelled);
      }));
  block.entry.written_unix_nanos = written_unix_nanos;
  RETURN_IF_ERROR(Commit({{block.entry}, IdsOf(inputs), {}}));
  return block;
}

Status BlockDirectory::CheckRoomToMerge(std::span<const StoredBlock> inputs) {
  uint64_t bytes = 0;
  for (const StoredBlock& input : inputs) bytes += input.entry.file_bytes;
  ASSIGN_OR_RETURN(const DiskSpace space, files_.Space(directory_));
  if (space.available_bytes / 2 >= bytes) return Status::Ok();
  return ResourceExhausted(directory_ + ": merging " + std::to_string(inputs.size()) +
                           " blocks wants twice their size of free space, " +
                           std::to_string(2 * bytes) + " bytes");
}

Result<DiskUsage> BlockDirectory::Usage() {
  DiskUsage usage;
  ASSIGN_OR_RETURN(usage.space, files_.Space(directory_));
  const std::string wal = directory_ + std::string(kWal);
  ASSIGN_OR_RETURN(const std::vector<std::string> names, files_.List(wal));
  for (const std::string& name : names) {
    const auto file = files_.Open(wal + "/" + name);
    if (file.ok()) usage.log_bytes += (*file)->size_bytes();  // else just removed by a flush
  }
  return usage;
}

Status BlockDirectory::Drop(std::span<const StoredBlock> blocks) {
  return Commit({{}, IdsOf(blocks), {}});
}

void BlockDirectory::RemoveFiles(std::span<const StoredBlock> blocks) {
  for (const StoredBlock& block : blocks) {
    const Status removed = files_.Remove(PathOf(block.entry.id));
    if (!removed.ok()) Log(LogLevel::kWarning, removed.ToString());
  }
}

Result<std::vector<StoredBlock>> BlockDirectory::WriteFiles(std::span<const ChunkPtr> chunks,
                                                            size_t row_group_rows) {
  std::vector<StoredBlock> blocks;
  for (const std::vector<ChunkPtr>& group : GroupChunks(chunks)) {
    auto block = WriteFile(group[0]->table, group[0]->tenant, [&](WritableFile& file) {
      return WriteBlock(file, group, row_group_rows);
    });
    if (!block.ok()) {
      RemoveFiles(blocks);  // makes room again
      return block.status();
    }
    blocks.push_back(std::move(*block));
  }
  return blocks;
}

Result<StoredBlock> BlockDirectory::WriteFile(Table table, std::string_view tenant,
                                              const WriteBytes& write) {
  const uint64_t id = NewBlockId();
  const std::string path = PathOf(id);
  const auto write_and_open = [&]() -> Result<StoredBlock> {
    ASSIGN_OR_RETURN(auto file, files_.Create(path));
    ASSIGN_OR_RETURN(const BlockSummary summary, write(*file));
    RETURN_IF_ERROR(file->Sync());
    ASSIGN_OR_RETURN(BlockPtr reader, BlockReader::Open(files_, path, cache_));
    const auto now = static_cast<uint64_t>(clock_.NowUnixNanos());
    return StoredBlock{{id, table, std::string(tenant), summary.row_count, summary.file_bytes,
                        summary.bounds, now},
                       std::move(reader)};
  };
  Result<StoredBlock> block = write_and_open();
  // No manifest has named it, so it can go; what cannot be removed now is at the next start.
  if (!block.ok()) (void)files_.Remove(path);
  return block;
}

Status BlockDirectory::Commit(const Change& change) {
  std::lock_guard lock(mutex_);
  Status status =
      change.added.empty() ? Status::Ok() : files_.SyncDirectory(directory_ + std::string(kBlocks));
  Manifest next = manifest_;
  std::erase_if(next.blocks, [&change](const BlockEntry& entry) {
    return std::ranges::find(change.removed, entry.id) != change.removed.end();
  });
  next.blocks.insert(next.blocks.end(), change.added.begin(), change.added.end());
  if (change.first_wal_segment) next.first_wal_segment = *change.first_wal_segment;
  if (status.ok()) status = WriteManifest(files_, directory_, next);
  if (!status.ok()) {
    GiveUp(change);
    return status;
  }
  manifest_ = std::move(next);
  RemoveDoubtful();
  return Status::Ok();
}

// A full disk needs the room of the new files to get on, and as long as the old manifest stands
// nothing names them.
void BlockDirectory::GiveUp(const Change& change) {
  for (const BlockEntry& entry : change.added) doubtful_.push_back(entry.id);
  const auto on_disk = ReadManifest(files_, directory_);
  if (on_disk.ok() && *on_disk && (*on_disk)->blocks == manifest_.blocks) RemoveDoubtful();
}

void BlockDirectory::RemoveDoubtful() {
  for (uint64_t id : doubtful_) (void)files_.Remove(PathOf(id));
  doubtful_.clear();
}

}  // namespace spanhound::store
