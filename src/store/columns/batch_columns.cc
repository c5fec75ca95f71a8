#include "store/columns/batch_columns.h"

namespace spanhound::store {
namespace {

using model::LogRecord;
using model::Span;

using Columns = std::vector<ColumnData>;

// One pass over the rows for each column: the rows of a request fit the cache.
template <typename Cell, typename Row, typename Get>
void AddColumn(Columns& columns, Table table, Field field, const std::vector<Row>& rows, Get get) {
  std::vector<Cell> cells;
  cells.reserve(rows.size());
  for (const Row& row : rows) cells.push_back(static_cast<Cell>(get(row)));
  columns[StoredIndex(table, field)] = std::move(cells);
}

template <typename Batch, typename Row>
Status CheckRows(const Batch& batch, const std::vector<Row>& rows) {
  if (rows.size() > kChunkRowsMax) {
    return InvalidArgument("a batch of " + std::to_string(rows.size()) + " rows; at most " +
                           std::to_string(kChunkRowsMax) + " are taken at once");
  }
  for (const Row& row : rows) {
    if (row.resource_index >= batch.resources.size() || row.scope_index >= batch.scopes.size()) {
      return InvalidArgument("a row names a resource or scope that its batch does not have");
    }
  }
  return Status::Ok();
}

// What spans and log records have in common.
template <typename Batch, typename Row>
Columns StartColumns(Table table, const Batch& batch, const std::vector<Row>& rows) {
  Columns columns(StoredColumns(table).size());
  AddColumn<model::TraceId>(columns, table, Field::kTraceId, rows,
                            [](const Row& r) { return r.trace_id; });
  AddColumn<model::SpanId>(columns, table, Field::kSpanId, rows,
                           [](const Row& r) { return r.span_id; });
  AddColumn<const model::Resource*>(columns, table, Field::kResource, rows, [&batch](const Row& r) {
    return &batch.resources[r.resource_index];
  });
  AddColumn<const model::Scope*>(columns, table, Field::kScope, rows,
                                 [&batch](const Row& r) { return &batch.scopes[r.scope_index]; });
  AddColumn<uint64_t>(columns, table, Field::kFlags, rows, [](const Row& r) { return r.flags; });
  AddColumn<uint64_t>(columns, table, Field::kDroppedAttributesCount, rows,
                      [](const Row& r) { return r.dropped_attributes_count; });
  AddColumn<std::span<const model::Attribute>>(columns, table, Field::kAttributes, rows,
                                               [](const Row& r) { return r.attributes; });
  return columns;
}

void AddSpanColumns(Columns& columns, const std::vector<Span>& rows) {
  constexpr Table kTable = Table::kSpans;
  AddColumn<uint64_t>(columns, kTable, Field::kTime, rows,
                      [](const Span& s) { return s.start_unix_nanos; });
  AddColumn<uint64_t>(columns, kTable, Field::kEndTime, rows,
                      [](const Span& s) { return s.end_unix_nanos; });
  AddColumn<model::SpanId>(columns, kTable, Field::kParentSpanId, rows,
                           [](const Span& s) { return s.parent_span_id; });
  AddColumn<std::string_view>(columns, kTable, Field::kName, rows,
                              [](const Span& s) { return s.name; });
  AddColumn<uint64_t>(columns, kTable, Field::kKind, rows, [](const Span& s) { return s.kind; });
  AddColumn<uint64_t>(columns, kTable, Field::kStatusCode, rows,
                      [](const Span& s) { return s.status_code; });
  AddColumn<std::string_view>(columns, kTable, Field::kStatusMessage, rows,
                              [](const Span& s) { return s.status_message; });
  AddColumn<std::string_view>(columns, kTable, Field::kTraceState, rows,
                              [](const Span& s) { return s.trace_state; });
  AddColumn<std::span<const model::SpanEvent>>(columns, kTable, Field::kEvents, rows,
                                               [](const Span& s) { return s.events; });
  AddColumn<std::span<const model::SpanLink>>(columns, kTable, Field::kLinks, rows,
                                              [](const Span& s) { return s.links; });
  AddColumn<uint64_t>(columns, kTable, Field::kDroppedEventsCount, rows,
                      [](const Span& s) { return s.dropped_events_count; });
  AddColumn<uint64_t>(columns, kTable, Field::kDroppedLinksCount, rows,
                      [](const Span& s) { return s.dropped_links_count; });
}

void AddLogColumns(Columns& columns, const std::vector<LogRecord>& rows) {
  constexpr Table kTable = Table::kLogs;
  AddColumn<uint64_t>(columns, kTable, Field::kTime, rows,
                      [](const LogRecord& r) { return r.effective_time_unix_nanos(); });
  AddColumn<uint64_t>(columns, kTable, Field::kObservedTime, rows,
                      [](const LogRecord& r) { return r.observed_time_unix_nanos; });
  AddColumn<uint64_t>(columns, kTable, Field::kSeverityNumber, rows,
                      [](const LogRecord& r) { return r.severity_number; });
  AddColumn<std::string_view>(columns, kTable, Field::kSeverityText, rows,
                              [](const LogRecord& r) { return r.severity_text; });
  AddColumn<std::string_view>(columns, kTable, Field::kEventName, rows,
                              [](const LogRecord& r) { return r.event_name; });
  AddColumn<model::AttributeValue>(columns, kTable, Field::kBody, rows,
                                   [](const LogRecord& r) { return r.body; });
}

}  // namespace

Result<std::shared_ptr<Chunk>> ChunkOf(const model::SpanBatch& batch) {
  RETURN_IF_ERROR(CheckRows(batch, batch.spans));
  Columns columns = StartColumns(Table::kSpans, batch, batch.spans);
  AddSpanColumns(columns, batch.spans);
  return ReadChunk(Table::kSpans, batch.tenant,
                   EncodeChunk(Table::kSpans, batch.spans.size(), columns));
}

Result<std::shared_ptr<Chunk>> ChunkOf(const model::LogBatch& batch) {
  RETURN_IF_ERROR(CheckRows(batch, batch.records));
  Columns columns = StartColumns(Table::kLogs, batch, batch.records);
  AddLogColumns(columns, batch.records);
  return ReadChunk(Table::kLogs, batch.tenant,
                   EncodeChunk(Table::kLogs, batch.records.size(), columns));
}

}  // namespace spanhound::store
