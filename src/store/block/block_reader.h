// BlockReader: one open block file. The footer is read and checked at once, everything else when
// asked for. Immutable after Open, any thread; the rows of a group belong to one thread.
// DATA_LOSS names the file.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/file.h"
#include "store/block/block_format.h"
#include "store/catalog.h"
#include "store/columns/row_set.h"
#include "store/scan/prune.h"
#include "store/scan/scan_part.h"

namespace spanhound::store {

class BlockReader : public std::enable_shared_from_this<BlockReader> {
 public:
  static Result<std::shared_ptr<const BlockReader>> Open(FileSystem& files, std::string path);

  const BlockFooter& footer() const { return footer_; }
  void AddTo(Catalog& catalog) const;

  // The row groups that may have rows the hints describe.
  Status AppendScanParts(const PruneHints& hints, std::vector<ScanPart>* parts) const;

  Result<std::unique_ptr<RowSet>> OpenRows(size_t group) const;

  // For the rows of a group.
  Result<std::string> Read(const SectionRef& ref) const;
  // DATA_LOSS of this file.
  Status Damaged(std::string_view what) const;

 private:
  BlockReader(std::unique_ptr<RandomAccessFile> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  Status ReadFooter();
  bool MayHold(const PruneHints& hints) const;
  bool HasServiceOf(const PruneHints& hints, const RowGroup& group) const;
  // Row groups of the traces hinted at, or all.
  Result<std::vector<uint32_t>> CandidateGroups(const PruneHints& hints) const;

  const std::unique_ptr<RandomAccessFile> file_;
  const std::string path_;
  std::string footer_bytes_;
  Arena arena_;
  BlockFooter footer_;
};

using BlockPtr = std::shared_ptr<const BlockReader>;

}  // namespace spanhound::store
