#include "store/scan/part_reader.h"

namespace spanhound::store {
namespace {

Status CheckRequest(const ScanRequest& request) {
  for (const Column& column : request.columns) {
    if (!IsResultColumn(request.table, column.field)) {
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

}  // namespace

bool IsResultColumn(Table table, Field field) {
  return IsFieldOf(table, field) && field != Field::kEventAttribute &&
         field != Field::kLinkAttribute && field != Field::kAnyAttribute &&
         field != Field::kSpanEventName;
}

Result<PartReader> PartReader::Make(ScanRequest request) {
  RETURN_IF_ERROR(CheckRequest(request));
  ASSIGN_OR_RETURN(Filter filter, Filter::Make(request.table, request.filter));
  return PartReader(std::move(request), std::move(filter));
}

bool PartReader::WantsAllRows(const RowBounds& bounds) const {
  return request_.filter.kind == Predicate::Kind::kTrue &&
         request_.time.ContainsAll(bounds.min_time, bounds.max_time);
}

Status PartReader::CheckCancelled() const {
  if (request_.cancelled == nullptr || !request_.cancelled->load(std::memory_order_relaxed)) {
    return Status::Ok();
  }
  return Status(Code::kCancelled, "the scan was cancelled");
}

Result<RowMask> PartReader::MatchingRows(RowSet& rows, const RowBounds& bounds) const {
  return MatchingRows(rows, bounds, RowMask(rows.row_count(), 1));
}

Result<RowMask> PartReader::MatchingRows(RowSet& rows, const RowBounds& bounds,
                                         RowMask mask) const {
  const TimeRange& range = request_.time;
  if (!range.ContainsAll(bounds.min_time, bounds.max_time)) {
    ASSIGN_OR_RETURN(auto times, rows.LoadCells<uint64_t>({Field::kTime}));
    for (size_t i = 0; i < mask.size(); ++i) mask[i] &= range.Contains((*times)[i]) ? 1 : 0;
  }
  RETURN_IF_ERROR(filter_.Narrow(rows, mask));
  return mask;
}

Status PartReader::CheckMemory(uint64_t bytes) const {
  if (bytes + filter_.memory_bytes() <= request_.memory_bytes_max) return Status::Ok();
  return ResourceExhausted("the scan needs more than its " +
                           std::to_string(request_.memory_bytes_max) +
                           " bytes of memory: narrow it, or set a limit");
}

}  // namespace spanhound::store
