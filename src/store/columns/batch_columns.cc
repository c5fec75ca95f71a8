#include "store/columns/batch_columns.h"

namespace spanhound::store {
namespace {

using model::LogRecord;
using model::Span;

// One pass over the rows for each column: the rows of a request fit the cache.
template <typename Cell, typename Row, typename Get>
void AddColumn(Chunk& chunk, Field field, const std::vector<Row>& rows, Get get) {
  std::vector<Cell> cells;
  cells.reserve(rows.size());
  for (const Row& row : rows) cells.push_back(static_cast<Cell>(get(row)));
  chunk.columns[StoredIndex(chunk.table, field)] = std::move(cells);
}

// What spans and log records have in common.
template <typename Batch, typename Row>
Result<std::shared_ptr<Chunk>> StartChunk(Table table, Batch& batch, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    if (row.resource_index >= batch.resources.size() || row.scope_index >= batch.scopes.size()) {
      return InvalidArgument("a row names a resource or scope that its batch does not have");
    }
  }
  auto chunk = std::make_shared<Chunk>();
  chunk->table = table;
  chunk->tenant = std::move(batch.tenant);
  chunk->row_count = rows.size();
  chunk->columns.resize(StoredColumns(table).size());
  chunk->memory = std::move(batch.memory);
  Arena& arena = chunk->memory.arena();
  const auto resources = arena.CopyArray(std::span<const model::Resource>(batch.resources));
  const auto scopes = arena.CopyArray(std::span<const model::Scope>(batch.scopes));

  AddColumn<model::TraceId>(*chunk, Field::kTraceId, rows, [](const Row& r) { return r.trace_id; });
  AddColumn<model::SpanId>(*chunk, Field::kSpanId, rows, [](const Row& r) { return r.span_id; });
  AddColumn<const model::Resource*>(*chunk, Field::kResource, rows, [resources](const Row& r) {
    return &resources[r.resource_index];
  });
  AddColumn<const model::Scope*>(*chunk, Field::kScope, rows,
                                 [scopes](const Row& r) { return &scopes[r.scope_index]; });
  AddColumn<uint64_t>(*chunk, Field::kFlags, rows, [](const Row& r) { return r.flags; });
  AddColumn<uint64_t>(*chunk, Field::kDroppedAttributesCount, rows,
                      [](const Row& r) { return r.dropped_attributes_count; });
  AddColumn<std::span<const model::Attribute>>(*chunk, Field::kAttributes, rows,
                                               [](const Row& r) { return r.attributes; });
  return chunk;
}

void AddSpanColumns(Chunk& chunk, const std::vector<Span>& rows) {
  AddColumn<uint64_t>(chunk, Field::kTime, rows, [](const Span& s) { return s.start_unix_nanos; });
  AddColumn<uint64_t>(chunk, Field::kEndTime, rows, [](const Span& s) { return s.end_unix_nanos; });
  AddColumn<model::SpanId>(chunk, Field::kParentSpanId, rows,
                           [](const Span& s) { return s.parent_span_id; });
  AddColumn<std::string_view>(chunk, Field::kName, rows, [](const Span& s) { return s.name; });
  AddColumn<uint64_t>(chunk, Field::kKind, rows, [](const Span& s) { return s.kind; });
  AddColumn<uint64_t>(chunk, Field::kStatusCode, rows, [](const Span& s) { return s.status_code; });
  AddColumn<std::string_view>(chunk, Field::kStatusMessage, rows,
                              [](const Span& s) { return s.status_message; });
  AddColumn<std::string_view>(chunk, Field::kTraceState, rows,
                              [](const Span& s) { return s.trace_state; });
  AddColumn<std::span<const model::SpanEvent>>(chunk, Field::kEvents, rows,
                                               [](const Span& s) { return s.events; });
  AddColumn<std::span<const model::SpanLink>>(chunk, Field::kLinks, rows,
                                              [](const Span& s) { return s.links; });
  AddColumn<uint64_t>(chunk, Field::kDroppedEventsCount, rows,
                      [](const Span& s) { return s.dropped_events_count; });
  AddColumn<uint64_t>(chunk, Field::kDroppedLinksCount, rows,
                      [](const Span& s) { return s.dropped_links_count; });
}

void AddLogColumns(Chunk& chunk, const std::vector<LogRecord>& rows) {
  AddColumn<uint64_t>(chunk, Field::kTime, rows,
                      [](const LogRecord& r) { return r.effective_time_unix_nanos(); });
  AddColumn<uint64_t>(chunk, Field::kObservedTime, rows,
                      [](const LogRecord& r) { return r.observed_time_unix_nanos; });
  AddColumn<uint64_t>(chunk, Field::kSeverityNumber, rows,
                      [](const LogRecord& r) { return r.severity_number; });
  AddColumn<std::string_view>(chunk, Field::kSeverityText, rows,
                              [](const LogRecord& r) { return r.severity_text; });
  AddColumn<std::string_view>(chunk, Field::kEventName, rows,
                              [](const LogRecord& r) { return r.event_name; });
  AddColumn<model::AttributeValue>(chunk, Field::kBody, rows,
                                   [](const LogRecord& r) { return r.body; });
}

}  // namespace

Result<std::shared_ptr<Chunk>> ColumnsOf(model::SpanBatch batch) {
  ASSIGN_OR_RETURN(auto chunk, StartChunk(Table::kSpans, batch, batch.spans));
  AddSpanColumns(*chunk, batch.spans);
  FinishChunk(*chunk);
  return chunk;
}

Result<std::shared_ptr<Chunk>> ColumnsOf(model::LogBatch batch) {
  ASSIGN_OR_RETURN(auto chunk, StartChunk(Table::kLogs, batch, batch.records));
  AddLogColumns(*chunk, batch.records);
  FinishChunk(*chunk);
  return chunk;
}

}  // namespace spanhound::store
