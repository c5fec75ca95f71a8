// Rows as text, every byte and every type of every field: two rows with the same text are the same
// row. The one side is made from the batch that was appended, the other from what a scan returned,
// so that they share no code of the store. For tests only. Pure functions.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/log_batch.h"
#include "model/span_batch.h"
#include "store/scan.h"

namespace spanhound::store {

class ExactRow {
 public:
  std::string Take() { return std::move(text_); }

  ExactRow& Add(uint64_t number) {
    text_.append(std::to_string(number)).push_back(' ');
    return *this;
  }
  ExactRow& Add(std::string_view text) {
    text_.append(std::to_string(text.size())).append("'").append(text).append("' ");
    return *this;
  }
  ExactRow& Add(const model::TraceId& id) { return AddWord(id.ToHex()); }
  ExactRow& Add(const model::SpanId& id) { return AddWord(id.ToHex()); }
  ExactRow& Add(const model::AttributeValue& value) {
    Add(static_cast<uint64_t>(value.type));
    switch (value.type) {
      case model::ValueType::kEmpty: return *this;
      case model::ValueType::kString:
      case model::ValueType::kBytes: return Add(value.text());
      case model::ValueType::kBool: return Add(uint64_t{value.boolean});
      case model::ValueType::kInt: return Add(static_cast<uint64_t>(value.integer));
      case model::ValueType::kDouble: return Add(std::bit_cast<uint64_t>(value.real));
      case model::ValueType::kArray: return AddAll(value.array());
      case model::ValueType::kKeyValueList: return AddAll(value.key_values());
    }
    return *this;
  }
  ExactRow& Add(const model::Attribute& attribute) {
    return Add(attribute.key).Add(attribute.value);
  }
  ExactRow& Add(const model::SpanEvent& event) {
    return Add(event.time_unix_nanos)
        .Add(event.name)
        .AddAll(event.attributes)
        .Add(uint64_t{event.dropped_attributes_count});
  }
  ExactRow& Add(const model::SpanLink& link) {
    return Add(link.trace_id)
        .Add(link.span_id)
        .Add(link.trace_state)
        .AddAll(link.attributes)
        .Add(uint64_t{link.dropped_attributes_count})
        .Add(uint64_t{link.flags});
  }
  ExactRow& Add(const model::Resource& resource) {
    return AddAll(resource.attributes)
        .Add(uint64_t{resource.dropped_attributes_count})
        .Add(resource.schema_url);
  }
  ExactRow& Add(const model::Scope& scope) {
    return Add(scope.name)
        .Add(scope.version)
        .AddAll(scope.attributes)
        .Add(uint64_t{scope.dropped_attributes_count})
        .Add(scope.schema_url);
  }
  ExactRow& Add(const model::Resource* resource) { return Add(*resource); }
  ExactRow& Add(const model::Scope* scope) { return Add(*scope); }
  template <typename Element>
  ExactRow& Add(std::span<const Element> elements) {
    return AddAll(elements);
  }

 private:
  ExactRow& AddWord(std::string_view word) {
    text_.append(word).push_back(' ');
    return *this;
  }
  template <typename Element>
  ExactRow& AddAll(std::span<const Element> elements) {
    Add(uint64_t{elements.size()});
    for (const Element& element : elements) Add(element);
    return *this;
  }

  std::string text_;
};

// Every column a scan can return, with derived ones; the trace id first.
inline constexpr size_t kTimeColumn = 2;
inline std::vector<Column> AllColumns(Table table) {
  std::vector<Column> columns = {{Field::kTraceId},    {Field::kSpanId},
                                 {Field::kTime},       {Field::kServiceName},
                                 {Field::kResource},   {Field::kScope},
                                 {Field::kAttributes}, {Field::kFlags},
                                 {Field::kScopeName},  {Field::kDroppedAttributesCount}};
  const std::vector<Field> more =
      table == Table::kSpans ? std::vector{Field::kParentSpanId,
                                           Field::kName,
                                           Field::kKind,
                                           Field::kEndTime,
                                           Field::kDuration,
                                           Field::kStatusCode,
                                           Field::kStatusMessage,
                                           Field::kTraceState,
                                           Field::kEvents,
                                           Field::kLinks,
                                           Field::kDroppedEventsCount,
                                           Field::kDroppedLinksCount}
                             : std::vector{Field::kObservedTime, Field::kSeverityNumber,
                                           Field::kSeverityText, Field::kEventName, Field::kBody};
  for (Field field : more) columns.push_back({field});
  return columns;
}

template <typename Row>
ExactRow StartExactRow(const Row& row, uint64_t time, const model::Resource& resource,
                       const model::Scope& scope) {
  ExactRow out;
  out.Add(row.trace_id).Add(row.span_id).Add(time).Add(resource.service_name());
  out.Add(resource).Add(scope).Add(row.attributes).Add(uint64_t{row.flags}).Add(scope.name);
  out.Add(uint64_t{row.dropped_attributes_count});
  return out;
}

// In the order of AllColumns.
inline std::vector<std::string> ExactRows(const model::SpanBatch& batch) {
  std::vector<std::string> rows;
  for (const model::Span& span : batch.spans) {
    ExactRow row =
        StartExactRow(span, span.start_unix_nanos, batch.resource_of(span), batch.scope_of(span));
    row.Add(span.parent_span_id).Add(span.name).Add(static_cast<uint64_t>(span.kind));
    row.Add(span.end_unix_nanos).Add(span.duration_nanos());
    row.Add(static_cast<uint64_t>(span.status_code)).Add(span.status_message);
    row.Add(span.trace_state).Add(span.events).Add(span.links);
    row.Add(uint64_t{span.dropped_events_count}).Add(uint64_t{span.dropped_links_count});
    rows.push_back(row.Take());
  }
  return rows;
}

inline std::vector<std::string> ExactRows(const model::LogBatch& batch) {
  std::vector<std::string> rows;
  for (const model::LogRecord& record : batch.records) {
    ExactRow row = StartExactRow(record, record.effective_time_unix_nanos(),
                                 batch.resource_of(record), batch.scope_of(record));
    row.Add(record.observed_time_unix_nanos).Add(uint64_t{record.severity_number});
    row.Add(record.severity_text).Add(record.event_name).Add(record.body);
    rows.push_back(row.Take());
  }
  return rows;
}

inline std::vector<std::string> ExactRows(const ColumnBatch& batch) {
  std::vector<ExactRow> rows(batch.row_count);
  for (const ColumnData& column : batch.columns) {
    std::visit(
        [&rows](const auto& cells) {
          for (size_t i = 0; i < rows.size(); ++i) rows[i].Add(cells[i]);
        },
        column);
  }
  std::vector<std::string> out;
  for (ExactRow& row : rows) out.push_back(row.Take());
  return out;
}

inline Result<std::vector<std::string>> ScanExactRows(ScanSource& source, ScanRequest request) {
  request.columns = AllColumns(request.table);
  ASSIGN_OR_RETURN(std::unique_ptr<ScanStream> stream, source.Scan(std::move(request)));
  std::vector<std::string> rows;
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<ColumnBatch> batch, stream->Next());
    if (!batch) return rows;
    for (std::string& row : ExactRows(*batch)) rows.push_back(std::move(row));
  }
}

}  // namespace spanhound::store
