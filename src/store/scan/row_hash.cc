#include "store/scan/row_hash.h"

#include <algorithm>
#include <bit>
#include <string>

#include "base/bytes.h"
#include "base/checksum.h"
#include "store/columns/dictionary.h"
#include "store/columns/value_codec.h"

namespace spanhound::store {
namespace {

// Copies of so many rows are held at a time.
constexpr size_t kRowsAtOnce = 1024;

template <typename Id>
requires requires(const Id& id) { id.view(); }
void AppendCell(std::string& out, const Id& id) { out.append(id.view()); }
void AppendCell(std::string& out, uint64_t number) { AppendFixed(out, number); }
void AppendCell(std::string& out, std::string_view text) { AppendLengthPrefixed(out, text); }
void AppendCell(std::string& out, const model::AttributeValue& value) { AppendValue(out, value); }
void AppendCell(std::string& out, std::span<const model::Attribute> attributes) {
  AppendAttributeList(out, attributes);
}
void AppendCell(std::string& out, std::span<const model::SpanEvent> events) {
  for (const model::SpanEvent& event : events) {
    AppendFixed(out, event.time_unix_nanos);
    AppendLengthPrefixed(out, event.name);
    AppendFixed(out, event.dropped_attributes_count);
    AppendAttributeList(out, event.attributes);
  }
}
void AppendCell(std::string& out, std::span<const model::SpanLink> links) {
  for (const model::SpanLink& link : links) {
    out.append(link.trace_id.view()).append(link.span_id.view());
    AppendLengthPrefixed(out, link.trace_state);
    AppendFixed(out, link.flags);
    AppendFixed(out, link.dropped_attributes_count);
    AppendAttributeList(out, link.attributes);
  }
}
void AppendCell(std::string& out, const model::Resource* resource) {
  AppendResource(out, *resource);
}
void AppendCell(std::string& out, const model::Scope* scope) { AppendScope(out, *scope); }

Status AddHashes(RowSet& row_set, std::span<const uint32_t> rows, std::span<uint64_t> hashes) {
  Arena arena;
  CellCopier copier(arena);
  std::string bytes;
  for (const StoredColumn& column : StoredColumns(row_set.table())) {
    ASSIGN_OR_RETURN(const ColumnData data, row_set.LoadRows({column.field}, rows, copier));
    std::visit(
        [&](const auto& cells) {
          for (size_t i = 0; i < cells.size(); ++i) {
            bytes.clear();
            AppendFixed(bytes, hashes[i]);
            AppendCell(bytes, cells[i]);
            hashes[i] = Checksum64(bytes);
          }
        },
        data);
  }
  return Status::Ok();
}

}  // namespace

Result<std::vector<uint64_t>> HashRows(RowSet& row_set, std::span<const uint32_t> rows) {
  std::vector<uint64_t> hashes(rows.size());
  for (size_t first = 0; first < rows.size(); first += kRowsAtOnce) {
    const size_t count = std::min(kRowsAtOnce, rows.size() - first);
    RETURN_IF_ERROR(
        AddHashes(row_set, rows.subspan(first, count), std::span(hashes).subspan(first, count)));
  }
  return hashes;
}

}  // namespace spanhound::store
