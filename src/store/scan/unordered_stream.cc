#include "store/scan/unordered_stream.h"

namespace spanhound::store {
namespace {

void KeepRows(TakenRows& rows, size_t count) {
  rows.row_count = count;
  for (ColumnData& column : rows.columns) {
    std::visit([count](auto& cells) { cells.resize(count); }, column);
  }
}

}  // namespace

Result<std::optional<ColumnBatch>> UnorderedStream::Next() {
  // Small parts are put together, so that a head of many small requests reads like one; but only
  // as many as memory allows, for a rare match may come from a large part.
  std::vector<TakenRows> sources;
  size_t row_count = 0;
  uint64_t batch_bytes = 0;
  while (row_count < kResultRows && rows_left_ > 0 &&
         batch_bytes <= reader_.request().memory_bytes_max / 2) {
    if (ready_.empty()) {
      if (next_ == parts_.size()) break;
      RETURN_IF_ERROR(ReadNextParts(batch_bytes));
      continue;
    }
    TakenRows& rows = ready_.front();
    if (rows.row_count > rows_left_) KeepRows(rows, rows_left_);
    rows_left_ -= rows.row_count;
    row_count += rows.row_count;
    batch_bytes += rows.memory_bytes;
    sources.push_back(std::move(rows));
    ready_.pop_front();
  }
  if (sources.empty()) return std::optional<ColumnBatch>();
  return std::optional(JoinRows(std::move(sources)));
}

Status UnorderedStream::ReadNextParts(uint64_t batch_bytes) {
  const std::span<const ScanPart> ahead = std::span(parts_).subspan(next_);
  const size_t count =
      read_ahead_.Choose(ahead, reader_.request().memory_bytes_max / 2 - batch_bytes);
  std::vector<Result<ReadPart>> read(count, ReadPart());
  pool_.ForEach(count, [&](size_t i) { read[i] = Read(ahead[i]); });
  next_ += count;
  uint64_t in_flight = batch_bytes;
  for (size_t i = 0; i < count; ++i) {
    RETURN_IF_ERROR(read[i].status());
    read_ahead_.Learn(ahead[i].row_count, read[i]->memory_bytes);
    in_flight += read[i]->memory_bytes;
    if (read[i]->rows.row_count > 0) ready_.push_back(std::move(read[i]->rows));
  }
  return reader_.CheckMemory(in_flight);
}

Result<UnorderedStream::ReadPart> UnorderedStream::Read(const ScanPart& part) const {
  RETURN_IF_ERROR(reader_.CheckCancelled());
  ASSIGN_OR_RETURN(std::shared_ptr<RowSet> row_set, part.open());
  ASSIGN_OR_RETURN(const RowMask mask, reader_.MatchingRows(*row_set, part.bounds));
  const std::vector<uint32_t> rows = SetRows(mask, rows_left_);
  ReadPart read;
  if (!rows.empty()) {
    ASSIGN_OR_RETURN(read.rows, TakeRows(reader_.request().columns, row_set, rows));
  }
  read.memory_bytes = row_set->memory_bytes() + read.rows.memory_bytes;
  return read;
}

}  // namespace spanhound::store
