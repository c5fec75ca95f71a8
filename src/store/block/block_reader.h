// BlockReader: one open block file. The footer is read and checked at once, everything else when
// asked for; resources, dictionaries, filters and pages of the trace index are then kept in a
// cache. Any thread; the rows of a group belong to one thread. DATA_LOSS names the file.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/file.h"
#include "store/block/block_cache.h"
#include "store/block/block_format.h"
#include "store/block/group_format.h"
#include "store/block/group_values.h"
#include "store/block/stored_rows.h"
#include "store/block/trace_index.h"
#include "store/catalog.h"
#include "store/columns/row_set.h"
#include "store/encoding/presence_index.h"
#include "store/scan/prune.h"
#include "store/scan/scan_part.h"

namespace spanhound::store {

// Resources and scopes of a block, decoded.
struct BlockEntries {
  DecodedDictionaries dictionaries;
  std::string bytes;
  Arena arena;
  uint64_t allocated_bytes() const { return bytes.capacity() + arena.allocated_bytes(); }
};

// The filters of one column. No bytes for a row group that has none.
struct ColumnFilters {
  std::vector<std::string_view> by_group;
  std::string bytes;
  uint64_t allocated_bytes() const {
    return bytes.capacity() + by_group.capacity() * sizeof(std::string_view);
  }
};

// When the rows of a group start, decoded.
struct GroupTimes {
  std::vector<uint64_t> times;
  NewestRows newest;
  uint64_t allocated_bytes() const {
    return times.capacity() * sizeof(uint64_t) + newest.rows.capacity() * sizeof(uint32_t);
  }
};

// The attributes of a group as they stand in the file, for single rows: where each column says
// itself which rows have it.
struct GroupColumns {
  struct Column {
    std::string_view values;
    PresenceIndex presence;
  };
  std::vector<Column> by_place;  // in the directory; nothing for other than attributes
  SectionGroup sections;

  uint64_t allocated_bytes() const;
};

// Those dictionaries of a block that were asked for so far, by value column.
struct BlockDictionaries {
  std::vector<std::shared_ptr<const ValueDictionary>> by_column;
  uint64_t bytes = 0;
  uint64_t allocated_bytes() const { return bytes + by_column.capacity() * sizeof(by_column[0]); }
};

class BlockReader : public std::enable_shared_from_this<BlockReader> {
 public:
  // Without a cache it has one of its own.
  static Result<std::shared_ptr<const BlockReader>> Open(
      FileSystem& files, std::string path, std::shared_ptr<BlockCache> cache = nullptr);
  ~BlockReader() { cache_->Forget(owner_); }

  const BlockFooter& footer() const { return footer_; }
  const std::string& path() const { return path_; }
  uint64_t file_bytes() const { return file_->size_bytes(); }
  // Services and operations.
  Result<std::shared_ptr<const BlockCatalog>> ReadCatalog() const;
  Status AddTo(Catalog& catalog) const;

  // The row groups that may have rows the hints describe.
  Status AppendScanParts(const PruneHints& hints, std::vector<ScanPart>* parts) const;

  Result<std::unique_ptr<RowSet>> OpenRows(size_t group) const;
  // With resources and scopes that point into these entries. (Entries() may give others of the same
  // content each time.)
  Result<std::unique_ptr<RowSet>> OpenRows(size_t group,
                                           std::shared_ptr<const BlockEntries> entries) const;
  Result<GroupDirectory> Directory(size_t group) const;

  Result<std::vector<uint64_t>> TraceIndexEntries() const;

  // For the rows of a group, and for what looks into files.
  Result<std::string> Read(const SectionRef& ref) const;
  Result<SectionGroup> ReadAll(std::span<const SectionRef> refs) const;
  Result<std::shared_ptr<const BlockEntries>> Entries() const;
  // With those of these value columns; null for one that has none.
  Result<std::shared_ptr<const BlockDictionaries>> Dictionaries(
      std::span<const uint32_t> columns) const;
  Result<std::shared_ptr<const ValueDictionary>> Dictionary(uint32_t column) const;
  Result<std::shared_ptr<const ColumnFilters>> Filters(uint32_t column) const;
  // Of a row group with this directory.
  Result<std::shared_ptr<const TraceRuns>> Runs(uint32_t group,
                                                const GroupDirectory& directory) const;
  Result<std::shared_ptr<const GroupTimes>> Times(uint32_t group,
                                                  const GroupDirectory& directory) const;
  // Stored columns of a row group of spans, which have bytes there.
  Result<std::shared_ptr<const OpenNumbers>> Numbers(uint32_t group,
                                                     const GroupDirectory& directory,
                                                     Field field) const;
  Result<std::shared_ptr<const OpenSpanIds>> SpanIdsOf(uint32_t group,
                                                       const GroupDirectory& directory) const;
  Result<std::shared_ptr<const OpenParents>> Parents(uint32_t group,
                                                     const GroupDirectory& directory) const;
  // Null unless they are kept.
  std::shared_ptr<const GroupTimes> KnownTimes(uint32_t group) const;
  // Of a row group without shapes.
  Result<std::shared_ptr<const GroupColumns>> Columns(uint32_t group,
                                                      const GroupDirectory& directory) const;
  // DATA_LOSS of this file.
  Status Damaged(std::string_view what) const;

 private:
  BlockReader(std::unique_ptr<RandomAccessFile> file, std::string path,
              std::shared_ptr<BlockCache> cache)
      : file_(std::move(file)),
        path_(std::move(path)),
        cache_(std::move(cache)),
        owner_(cache_->NewOwner()) {}

  Status ReadFooter();
  // From the cache, or made by `make` and put there.
  template <typename Value, typename Make>
  Result<std::shared_ptr<const Value>> Kept(BlockCache::Kind kind, uint32_t column,
                                            Make make) const;
  template <typename Opened>
  Result<std::shared_ptr<const Opened>> KeptColumn(uint32_t group, const GroupDirectory& directory,
                                                   Field field) const;
  Result<std::shared_ptr<const BlockEntries>> ReadEntries() const;
  Result<std::shared_ptr<const ColumnFilters>> ReadFilters(uint32_t column) const;
  Result<std::shared_ptr<const IndexPageEntries>> KeptIndexPage(size_t page) const;
  // Row groups of the traces hinted at, or all.
  Result<std::vector<uint32_t>> CandidateGroups(const PruneHints& hints) const;
  Result<std::unique_ptr<RowSet>> OpenSome(uint32_t group,
                                           std::shared_ptr<const GroupDirectory> directory,
                                           std::optional<std::vector<uint32_t>> selection) const;
  // For scans, which come again: the directory is kept.
  Result<std::unique_ptr<RowSet>> OpenToScan(uint32_t group) const;
  // Only the rows of these traces.
  Result<std::unique_ptr<RowSet>> OpenTraces(uint32_t group,
                                             const std::vector<model::TraceId>& ids) const;
  Result<std::shared_ptr<const GroupDirectory>> KeptDirectory(uint32_t group) const;
  Result<std::shared_ptr<const GroupTimes>> ReadGroupTimes(uint32_t group,
                                                           const GroupDirectory& directory) const;
  Result<std::shared_ptr<const GroupColumns>> ReadGroupColumns(
      uint32_t group, const GroupDirectory& directory) const;
  Status AddDictionaries(std::span<const uint32_t> columns, BlockDictionaries* dictionaries) const;

  const std::unique_ptr<RandomAccessFile> file_;
  const std::string path_;
  std::string footer_bytes_;
  Arena arena_;
  BlockFooter footer_;
  const std::shared_ptr<BlockCache> cache_;
  const uint64_t owner_;  // in the cache
};

using BlockPtr = std::shared_ptr<const BlockReader>;

}  // namespace spanhound::store
