#include "store/block_directory.h"

#include <map>
#include <set>

#include "base/log.h"

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

}  // namespace

std::string BlockDirectory::PathOf(uint64_t block_id) const {
  return directory_ + std::string(kBlocks) + "/" + BlockFileName(block_id);
}

Result<std::vector<BlockPtr>> BlockDirectory::Open() {
  ASSIGN_OR_RETURN(std::optional<Manifest> manifest, ReadManifest(files_, directory_));
  if (manifest) {
    manifest_ = *std::move(manifest);
    RETURN_IF_ERROR(RemoveUnlisted());
  } else {
    RETURN_IF_ERROR(StartEmpty());
  }
  next_block_id_ = manifest_.next_block_id;
  std::vector<BlockPtr> blocks;
  for (const BlockEntry& entry : manifest_.blocks) {
    auto block = BlockReader::Open(files_, PathOf(entry.id));
    if (block.status().code() == Code::kNotFound) {
      return DataLoss(PathOf(entry.id) + " is in the manifest but missing");
    }
    if (!block.ok()) return block.status();
    blocks.push_back(std::move(*block));
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
    Log(LogLevel::kInfo, blocks + "/" + name + ": removed, left behind by an unfinished flush");
    RETURN_IF_ERROR(files_.Remove(blocks + "/" + name));
  }
  return Status::Ok();
}

Result<std::vector<BlockPtr>> BlockDirectory::Add(std::span<const ChunkPtr> chunks,
                                                  uint64_t first_wal_segment,
                                                  size_t row_group_rows) {
  Manifest next = manifest_;
  next.first_wal_segment = first_wal_segment;
  const uint64_t first_id = next_block_id_;
  std::vector<BlockPtr> blocks;
  if (Status status = WriteFiles(chunks, row_group_rows, &next, &blocks); !status.ok()) {
    // Makes room again; what cannot be removed now is at the next start.
    for (uint64_t id = first_id; id < next_block_id_; ++id) (void)files_.Remove(PathOf(id));
    return status;
  }
  next.next_block_id = next_block_id_;
  RETURN_IF_ERROR(WriteManifest(files_, directory_, next));
  manifest_ = std::move(next);
  return blocks;
}

Status BlockDirectory::WriteFiles(std::span<const ChunkPtr> chunks, size_t row_group_rows,
                                  Manifest* next, std::vector<BlockPtr>* blocks) {
  for (const std::vector<ChunkPtr>& group : GroupChunks(chunks)) {
    const uint64_t id = next_block_id_++;
    ASSIGN_OR_RETURN(BlockEntry entry, WriteFile(group, id, row_group_rows));
    next->blocks.push_back(std::move(entry));
    ASSIGN_OR_RETURN(BlockPtr block, BlockReader::Open(files_, PathOf(id)));
    blocks->push_back(std::move(block));
  }
  return files_.SyncDirectory(directory_ + std::string(kBlocks));
}

Result<BlockEntry> BlockDirectory::WriteFile(std::span<const ChunkPtr> chunks, uint64_t id,
                                             size_t row_group_rows) {
  ASSIGN_OR_RETURN(auto file, files_.Create(PathOf(id)));
  ASSIGN_OR_RETURN(const BlockSummary summary, WriteBlock(*file, chunks, row_group_rows));
  RETURN_IF_ERROR(file->Sync());
  return BlockEntry{id,
                    chunks[0]->table,
                    chunks[0]->tenant,
                    summary.row_count,
                    summary.file_bytes,
                    summary.bounds};
}

}  // namespace spanhound::store
