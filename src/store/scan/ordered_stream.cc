#include "store/scan/ordered_stream.h"

#include <algorithm>

#include "base/hash_map.h"
#include "store/scan/row_hash.h"

namespace spanhound::store {
namespace {

// A search for twenty traces wants a row or two of a part.
constexpr size_t kSortedAtFirst = 64;

// So many parts tell whether matches are rare.
constexpr size_t kNewestTried = 8;

// The keys of `rows`, in their order.
Result<std::vector<RowKey>> ReadKeys(Order order, RowSet& row_set, std::span<const uint32_t> rows) {
  Arena arena;
  CellCopier copier(arena);  // for the interface: keys are copied whole
  ASSIGN_OR_RETURN(const ColumnData keys, TakeCells({KeyField(order)}, row_set, rows, copier));
  ASSIGN_OR_RETURN(const ColumnData traces, TakeCells({Field::kTraceId}, row_set, rows, copier));
  ASSIGN_OR_RETURN(const ColumnData spans, TakeCells({Field::kSpanId}, row_set, rows, copier));
  std::vector<RowKey> out;
  out.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    out.push_back({std::get<std::vector<uint64_t>>(keys)[i],
                   std::get<std::vector<model::TraceId>>(traces)[i],
                   std::get<std::vector<model::SpanId>>(spans)[i], rows[i]});
  }
  return out;
}

}  // namespace

OrderedStream::OrderedStream(PartReader reader, std::vector<ScanPart> parts, ScanPool& pool)
    : reader_(std::move(reader)),
      order_(reader_.request().order),
      pool_(pool),
      read_ahead_(pool.thread_count(), /*reads_all=*/false),
      parts_(std::move(parts)),
      position_(reader_.request().after),
      rows_left_(reader_.request().limit) {
  std::erase_if(parts_, [this](const ScanPart& part) { return IsBehind(part); });
  const bool ascending = order_ == Order::kOldestFirst;
  std::ranges::stable_sort(parts_, [this, ascending](const ScanPart& a, const ScanPart& b) {
    const uint64_t key_a = BestKey(order_, a.bounds);
    const uint64_t key_b = BestKey(order_, b.bounds);
    return ascending ? key_a < key_b : key_a > key_b;
  });
}

Result<std::optional<ColumnBatch>> OrderedStream::Next() {
  std::vector<Pick> picked;
  while (picked.size() < kResultRows && rows_left_ > 0) {
    if (tie_.empty()) {
      // What is known is given out before more is read: the caller may have enough.
      if (!picked.empty() && HasDueParts()) break;
      RETURN_IF_ERROR(NextTie());
    }
    if (tie_.empty()) break;
    picked.push_back(tie_.back());
    tie_.pop_back();
    --picked.back().part->tied;
    MovePosition(picked.back().key);
    --rows_left_;
  }
  if (picked.empty()) return std::optional<ColumnBatch>();
  return MakeBatch(picked);
}

// Whether all rows of the part come before the cursor.
bool OrderedStream::IsBehind(const ScanPart& part) const {
  const std::optional<Cursor>& after = reader_.request().after;
  if (!after) return false;
  if (order_ == Order::kOldestFirst) return part.bounds.max_time < after->key;
  const RowBounds& bounds = part.bounds;
  return (order_ == Order::kSlowestFirst ? bounds.min_duration : bounds.min_time) > after->key;
}

// Whether a row with this key, which is not known yet, could be the next one.
bool OrderedStream::IsDue(uint64_t best_key) const {
  if (heap_.empty()) return true;
  const uint64_t next = heap_.front()->front().key;
  return order_ == Order::kOldestFirst ? best_key <= next : best_key >= next;
}

bool OrderedStream::HasDueParts() const {
  if (next_part_ < parts_.size() && IsDue(parts_[next_part_])) return true;
  return std::ranges::any_of(open_, [this](const auto& part) {
    return part->rest_max_time && IsDue(*part->rest_max_time);
  });
}

Status OrderedStream::OpenDueParts() {
  while (true) {
    const bool has_part = next_part_ < parts_.size() && IsDue(parts_[next_part_]);
    const std::vector<OpenPart*> rests = DueRests();
    if (!has_part && rests.empty()) return Status::Ok();
    const bool is_rest_first =
        !has_part || (!rests.empty() &&
                      *rests.front()->rest_max_time > BestKey(order_, parts_[next_part_].bounds));
    RETURN_IF_ERROR(is_rest_first ? SearchRests(rests) : OpenNextParts());
    RETURN_IF_ERROR(reader_.CheckMemory(MemoryBytes()));
  }
}

Status OrderedStream::OpenNextParts() {
  std::span<const ScanPart> due = std::span(parts_).subspan(next_part_);
  const uint64_t memory_bytes = reader_.request().memory_bytes_max / 2;
  size_t count = read_ahead_.Choose(due, memory_bytes - std::min(memory_bytes, MemoryBytes()));
  while (!IsDue(due[count - 1])) --count;
  std::vector<Result<std::unique_ptr<OpenPart>>> opened;
  for (size_t i = 0; i < count; ++i) opened.emplace_back(nullptr);
  pool_.ForEach(count, [&](size_t i) { opened[i] = Open(due[i]); });
  next_part_ += count;
  for (auto& part : opened) {
    RETURN_IF_ERROR(part.status());
    Admit(std::move(*part));
  }
  return Status::Ok();
}

std::vector<OrderedStream::OpenPart*> OrderedStream::DueRests() const {
  std::vector<OpenPart*> due;
  for (const auto& part : open_) {
    if (part->rest_max_time && IsDue(*part->rest_max_time)) due.push_back(part.get());
  }
  std::ranges::sort(due, std::greater(), [](const OpenPart* part) { return *part->rest_max_time; });
  return due;
}

// A few at a time: what they find may tell that the others are not needed.
Status OrderedStream::SearchRests(std::span<OpenPart* const> parts) {
  const size_t count = std::min(parts.size(), 2 * pool_.thread_count());
  std::vector<Status> searched(count, Status::Ok());
  pool_.ForEach(count, [&](size_t i) { searched[i] = SearchRest(*parts[i]); });
  for (const Status& status : searched) RETURN_IF_ERROR(status);
  heap_.clear();
  for (const auto& part : open_) {
    if (part->has_keys()) heap_.push_back(part.get());
  }
  std::ranges::make_heap(heap_, ComesLater{order_});
  return LetGo();
}

Status OrderedStream::SearchRest(OpenPart& open) const {
  RETURN_IF_ERROR(reader_.CheckCancelled());
  if (open.rows == nullptr) {
    ASSIGN_OR_RETURN(open.rows, open.part->open());
  }
  RowMask others(open.rows->row_count(), 1);
  ASSIGN_OR_RETURN(const NewestRows* newest, open.rows->Newest());
  for (uint32_t row : newest->rows) others[row] = 0;
  ASSIGN_OR_RETURN(const RowMask mask,
                   reader_.MatchingRows(*open.rows, open.part->bounds, std::move(others)));
  open.rest_max_time.reset();
  return AddKeys(open, mask);
}

Result<std::unique_ptr<OrderedStream::OpenPart>> OrderedStream::Open(const ScanPart& part) const {
  RETURN_IF_ERROR(reader_.CheckCancelled());
  auto open = std::make_unique<OpenPart>(OpenPart{&part, nullptr, {}});
  ASSIGN_OR_RETURN(open->rows, part.open());
  RETURN_IF_ERROR(FindKeys(*open));
  return open;
}

// Who wants few rows of many takes them from the newest; where matches are rare, all rows of a part
// are searched in the end, and that is quicker at once.
bool OrderedStream::SearchesNewestFirst() const {
  if (order_ != Order::kNewestFirst || reader_.IsSelective()) return false;
  return newest_searched_ < kNewestTried || newest_found_ >= newest_searched_;
}

Status OrderedStream::FindKeys(OpenPart& open) const {
  RowMask mask;
  if (SearchesNewestFirst()) {
    ASSIGN_OR_RETURN(const NewestRows* newest, open.rows->Newest());
    if (newest != nullptr) {
      mask.resize(open.rows->row_count());
      for (uint32_t row : newest->rows) mask[row] = 1;
      open.rest_max_time = newest->others_max_time;
    }
  }
  if (mask.empty()) mask.assign(open.rows->row_count(), 1);
  ASSIGN_OR_RETURN(mask, reader_.MatchingRows(*open.rows, open.part->bounds, std::move(mask)));
  return AddKeys(open, mask);
}

// Those of `matching` rows, to the keys that are left.
Status OrderedStream::AddKeys(OpenPart& open, const RowMask& matching) const {
  const std::vector<uint32_t> rows = SetRows(matching);
  if (rows.empty()) return Status::Ok();
  ASSIGN_OR_RETURN(std::vector<RowKey> keys, ReadKeys(order_, *open.rows, rows));
  if (const std::optional<Cursor>& after = reader_.request().after) {
    // Rows that tie with the cursor stay: how many were given is counted when they are merged.
    std::erase_if(keys, [&](const RowKey& key) { return ComesBefore(order_, key, KeyOf(*after)); });
  }
  open.keys.erase(open.keys.begin(), open.keys.begin() + static_cast<ptrdiff_t>(open.next));
  open.keys.insert(open.keys.end(), keys.begin(), keys.end());
  open.next = 0;
  open.sorted = 0;
  DropUnwanted(open.keys);
  SortMore(open);
  return Status::Ok();
}

// No part gives more rows than are still wanted, but for those that tie with the last one: which of
// them come first is not known yet.
void OrderedStream::DropUnwanted(std::vector<RowKey>& keys) const {
  const uint64_t given = reader_.request().after ? reader_.request().after->tie_row_count : 0;
  const uint64_t wanted = rows_left_ + std::min(given, UINT64_MAX - rows_left_);
  if (wanted >= keys.size()) return;
  if (wanted == 0) return keys.clear();
  const auto before = [this](const RowKey& a, const RowKey& b) {
    return ComesBefore(order_, a, b);
  };
  const auto last_wanted = keys.begin() + static_cast<ptrdiff_t>(wanted) - 1;
  std::nth_element(keys.begin(), last_wanted, keys.end(), before);
  const RowKey last = *last_wanted;
  const auto end_of_tied = std::partition(last_wanted + 1, keys.end(),
                                          [&last](const RowKey& key) { return IsTie(key, last); });
  keys.erase(end_of_tied, keys.end());
  keys.shrink_to_fit();
}

void OrderedStream::SortMore(OpenPart& open) const {
  const auto before = [this](const RowKey& a, const RowKey& b) {
    return ComesBefore(order_, a, b);
  };
  const auto first = open.keys.begin() + static_cast<ptrdiff_t>(open.sorted);
  // Twice as many each time: all of them cost about one sort.
  const size_t count =
      std::min(open.keys.size() - open.sorted, std::max(kSortedAtFirst, open.sorted));
  const auto end = first + static_cast<ptrdiff_t>(count);
  if (end != open.keys.end()) std::nth_element(first, end, open.keys.end(), before);
  std::sort(first, end, before);
  open.sorted += count;
}

void OrderedStream::Admit(std::unique_ptr<OpenPart> part) {
  read_ahead_.Learn(part->part->row_count, part->memory_bytes());
  if (part->rest_max_time) {
    ++newest_searched_;
    newest_found_ += part->keys.size();
  }
  if (part->is_done()) return;
  // Half of the budget may be spent on not reading twice.
  if (MemoryBytes() + part->memory_bytes() > reader_.request().memory_bytes_max / 2) {
    part->rows.reset();
  }
  if (part->has_keys()) {
    heap_.push_back(part.get());
    std::ranges::push_heap(heap_, ComesLater{order_});
  }
  open_.push_back(std::move(part));
}

OrderedStream::Pick OrderedStream::PopFront() {
  std::ranges::pop_heap(heap_, ComesLater{order_});
  OpenPart* part = heap_.back();
  const Pick pick{part, part->front(), 0};
  ++part->tied;
  if (++part->next == part->keys.size()) {
    heap_.pop_back();
    return pick;
  }
  if (part->next == part->sorted) SortMore(*part);
  std::ranges::push_heap(heap_, ComesLater{order_});
  return pick;
}

Status OrderedStream::NextTie() {
  RETURN_IF_ERROR(OpenDueParts());
  const std::optional<Cursor>& after = reader_.request().after;
  while (tie_.empty() && !heap_.empty()) {
    do {
      tie_.push_back(PopFront());
    } while (!heap_.empty() && IsTie(heap_.front()->front(), tie_.front().key));
    if (tie_.size() > 1) RETURN_IF_ERROR(SortTieByContent());
    if (after && IsTie(tie_.front().key, KeyOf(*after))) {
      for (uint64_t i = 0; i < after->tie_row_count && !tie_.empty(); ++i) {
        --tie_.back().part->tied;
        tie_.pop_back();
      }
    }
    // What comes next may be in a part that was not due before.
    if (tie_.empty()) RETURN_IF_ERROR(OpenDueParts());
  }
  return Status::Ok();
}

// By content alone, so that it does not matter how rows are spread over parts. Rows whose contents
// are equal as well are as good as each other.
Status OrderedStream::SortTieByContent() {
  std::ranges::stable_sort(tie_, {}, [](const Pick& pick) { return pick.part; });
  std::vector<uint32_t> rows;
  for (size_t first = 0, end = 0; first < tie_.size(); first = end) {
    OpenPart& part = *tie_[first].part;
    rows.clear();
    for (; end < tie_.size() && tie_[end].part == &part; ++end) rows.push_back(tie_[end].key.row);
    if (part.rows == nullptr) {
      ASSIGN_OR_RETURN(part.rows, part.part->open());
    }
    ASSIGN_OR_RETURN(const std::vector<uint64_t> hashes, HashRows(*part.rows, rows));
    for (size_t i = 0; i < hashes.size(); ++i) tie_[first + i].content_hash = hashes[i];
    RETURN_IF_ERROR(LetGo());
  }
  std::ranges::sort(tie_, std::greater(), &Pick::content_hash);
  return Status::Ok();
}

void OrderedStream::MovePosition(const RowKey& key) {
  const bool is_tie = position_ && IsTie(KeyOf(*position_), key);
  position_ = Cursor{key.key, key.trace_id, key.span_id,
                     is_tie ? position_->tie_row_count + 1 : uint64_t{1}};
}

uint64_t OrderedStream::MemoryBytes() const {
  uint64_t bytes = tie_.capacity() * sizeof(Pick);
  for (const auto& part : open_) bytes += part->memory_bytes();
  return bytes;
}

Result<std::optional<ColumnBatch>> OrderedStream::MakeBatch(std::span<const Pick> picked) {
  HashMap<const OpenPart*, uint32_t> source_of;
  std::vector<Source> sources;
  std::vector<RowRef> picks;
  for (const Pick& pick : picked) {
    const auto [found, is_new] = source_of.try_emplace(pick.part, sources.size());
    if (is_new) sources.push_back({pick.part, {}, TakenRows()});
    Source& source = sources[found->second];
    picks.push_back({found->second, static_cast<uint32_t>(source.rows.size())});
    source.rows.push_back(pick.key.row);
  }
  // Not all at once: a batch may be scattered over more parts than fit into memory.
  const uint64_t memory_bytes_max = reader_.request().memory_bytes_max;
  for (size_t first = 0, count = 0; first < sources.size(); first += count) {
    const bool is_roomy = MemoryBytes() < memory_bytes_max / 4;
    count = std::min(sources.size() - first, is_roomy ? 2 * pool_.thread_count() : 1);
    const std::span<Source> group = std::span(sources).subspan(first, count);
    pool_.ForEach(count, [&](size_t i) { group[i].taken = Take(group[i]); });
    RETURN_IF_ERROR(LetGo());
  }
  std::vector<TakenRows> taken;
  for (Source& source : sources) {
    RETURN_IF_ERROR(source.taken.status());
    taken.push_back(std::move(*source.taken));
  }
  std::erase_if(open_, [](const auto& part) { return part->is_done(); });
  return std::optional(JoinRows(std::move(taken), picks));
}

Result<TakenRows> OrderedStream::Take(const Source& source) const {
  RETURN_IF_ERROR(reader_.CheckCancelled());
  OpenPart& part = *source.part;
  if (part.rows == nullptr) {
    ASSIGN_OR_RETURN(part.rows, part.part->open());
  }
  Result<TakenRows> taken = TakeRows(reader_.request().columns, part.rows, source.rows);
  if (part.is_done()) part.rows.reset();
  return taken;
}

// Lets go of row sets when they take more than their half of the budget.
Status OrderedStream::LetGo() {
  if (MemoryBytes() > reader_.request().memory_bytes_max / 2) {
    for (const auto& part : open_) part->rows.reset();
  }
  return reader_.CheckMemory(MemoryBytes());
}

}  // namespace spanhound::store
