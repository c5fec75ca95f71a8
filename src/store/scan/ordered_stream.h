// A scan in an order: a lazy merge that opens a part only once its best row could be next, so that
// "the newest 20" reads the newest row groups and no others. Several parts that are due at once
// (blocks that overlap) are opened on several threads. Where a part knows its newest rows, these
// are searched first, the others only once one of them could be next. One thread at a time.
#pragma once

#include <memory>
#include <vector>

#include "store/scan/part_reader.h"
#include "store/scan/read_ahead.h"
#include "store/scan/result_batch.h"
#include "store/scan/row_order.h"
#include "store/scan/scan_pool.h"

namespace spanhound::store {

class OrderedStream : public ScanStream {
 public:
  OrderedStream(PartReader reader, std::vector<ScanPart> parts, ScanPool& pool);

  Result<std::optional<ColumnBatch>> Next() override;
  std::optional<Cursor> position() const override { return position_; }

 private:
  // A part with its matching rows in order. The row set is let go when memory is short and opened
  // again for the rows that come up.
  struct OpenPart {
    const ScanPart* part;
    std::shared_ptr<RowSet> rows;
    std::vector<RowKey> keys;
    size_t sorted = 0;  // keys before this one are in their order, and before those behind
    size_t next = 0;    // below `sorted`
    size_t tied = 0;    // rows of tie_ that are not given yet
    // Of a part of which only the newest rows were searched: no other row is newer than this.
    std::optional<uint64_t> rest_max_time = {};

    const RowKey& front() const { return keys[next]; }
    bool has_keys() const { return next < keys.size(); }
    bool is_done() const { return !has_keys() && tied == 0 && !rest_max_time; }
    uint64_t memory_bytes() const {
      return keys.capacity() * sizeof(RowKey) + (rows == nullptr ? 0 : rows->memory_bytes());
    }
  };
  struct Pick {
    OpenPart* part;
    RowKey key;
    uint64_t content_hash;  // 0 for a row that ties with none
  };
  // Rows of one part in a batch.
  struct Source {
    OpenPart* part;
    std::vector<uint32_t> rows;
    Result<TakenRows> taken;
  };
  // Puts the part with the next row on top of a heap.
  struct ComesLater {
    Order order;
    bool operator()(const OpenPart* a, const OpenPart* b) const {
      return ComesBefore(order, b->front(), a->front());
    }
  };

  bool IsBehind(const ScanPart& part) const;
  bool IsDue(uint64_t best_key) const;
  bool IsDue(const ScanPart& part) const { return IsDue(BestKey(order_, part.bounds)); }
  bool HasDueParts() const;
  Status OpenDueParts();
  Status OpenNextParts();
  // Open parts of which the rest could hold the next row, the one with the newest first.
  std::vector<OpenPart*> DueRests() const;
  Status SearchRests(std::span<OpenPart* const> parts);
  Status SearchRest(OpenPart& open) const;
  Result<std::unique_ptr<OpenPart>> Open(const ScanPart& part) const;
  bool SearchesNewestFirst() const;
  Status FindKeys(OpenPart& open) const;
  Status AddKeys(OpenPart& open, const RowMask& matching) const;
  void DropUnwanted(std::vector<RowKey>& keys) const;
  // Some more of the keys: most scans want few of them.
  void SortMore(OpenPart& open) const;
  void Admit(std::unique_ptr<OpenPart> part);

  // Moves the next row to tie_, with all that tie with it; none at the end.
  Status NextTie();
  Pick PopFront();
  Status SortTieByContent();
  void MovePosition(const RowKey& key);

  Result<std::optional<ColumnBatch>> MakeBatch(std::span<const Pick> picked);
  Result<TakenRows> Take(const Source& source) const;
  Status LetGo();
  uint64_t MemoryBytes() const;

  const PartReader reader_;
  const Order order_;
  ScanPool& pool_;
  ReadAhead read_ahead_;
  std::vector<ScanPart> parts_;  // the one with the best possible row first
  size_t next_part_ = 0;
  std::vector<std::unique_ptr<OpenPart>> open_;
  std::vector<OpenPart*> heap_;  // open parts with rows left, the one with the next row on top
  std::vector<Pick> tie_;        // rows with the same key, the last one is next
  std::optional<Cursor> position_;
  uint64_t rows_left_;
  // Parts of which the newest rows were searched first, and how many rows that found.
  size_t newest_searched_ = 0;
  size_t newest_found_ = 0;
};

}  // namespace spanhound::store
