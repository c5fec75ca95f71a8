#include "query/plan/columns.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace spanhound::query {
namespace {

using model::Attribute;
using store::ColumnBatch;
using store::Field;

std::vector<store::Column> ColumnsOf(std::initializer_list<Field> fields) {
  std::vector<store::Column> columns;
  columns.reserve(fields.size());
  for (Field field : fields) columns.push_back({field});
  return columns;
}

// Reads the cells of one row from left to right.
class RowReader {
 public:
  RowReader(const ColumnBatch& batch, size_t row) : batch_(batch), row_(row) {}

  template <typename Cell>
  Cell Next() {
    return batch_.column<Cell>(column_++)[row_];
  }
  // Numbers are stored wide, whatever their type in the model.
  template <typename Number>
  Number NextNumber() {
    return static_cast<Number>(Next<uint64_t>());
  }

 private:
  const ColumnBatch& batch_;
  const size_t row_;
  size_t column_ = 0;
};

}  // namespace

std::vector<store::Column> WholeSpanColumns() {
  return ColumnsOf({Field::kTraceId, Field::kSpanId, Field::kParentSpanId, Field::kKind,
                    Field::kStatusCode, Field::kFlags, Field::kTime, Field::kEndTime, Field::kName,
                    Field::kStatusMessage, Field::kTraceState, Field::kAttributes, Field::kEvents,
                    Field::kLinks, Field::kDroppedAttributesCount, Field::kDroppedEventsCount,
                    Field::kDroppedLinksCount, Field::kResource, Field::kScope});
}

SpanRow ReadSpan(const ColumnBatch& batch, size_t row) {
  RowReader cells(batch, row);
  SpanRow out;
  model::Span& span = out.span;
  span.trace_id = cells.Next<model::TraceId>();
  span.span_id = cells.Next<model::SpanId>();
  span.parent_span_id = cells.Next<model::SpanId>();
  span.kind = cells.NextNumber<model::SpanKind>();
  span.status_code = cells.NextNumber<model::StatusCode>();
  span.flags = cells.NextNumber<uint32_t>();
  span.start_unix_nanos = cells.Next<uint64_t>();
  span.end_unix_nanos = cells.Next<uint64_t>();
  span.name = cells.Next<std::string_view>();
  span.status_message = cells.Next<std::string_view>();
  span.trace_state = cells.Next<std::string_view>();
  span.attributes = cells.Next<std::span<const Attribute>>();
  span.events = cells.Next<std::span<const model::SpanEvent>>();
  span.links = cells.Next<std::span<const model::SpanLink>>();
  span.dropped_attributes_count = cells.NextNumber<uint32_t>();
  span.dropped_events_count = cells.NextNumber<uint32_t>();
  span.dropped_links_count = cells.NextNumber<uint32_t>();
  out.resource = cells.Next<const model::Resource*>();
  out.scope = cells.Next<const model::Scope*>();
  return out;
}

std::vector<store::Column> WholeLogColumns() {
  return ColumnsOf({Field::kTraceId, Field::kSpanId, Field::kTime, Field::kObservedTime,
                    Field::kSeverityNumber, Field::kSeverityText, Field::kEventName, Field::kBody,
                    Field::kAttributes, Field::kFlags, Field::kDroppedAttributesCount,
                    Field::kResource, Field::kScope});
}

LogRow ReadLog(const ColumnBatch& batch, size_t row) {
  RowReader cells(batch, row);
  LogRow out;
  model::LogRecord& record = out.record;
  record.trace_id = cells.Next<model::TraceId>();
  record.span_id = cells.Next<model::SpanId>();
  record.time_unix_nanos = cells.Next<uint64_t>();
  record.observed_time_unix_nanos = cells.Next<uint64_t>();
  record.severity_number = cells.NextNumber<uint8_t>();
  record.severity_text = cells.Next<std::string_view>();
  record.event_name = cells.Next<std::string_view>();
  record.body = cells.Next<model::AttributeValue>();
  record.attributes = cells.Next<std::span<const Attribute>>();
  record.flags = cells.NextNumber<uint32_t>();
  record.dropped_attributes_count = cells.NextNumber<uint32_t>();
  out.resource = cells.Next<const model::Resource*>();
  out.scope = cells.Next<const model::Scope*>();
  return out;
}

std::vector<store::Column> SpanOutlineColumns() {
  return ColumnsOf({Field::kTraceId, Field::kSpanId, Field::kParentSpanId, Field::kServiceName,
                    Field::kName, Field::kTime, Field::kEndTime, Field::kStatusCode});
}

SpanOutline ReadSpanOutline(const ColumnBatch& batch, size_t row) {
  RowReader cells(batch, row);
  SpanOutline out;
  out.trace_id = cells.Next<model::TraceId>();
  out.span_id = cells.Next<model::SpanId>();
  out.parent_span_id = cells.Next<model::SpanId>();
  out.service_name = cells.Next<std::string_view>();
  out.name = cells.Next<std::string_view>();
  out.start_unix_nanos = cells.Next<uint64_t>();
  out.end_unix_nanos = cells.Next<uint64_t>();
  out.status_code = cells.NextNumber<model::StatusCode>();
  return out;
}

}  // namespace spanhound::query
