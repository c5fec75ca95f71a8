#include "store/scan/part_reader.h"

namespace spanhound::store {
namespace {

bool IsResultColumn(Table table, const Column& column) {
  return IsFieldOf(table, column.field) && column.field != Field::kEventAttribute &&
         column.field != Field::kLinkAttribute && column.field != Field::kAnyAttribute &&
         column.field != Field::kSpanEventName;
}

Status CheckRequest(const ScanRequest& request) {
  for (const Column& column : request.columns) {
    if (!IsResultColumn(request.table, column)) {
      return InvalidArgument("the table has no such column");
    }
  }
  if (request.after && request.order == Order::kNone) {
    return InvalidArgument("a cursor needs an order");
  }
  if (request.order == Order::kSlowestFirst && request.table != Table::kSpans) {
    return InvalidArgument("logs have no duration to order by");
  }
  return Status::Ok();
}

bool Contains(const TimeRange& range, uint64_t time) {
  // A range to the end of time includes it, whatever clocks may say.
  return time >= range.min_unix_nanos &&
         (time < range.max_unix_nanos || range.max_unix_nanos == UINT64_MAX);
}

}  // namespace

Result<PartReader> PartReader::Make(ScanRequest request) {
  RETURN_IF_ERROR(CheckRequest(request));
  ASSIGN_OR_RETURN(Filter filter, Filter::Make(request.table, request.filter));
  return PartReader(std::move(request), std::move(filter));
}

Status PartReader::CheckCancelled() const {
  if (request_.cancelled == nullptr || !request_.cancelled->load(std::memory_order_relaxed)) {
    return Status::Ok();
  }
  return Status(Code::kCancelled, "the scan was cancelled");
}

Result<RowMask> PartReader::MatchingRows(RowSet& rows, const RowBounds& bounds) const {
  RowMask mask(rows.row_count(), 1);
  const TimeRange& range = request_.time;
  if (!Contains(range, bounds.min_time) || !Contains(range, bounds.max_time)) {
    ASSIGN_OR_RETURN(auto times, rows.LoadCells<uint64_t>({Field::kTime}));
    for (size_t i = 0; i < mask.size(); ++i) mask[i] = Contains(range, (*times)[i]) ? 1 : 0;
  }
  RETURN_IF_ERROR(filter_.Narrow(rows, mask));
  return mask;
}

Status PartReader::CheckMemory(uint64_t bytes) const {
  if (bytes <= request_.memory_bytes_max) return Status::Ok();
  return ResourceExhausted("the scan needs more than its " +
                           std::to_string(request_.memory_bytes_max) +
                           " bytes of memory: narrow it, or set a limit");
}

}  // namespace spanhound::store
