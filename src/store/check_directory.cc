#include "store/check_directory.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "store/block/check_block.h"
#include "store/columns/chunk_rows.h"
#include "store/manifest/manifest.h"
#include "store/wal/wal_format.h"
#include "store/wal/wal_recovery.h"

namespace spanhound::store {
namespace {

constexpr std::string_view kTopNames[] = {"LOCK", "MANIFEST", "wal", "blocks"};
constexpr std::string_view kUnfinishedManifest = "MANIFEST.tmp";

Result<std::vector<std::string>> SortedNames(FileSystem& files, const std::string& directory) {
  auto names = files.List(directory);
  if (names.status().code() == Code::kNotFound) return std::vector<std::string>();
  if (names.ok()) std::ranges::sort(*names);
  return names;
}

Status CheckColumns(RowSet& rows) {
  for (const StoredColumn& column : StoredColumns(rows.table())) {
    RETURN_IF_ERROR(rows.Load({column.field}).status());
  }
  return Status::Ok();
}

class DirectoryCheck {
 public:
  DirectoryCheck(FileSystem& files, const std::string& directory,
                 const std::function<void(const CheckFinding&)>& report)
      : files_(files),
        directory_(directory),
        blocks_(directory + "/blocks"),
        wal_(directory + "/wal"),
        report_(report) {}

  Result<CheckTotals> Run() {
    auto lock = files_.LockShared(directory_ + "/LOCK");
    // A copy of a store may come without its lock.
    if (!lock.ok() && lock.status().code() != Code::kNotFound) return lock.status();
    ASSIGN_OR_RETURN(block_names_, SortedNames(files_, blocks_));
    ASSIGN_OR_RETURN(const std::vector<std::string> wal_names, SortedNames(files_, wal_));
    RETURN_IF_ERROR(ReadManifestFile(block_names_.empty() && wal_names.empty()));
    CheckBlocks();
    CheckLog();
    RETURN_IF_ERROR(FindLeftOvers(wal_names));
    totals_.tenants = tenants_.size();
    return totals_;
  }

 private:
  void Damage(const Status& status) { report_({true, status.message()}); }
  void Damage(const std::string& what) { report_({true, what}); }
  void Remark(const std::string& what) { report_({false, what}); }

  // Without a sound one, the files that are there are looked at all the same.
  Status ReadManifestFile(bool is_empty) {
    auto manifest = ReadManifest(files_, directory_);
    if (manifest.ok() && *manifest) {
      manifest_ = **manifest;
      return Status::Ok();
    }
    if (manifest.ok() && is_empty) return NotFound(directory_ + ": there is no store");
    if (manifest.ok()) {
      Damage(directory_ + "/MANIFEST: missing, although there is data");
    } else {
      Damage(manifest.status());
    }
    return Status::Ok();
  }

  void CheckBlocks() {
    if (!manifest_) {
      for (const std::string& name : block_names_) {
        if (!IsBlockFileName(name)) continue;
        if (Status status = CheckBlockFile(blocks_ + "/" + name); !status.ok()) Damage(status);
      }
      return;
    }
    std::set<uint64_t> ids;
    for (const BlockEntry& entry : manifest_->blocks) {
      if (!ids.insert(entry.id).second || entry.id >= manifest_->next_block_id) {
        Damage(directory_ + "/MANIFEST: block " + std::to_string(entry.id) + " cannot be listed");
        continue;
      }
      if (Status status = CheckListedBlock(entry); !status.ok()) Damage(status);
    }
  }

  Status CheckListedBlock(const BlockEntry& entry) {
    const std::string path = blocks_ + "/" + BlockFileName(entry.id);
    listed_.insert(BlockFileName(entry.id));
    const auto file = files_.Open(path);
    if (file.status().code() == Code::kNotFound) {
      return DataLoss(path + ": missing, the manifest lists it");
    }
    if (!file.ok()) return file.status();
    const uint64_t bytes = (*file)->size_bytes();
    if (bytes != entry.file_bytes) {
      return DataLoss(path + ": has " + std::to_string(bytes) + " bytes, the manifest says " +
                      std::to_string(entry.file_bytes));
    }
    return CheckBlockFile(path, &entry);
  }

  Status CheckBlockFile(const std::string& path, const BlockEntry* entry = nullptr) {
    ASSIGN_OR_RETURN(const BlockPtr block, BlockReader::Open(files_, path));
    const BlockFooter& footer = block->footer();
    ++totals_.blocks;
    totals_.block_bytes += block->file_bytes();
    CountRows(footer.table, std::string(footer.tenant), footer.row_count);
    const bool is_as_listed =
        entry == nullptr ||
        (entry->table == footer.table && entry->tenant == footer.tenant &&
         entry->row_count == footer.row_count && entry->bounds == footer.bounds);
    if (!is_as_listed) return block->Damaged("its footer is not what the manifest says");
    return CheckBlock(*block);
  }

  void CheckLog() {
    const auto numbers = ListWalSegments(files_, wal_);
    if (numbers.status().code() == Code::kNotFound) return;
    if (!numbers.ok()) return Damage(numbers.status());
    uint64_t next = manifest_ ? manifest_->first_wal_segment : 0;
    uint64_t last_bytes = 0;  // of the segment before; 0: not known
    for (uint64_t number : *numbers) {
      if (number < next) {
        Remark(SegmentPath(number) + ": left over, its rows are in blocks; goes at the next start");
        continue;
      }
      if (next != 0 && number > next) {
        const uint64_t more = number - next - 1;
        Damage(SegmentPath(next) + ": missing" +
               (more == 0 ? "" : ", and " + std::to_string(more) + " behind it"));
        last_bytes = 0;
      }
      last_bytes = CheckSegment(number, number == numbers->back(), last_bytes);
      next = number + 1;
    }
  }

  // Returns where it ends, 0 if it is damaged.
  uint64_t CheckSegment(uint64_t number, bool is_last, uint64_t last_bytes) {
    const std::string path = SegmentPath(number);
    const auto segment = ReadWholeFile(files_, path);
    if (!segment.ok()) return Damage(segment.status()), 0;
    ++totals_.log_segments;
    totals_.log_bytes += segment->size();
    Status rows = Status::Ok();
    const auto contents = ReadWalSegment(*segment, number, is_last, [&](ChunkPtr chunk) {
      CountRows(chunk->table, chunk->tenant, chunk->row_count);
      ChunkRows chunk_rows(std::move(chunk));
      if (rows.ok()) rows = CheckColumns(chunk_rows);
    });
    if (contents.ok() && rows.ok()) {
      rows = CheckWalSegmentEnd(wal_, number - 1, last_bytes, contents->previous_bytes);
      if (!rows.ok()) Damage(rows);  // names the segment before
      RemarkTornTail(path, segment->size(), contents->sound_bytes);
      return contents->sound_bytes;
    }
    Damage((contents.ok() ? rows : contents.status()).WithContext(path));
    return 0;
  }

  void RemarkTornTail(const std::string& path, uint64_t bytes, uint64_t sound_bytes) {
    if (sound_bytes == bytes && bytes > 0) return;
    Remark(path + ": " + std::to_string(bytes - sound_bytes) + " bytes from byte " +
           std::to_string(sound_bytes) +
           " on are no whole group; a crash leaves such an end, the next start cuts it off");
  }

  Status FindLeftOvers(const std::vector<std::string>& wal_names) {
    ASSIGN_OR_RETURN(const std::vector<std::string> names, SortedNames(files_, directory_));
    for (const std::string& name : names) {
      const std::string path = directory_ + "/" + name;
      if (name == kUnfinishedManifest) {
        Remark(path + ": left over, a crash came between writing and renaming it");
      } else if (std::ranges::find(kTopNames, name) == std::end(kTopNames)) {
        RemarkForeign(path);
      }
    }
    for (const std::string& name : block_names_) {
      const std::string path = blocks_ + "/" + name;
      if (!IsBlockFileName(name)) {
        RemarkForeign(path);
      } else if (manifest_ && !listed_.contains(name)) {
        Remark(path + ": left over, the manifest does not list it; goes at the next start");
      }
    }
    for (const std::string& name : wal_names) {
      if (!ParseWalSegmentName(name)) RemarkForeign(wal_ + "/" + name);
    }
    return Status::Ok();
  }

  void RemarkForeign(const std::string& path) { Remark(path + ": is no file of the store"); }

  std::string SegmentPath(uint64_t number) const { return wal_ + "/" + WalSegmentName(number); }

  void CountRows(Table table, const std::string& tenant, uint64_t count) {
    (table == Table::kSpans ? totals_.spans : totals_.logs) += count;
    tenants_.insert(tenant);
  }

  FileSystem& files_;
  const std::string directory_;
  const std::string blocks_;
  const std::string wal_;
  const std::function<void(const CheckFinding&)>& report_;

  std::optional<Manifest> manifest_;
  std::vector<std::string> block_names_;
  std::set<std::string> listed_;
  std::set<std::string> tenants_;
  CheckTotals totals_;
};

}  // namespace

Result<CheckTotals> CheckDirectory(FileSystem& files, const std::string& directory,
                                   const std::function<void(const CheckFinding&)>& report) {
  return DirectoryCheck(files, directory, report).Run();
}

}  // namespace spanhound::store
