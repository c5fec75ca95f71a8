#include "store/scan/scan_stream.h"

#include <algorithm>

#include "base/hash_map.h"

#include "store/scan/part_reader.h"
#include "store/scan/result_batch.h"
#include "store/scan/row_order.h"

namespace spanhound::store {
namespace {

using Batch = std::optional<ColumnBatch>;

class UnorderedStream : public ScanStream {
 public:
  UnorderedStream(PartReader reader, std::vector<ScanPart> parts)
      : reader_(std::move(reader)), parts_(std::move(parts)), rows_left_(reader_.request().limit) {}

  Result<Batch> Next() override {
    // Small parts are put together, so that a head of many small requests reads like one; but
    // only as many as memory allows, for a rare match may come from a large part.
    std::vector<ResultSource> sources;
    std::vector<RowRef> picks;
    uint64_t memory_bytes = 0;
    while (picks.size() < kResultRows && rows_left_ > 0 && next_ < parts_.size() &&
           memory_bytes <= reader_.request().memory_bytes_max / 2) {
      RETURN_IF_ERROR(reader_.CheckCancelled());
      const ScanPart& part = parts_[next_++];
      ASSIGN_OR_RETURN(std::shared_ptr<RowSet> rows, part.open());
      ASSIGN_OR_RETURN(const RowMask mask, reader_.MatchingRows(*rows, part.bounds));
      if (CountRows(mask) == 0) continue;
      memory_bytes += rows->memory_bytes();
      RETURN_IF_ERROR(reader_.CheckMemory(memory_bytes));
      sources.push_back({&part, std::move(rows)});
      Pick(mask, static_cast<uint32_t>(sources.size() - 1), picks);
    }
    if (picks.empty()) return Batch();
    ASSIGN_OR_RETURN(ColumnBatch batch,
                     MakeResultBatch(reader_.request().columns, std::move(sources), picks));
    return Batch(std::move(batch));
  }

 private:
  void Pick(const RowMask& mask, uint32_t source, std::vector<RowRef>& picks) {
    for (uint32_t row = 0; row < mask.size() && rows_left_ > 0; ++row) {
      if (mask[row] == 0) continue;
      picks.push_back({source, row});
      --rows_left_;
    }
  }

  const PartReader reader_;
  const std::vector<ScanPart> parts_;
  size_t next_ = 0;
  uint64_t rows_left_;
};

// A part with its matching rows in order. The row set is let go when memory is short and opened
// again for the rows that come up.
struct OpenPart {
  const ScanPart* part;
  std::shared_ptr<RowSet> rows;
  std::vector<RowKey> keys;
  size_t next = 0;

  const RowKey& front() const { return keys[next]; }
  uint64_t memory_bytes() const {
    return keys.capacity() * sizeof(RowKey) + (rows == nullptr ? 0 : rows->memory_bytes());
  }
};

// Puts the part with the next row on top of a heap.
struct ComesLater {
  Order order;
  bool operator()(const OpenPart* a, const OpenPart* b) const {
    return ComesBefore(order, b->front(), a->front());
  }
};

class OrderedStream : public ScanStream {
 public:
  OrderedStream(PartReader reader, std::vector<ScanPart> parts)
      : reader_(std::move(reader)),
        order_(reader_.request().order),
        parts_(std::move(parts)),
        rows_left_(reader_.request().limit) {
    std::erase_if(parts_, [this](const ScanPart& part) { return IsBehind(part); });
    const bool ascending = order_ == Order::kOldestFirst;
    std::ranges::stable_sort(parts_, [this, ascending](const ScanPart& a, const ScanPart& b) {
      const uint64_t key_a = BestKey(order_, a.bounds);
      const uint64_t key_b = BestKey(order_, b.bounds);
      return ascending ? key_a < key_b : key_a > key_b;
    });
  }

  Result<Batch> Next() override {
    std::vector<std::pair<OpenPart*, uint32_t>> picked;
    while (picked.size() < kResultRows && rows_left_ > 0) {
      RETURN_IF_ERROR(OpenDueParts());
      if (heap_.empty()) break;
      std::ranges::pop_heap(heap_, ComesLater{order_});
      OpenPart* part = heap_.back();
      picked.emplace_back(part, part->front().row);
      --rows_left_;
      if (++part->next == part->keys.size()) {
        heap_.pop_back();
      } else {
        std::ranges::push_heap(heap_, ComesLater{order_});
      }
    }
    if (picked.empty()) return Batch();
    return MakeBatch(picked);
  }

 private:
  // Whether all rows of the part come before the cursor.
  bool IsBehind(const ScanPart& part) const {
    const std::optional<Cursor>& after = reader_.request().after;
    if (!after) return false;
    if (order_ == Order::kOldestFirst) return part.bounds.max_time < after->key;
    const RowBounds& bounds = part.bounds;
    return (order_ == Order::kSlowestFirst ? bounds.min_duration : bounds.min_time) > after->key;
  }

  // Whether a part that is not open yet could hold the next row.
  bool IsDue(const ScanPart& part) const {
    if (heap_.empty()) return true;
    const uint64_t best = BestKey(order_, part.bounds);
    const uint64_t next = heap_.front()->front().key;
    return order_ == Order::kOldestFirst ? best <= next : best >= next;
  }

  Status OpenDueParts() {
    while (next_part_ < parts_.size() && IsDue(parts_[next_part_])) {
      RETURN_IF_ERROR(reader_.CheckCancelled());
      RETURN_IF_ERROR(Open(parts_[next_part_++]));
    }
    return Status::Ok();
  }

  Status Open(const ScanPart& part) {
    auto open = std::make_unique<OpenPart>(OpenPart{&part, nullptr, {}});
    ASSIGN_OR_RETURN(open->rows, part.open());
    RETURN_IF_ERROR(FindKeys(*open));
    if (open->keys.empty()) return Status::Ok();
    // Half of the budget may be spent on not reading twice.
    if (MemoryBytes() + open->memory_bytes() > reader_.request().memory_bytes_max / 2) {
      open->rows.reset();
    }
    heap_.push_back(open.get());
    std::ranges::push_heap(heap_, ComesLater{order_});
    open_.push_back(std::move(open));
    return reader_.CheckMemory(MemoryBytes());
  }

  Status FindKeys(OpenPart& open) const {
    RowSet& rows = *open.rows;
    ASSIGN_OR_RETURN(const RowMask mask, reader_.MatchingRows(rows, open.part->bounds));
    const size_t count = CountRows(mask);
    if (count == 0) return Status::Ok();
    ASSIGN_OR_RETURN(auto keys, rows.LoadCells<uint64_t>({KeyField(order_)}));
    ASSIGN_OR_RETURN(auto traces, rows.LoadCells<model::TraceId>({Field::kTraceId}));
    ASSIGN_OR_RETURN(auto spans, rows.LoadCells<model::SpanId>({Field::kSpanId}));
    open.keys.reserve(count);
    const std::optional<Cursor>& after = reader_.request().after;
    for (uint32_t row = 0; row < mask.size(); ++row) {
      if (mask[row] == 0) continue;
      const RowKey key{(*keys)[row], (*traces)[row], (*spans)[row], row};
      if (!after || ComesAfter(order_, key, *after)) open.keys.push_back(key);
    }
    SortKeys(open.keys);
    return Status::Ok();
  }

  // No part gives more rows than are still wanted.
  void SortKeys(std::vector<RowKey>& keys) const {
    const auto before = [this](const RowKey& a, const RowKey& b) {
      return ComesBefore(order_, a, b) || (!ComesBefore(order_, b, a) && a.row < b.row);
    };
    const size_t wanted = std::min<uint64_t>(keys.size(), rows_left_);
    std::partial_sort(keys.begin(), keys.begin() + static_cast<ptrdiff_t>(wanted), keys.end(),
                      before);
    keys.resize(wanted);
    keys.shrink_to_fit();
  }

  uint64_t MemoryBytes() const {
    uint64_t bytes = 0;
    for (const auto& part : open_) bytes += part->memory_bytes();
    return bytes;
  }

  Result<Batch> MakeBatch(std::span<const std::pair<OpenPart*, uint32_t>> picked) {
    std::vector<ResultSource> sources;
    HashMap<const OpenPart*, uint32_t> source_of;
    std::vector<RowRef> picks;
    for (const auto& [part, row] : picked) {
      const auto [found, is_new] = source_of.try_emplace(part, sources.size());
      if (is_new) sources.push_back({part->part, part->rows});
      picks.push_back({found->second, row});
    }
    std::erase_if(open_, [](const auto& part) { return part->next == part->keys.size(); });
    ASSIGN_OR_RETURN(ColumnBatch batch,
                     MakeResultBatch(reader_.request().columns, std::move(sources), picks));
    // Parts with rows left have decoded more columns now.
    if (MemoryBytes() > reader_.request().memory_bytes_max / 2) {
      for (const auto& part : open_) part->rows.reset();
    }
    RETURN_IF_ERROR(reader_.CheckMemory(MemoryBytes()));
    return Batch(std::move(batch));
  }

  const PartReader reader_;
  const Order order_;
  std::vector<ScanPart> parts_;  // the one with the best possible row first
  size_t next_part_ = 0;
  std::vector<std::unique_ptr<OpenPart>> open_;
  std::vector<OpenPart*> heap_;  // open parts with rows left, the one with the next row on top
  uint64_t rows_left_;
};

}  // namespace

Result<std::unique_ptr<ScanStream>> MakeScanStream(ScanRequest request,
                                                   std::vector<ScanPart> parts) {
  const bool is_ordered = request.order != Order::kNone;
  ASSIGN_OR_RETURN(PartReader reader, PartReader::Make(std::move(request)));
  if (is_ordered) {
    return std::unique_ptr<ScanStream>(
        std::make_unique<OrderedStream>(std::move(reader), std::move(parts)));
  }
  return std::unique_ptr<ScanStream>(
      std::make_unique<UnorderedStream>(std::move(reader), std::move(parts)));
}

}  // namespace spanhound::store
