// Batches for tests: short ways to make spans and logs, one that uses every field there is, and
// random ones. Also the way back: rows of a scan as text, to compare and to print.
#pragma once

#include <future>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "model/log_batch.h"
#include "model/span_batch.h"
#include "store/store.h"

namespace spanhound::store {

template <typename Id>
Id IdOf(uint64_t number) {
  Id id;
  for (size_t i = 0; i < 8; ++i) {
    id.bytes[Id::kSize - 1 - i] = static_cast<uint8_t>(number >> (8 * i));
  }
  return id;
}

// Collects spans of one batch. Text is copied into the batch.
class SpanBatchBuilder {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, model::AttributeValue>>;

  std::string_view Text(std::string_view text) { return batch_.memory.arena().Copy(text); }

  std::span<const model::Attribute> List(Attributes from) {
    auto to = batch_.memory.arena().AllocateArray<model::Attribute>(from.size());
    size_t i = 0;
    for (const auto& [key, value] : from) {
      model::AttributeValue copy = value;
      if (value.type == model::ValueType::kString) {
        copy = model::AttributeValue::String(Text(value.text()));
      }
      new (&to[i++]) model::Attribute{Text(key), copy};
    }
    return to;
  }

  // Spans added from now on are of this service.
  SpanBatchBuilder& Service(std::string_view name) {
    model::Resource resource;
    resource.attributes = List({{"service.name", model::AttributeValue::String(name)}});
    batch_.resources.push_back(resource);
    if (batch_.scopes.empty()) batch_.scopes.emplace_back();
    return *this;
  }

  model::Span& Add(uint64_t trace, uint64_t span, std::string_view name, uint64_t start,
                   uint64_t duration, Attributes attributes = {}) {
    if (batch_.resources.empty()) Service("shop");
    model::Span& added = batch_.spans.emplace_back();
    added.trace_id = IdOf<model::TraceId>(trace);
    added.span_id = IdOf<model::SpanId>(span);
    added.name = Text(name);
    added.start_unix_nanos = start;
    added.end_unix_nanos = start + duration;
    added.resource_index = static_cast<uint32_t>(batch_.resources.size() - 1);
    added.attributes = List(attributes);
    return added;
  }

  model::SpanBatch& batch() { return batch_; }
  model::SpanBatch Take() { return std::move(batch_); }

 private:
  model::SpanBatch batch_;
};

// Spans that use every field and every type of value, with the odd cases of each.
inline model::SpanBatch RichSpans(size_t huge_bytes = 100'000) {
  using model::AttributeValue;
  SpanBatchBuilder builder;
  Arena& arena = builder.batch().memory.arena();
  builder.Service("rich");
  auto elements = arena.AllocateArray<AttributeValue>(3);
  elements[0] = AttributeValue::Int(-1);
  elements[1] = AttributeValue::Double(-0.0);
  elements[2] = AttributeValue::String("in array");
  const auto inner = builder.List({{"deep", AttributeValue::Array(elements)}, {"", {}}});
  model::Span& span =
      builder.Add(7, 1, "GET /rich", 1'000'000, 500,
                  {{"text", AttributeValue::String("value")},
                   {"empty", AttributeValue::String("")},
                   {"bytes", AttributeValue::Bytes(std::string_view("\x00\xff\x01", 3))},
                   {"yes", AttributeValue::Bool(true)},
                   {"int", AttributeValue::Int(INT64_MIN)},
                   {"double", AttributeValue::Double(1e308)},
                   {"array", AttributeValue::Array(elements)},
                   {"list", AttributeValue::KeyValueList(inner)},
                   {"none", {}},
                   {"text", AttributeValue::Int(2)},
                   {"huge", AttributeValue::String(std::string(huge_bytes, 'h'))}});
  span.kind = model::SpanKind::kServer;
  span.status_code = model::StatusCode::kError;
  span.status_message = "failed";
  span.trace_state = "a=b";
  span.flags = 0x101;
  span.dropped_attributes_count = 1;
  span.dropped_events_count = 2;
  span.dropped_links_count = 3;
  auto events = arena.AllocateArray<model::SpanEvent>(2);
  new (&events[0])
      model::SpanEvent{1'000'100, "exception", builder.List({{"code", AttributeValue::Int(5)}}), 4};
  new (&events[1]) model::SpanEvent{};
  span.events = events;
  auto links = arena.AllocateArray<model::SpanLink>(1);
  new (&links[0]) model::SpanLink{IdOf<model::TraceId>(9),
                                  IdOf<model::SpanId>(8),
                                  "c=d",
                                  builder.List({{"why", AttributeValue::Bool(false)}}),
                                  5,
                                  6};
  span.links = links;
  builder.Add(7, 2, "child", 1'000'100, 50).parent_span_id = IdOf<model::SpanId>(1);
  builder.Add(7, 3, "orphan", 1'000'200, 0).parent_span_id = IdOf<model::SpanId>(99);
  model::Span& odd = builder.Add(0, 0, "", 0, 0);  // all that can be zero
  odd.start_unix_nanos = 50;
  odd.end_unix_nanos = 20;  // ends before it starts
  model::Scope scope;
  scope.name = "io.scope";
  scope.version = "1.2";
  scope.attributes = builder.List({{"scope.key", AttributeValue::String("s")}});
  scope.dropped_attributes_count = 7;
  scope.schema_url = "https://schema";
  builder.batch().scopes.push_back(scope);
  builder.batch().spans[1].scope_index = 1;
  builder.batch().resources[0].schema_url = "https://resource";
  builder.batch().resources[0].dropped_attributes_count = 9;
  return builder.Take();
}

inline Status AppendAndWait(Store& store, auto batch) {
  std::promise<Status> done;
  store.Append(std::move(batch), [&done](Status status) { done.set_value(std::move(status)); });
  return done.get_future().get();
}

// Every cell of every stored column of the rows found, one line a row.
inline void AppendCell(std::string& out, uint64_t cell) { out += std::to_string(cell); }
inline void AppendCell(std::string& out, std::string_view cell) {
  out += "'";
  out += cell.size() > 40 ? std::to_string(cell.size()) + " bytes" : std::string(cell);
  out += "'";
}
inline void AppendCell(std::string& out, const model::TraceId& cell) { out += cell.ToHex(); }
inline void AppendCell(std::string& out, const model::SpanId& cell) { out += cell.ToHex(); }
inline void AppendCell(std::string& out, const model::AttributeValue& cell) {
  out += std::to_string(static_cast<int>(cell.type)) + ":";
  AppendCell(out, std::string_view(model::ToText(cell)));
}
inline void AppendCell(std::string& out, std::span<const model::Attribute> cell) {
  out += "{";
  for (const model::Attribute& attribute : cell) {
    out.append(attribute.key).append("=");
    AppendCell(out, attribute.value);
    out += ",";
  }
  out += "}";
}
inline void AppendCell(std::string& out, std::span<const model::SpanEvent> cell) {
  for (const model::SpanEvent& event : cell) {
    out.append("[").append(std::to_string(event.time_unix_nanos)).append(" ").append(event.name);
    out.append(" ").append(std::to_string(event.dropped_attributes_count));
    AppendCell(out, event.attributes);
    out += "]";
  }
}
inline void AppendCell(std::string& out, std::span<const model::SpanLink> cell) {
  for (const model::SpanLink& link : cell) {
    out.append("[").append(link.trace_id.ToHex()).append(link.span_id.ToHex());
    out.append(link.trace_state).append(" ").append(std::to_string(link.flags)).append(" ");
    out.append(std::to_string(link.dropped_attributes_count));
    AppendCell(out, link.attributes);
    out += "]";
  }
}
inline void AppendCell(std::string& out, const model::Resource* cell) {
  AppendCell(out, cell->attributes);
  out.append(std::to_string(cell->dropped_attributes_count)).append(cell->schema_url);
}
inline void AppendCell(std::string& out, const model::Scope* cell) {
  out.append(cell->name).append("@").append(cell->version);
  AppendCell(out, cell->attributes);
  out.append(std::to_string(cell->dropped_attributes_count)).append(cell->schema_url);
}

inline std::vector<std::string> RowsOf(const ColumnBatch& batch) {
  std::vector<std::string> rows(batch.row_count);
  for (const ColumnData& column : batch.columns) {
    std::visit(
        [&rows](const auto& cells) {
          for (size_t i = 0; i < rows.size(); ++i) {
            AppendCell(rows[i], cells[i]);
            rows[i] += " ";
          }
        },
        column);
  }
  return rows;
}

// All rows as text, or the error as the only one.
inline std::vector<std::string> RowsOfStream(ScanStream& stream) {
  std::vector<std::string> rows;
  while (true) {
    Result<std::optional<ColumnBatch>> batch = stream.Next();
    if (!batch.ok()) return {batch.status().ToString()};
    if (!*batch) return rows;
    for (std::string& row : RowsOf(**batch)) rows.push_back(std::move(row));
  }
}

inline std::vector<std::string> ScanRows(ScanSource& source, ScanRequest request) {
  Result<std::unique_ptr<ScanStream>> stream = source.Scan(std::move(request));
  if (!stream.ok()) return {stream.status().ToString()};
  return RowsOfStream(**stream);
}

}  // namespace spanhound::store
