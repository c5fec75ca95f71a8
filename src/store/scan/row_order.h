// The total orders of scan.h as comparisons of small row keys.
#pragma once

#include <cstdint>

#include "store/columns/chunk.h"
#include "store/scan.h"

namespace spanhound::store {

struct RowKey {
  uint64_t key;  // time or duration
  model::TraceId trace_id;
  model::SpanId span_id;
  uint32_t row;  // in its row set
};

// True: `a` comes before `b`.
inline bool ComesBefore(Order order, const RowKey& a, const RowKey& b) {
  if (a.key != b.key) return order == Order::kOldestFirst ? a.key < b.key : a.key > b.key;
  if (a.trace_id != b.trace_id) return a.trace_id < b.trace_id;
  return a.span_id < b.span_id;
}

// Rows that only their content tells apart.
inline bool IsTie(const RowKey& a, const RowKey& b) {
  return a.key == b.key && a.trace_id == b.trace_id && a.span_id == b.span_id;
}

inline RowKey KeyOf(const Cursor& cursor) {
  return {cursor.key, cursor.trace_id, cursor.span_id, 0};
}

inline Field KeyField(Order order) {
  return order == Order::kSlowestFirst ? Field::kDuration : Field::kTime;
}

// The key of the first row a set within `bounds` could have.
inline uint64_t BestKey(Order order, const RowBounds& bounds) {
  if (order == Order::kSlowestFirst) return bounds.max_duration;
  return order == Order::kOldestFirst ? bounds.min_time : bounds.max_time;
}

}  // namespace spanhound::store
