// Which columns make a whole span or log record, in which order, and how a row of them is read
// back. Readers check nothing: a source that answers with other columns than asked has a bug.
#pragma once

#include <cstddef>
#include <vector>

#include "model/log_batch.h"
#include "model/span_batch.h"
#include "store/scan.h"

namespace spanhound::query {

// Everything of a span. Resource and scope come as pointers, for the caller to number.
std::vector<store::Column> WholeSpanColumns();
struct SpanRow {
  model::Span span;
  const model::Resource* resource;
  const model::Scope* scope;
};
SpanRow ReadSpan(const store::ColumnBatch& batch, size_t row);

// Everything of a log record.
std::vector<store::Column> WholeLogColumns();
struct LogRow {
  model::LogRecord record;
  const model::Resource* resource;
  const model::Scope* scope;
};
LogRow ReadLog(const store::ColumnBatch& batch, size_t row);

// What a span contributes to a summary or to the graph of services.
std::vector<store::Column> SpanOutlineColumns();
struct SpanOutline {
  model::TraceId trace_id;
  model::SpanId span_id;
  model::SpanId parent_span_id;
  std::string_view service_name;
  std::string_view name;
  uint64_t start_unix_nanos = 0;
  uint64_t end_unix_nanos = 0;
  model::StatusCode status_code = model::StatusCode::kUnset;
};
SpanOutline ReadSpanOutline(const store::ColumnBatch& batch, size_t row);

}  // namespace spanhound::query
