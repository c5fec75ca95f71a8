#include "store/block/block_statistics.h"

#include <algorithm>

#include "store/block/describe_encoding.h"

namespace spanhound::store {
namespace {

// Row groups of a block that are looked into for how columns stand.
constexpr size_t kSampledGroups = 4;

std::string_view NameOf(Field field) {
  switch (field) {
    case Field::kTraceId: return "trace_id";
    case Field::kSpanId: return "span_id";
    case Field::kTime: return "time";
    case Field::kResource: return "resource";
    case Field::kScope: return "scope";
    case Field::kFlags: return "flags";
    case Field::kDroppedAttributesCount: return "dropped_attributes_count";
    case Field::kAttributes: return "attribute";
    case Field::kParentSpanId: return "parent_span_id";
    case Field::kEndTime: return "end_time";
    case Field::kName: return "name";
    case Field::kKind: return "kind";
    case Field::kStatusCode: return "status_code";
    case Field::kStatusMessage: return "status_message";
    case Field::kTraceState: return "trace_state";
    case Field::kEvents: return "events";
    case Field::kLinks: return "links";
    case Field::kDroppedEventsCount: return "dropped_events_count";
    case Field::kDroppedLinksCount: return "dropped_links_count";
    case Field::kObservedTime: return "observed_time";
    case Field::kSeverityNumber: return "severity_number";
    case Field::kSeverityText: return "severity_text";
    case Field::kEventName: return "event_name";
    case Field::kBody: return "body";
    default: CHECK(false);  // the others are not stored
  }
}

std::string_view NameOf(model::ValueType type) {
  constexpr std::string_view kNames[] = {"empty",  "string", "bool",  "int",
                                         "double", "bytes",  "array", "list"};
  return kNames[static_cast<size_t>(type)];
}

ColumnId IdOf(const ValueColumnId& id) {
  if (id.is_rest()) return {"attribute", "", "any"};
  const bool has_key = id.field == Field::kAttributes;
  return {std::string(NameOf(id.field)), has_key ? std::string(id.key) : "",
          std::string(NameOf(id.type))};
}

class BlockSum {
 public:
  BlockSum(const BlockReader& block, TableStatistics* table)
      : block_(block), footer_(block.footer()), table_(*table) {}

  Status Run() {
    table_.rows += footer_.row_count;
    table_.traces += TraceCountOf(footer_);
    table_.bytes += block_.file_bytes();
    ++table_.blocks;
    table_.row_groups += footer_.row_groups.size();
    for (const BlockColumn& column : footer_.columns) AddBlockColumn(column);
    for (size_t group = 0; group < footer_.row_groups.size(); ++group) {
      RETURN_IF_ERROR(AddGroup(group));
    }
    Part("row group directories", directories_);
    Part("attribute shapes", shapes_);
    Part("resources and scopes", footer_.entries.bytes);
    Part("services and operations", footer_.catalog.bytes);
    uint64_t index_bytes = 0;
    for (const IndexPage& page : footer_.index) index_bytes += page.section.bytes;
    Part("trace index", index_bytes);
    // What stands outside of sections.
    Part("magic, footer, trailer", block_.file_bytes() - section_bytes_);
    return Status::Ok();
  }

 private:
  void Part(const char* name, uint64_t bytes) {
    table_.parts[name] += bytes;
    section_bytes_ += bytes;
  }

  ColumnStatistics& Column(const ColumnId& id, uint64_t bytes) {
    section_bytes_ += bytes;
    return table_.columns[id];
  }

  void AddBlockColumn(const BlockColumn& info) {
    ColumnStatistics& column = Column(IdOf(info.id), info.dictionary.bytes + info.filters.bytes);
    column.values += info.value_count;
    column.dictionary_bytes += info.dictionary.bytes;
    column.dictionary_entries += info.entry_count;
    column.filter_bytes += info.filters.bytes;
  }

  Status AddGroup(size_t number) {
    const RowGroup& group = footer_.row_groups[number];
    ASSIGN_OR_RETURN(const GroupDirectory directory, block_.Directory(number));
    const size_t step = std::max<size_t>(1, footer_.row_groups.size() / kSampledGroups);
    const bool is_sampled = number % step == 0;
    directories_ += group.directory.bytes;
    shapes_ += directory.shapes.bytes;
    for (size_t i = 0; i < directory.stored.size(); ++i) {
      if (directory.stored[i].bytes == 0) continue;
      const StoredColumn& stored = StoredColumns(footer_.table)[i];
      ColumnStatistics& column =
          Column({std::string(NameOf(stored.field)), "", ""}, directory.stored[i].bytes);
      column.row_bytes += directory.stored[i].bytes;
      column.values += group.row_count;
      if (!is_sampled) continue;
      ASSIGN_OR_RETURN(const std::string bytes, block_.Read(directory.stored[i]));
      column.encodings[DescribeStored(stored, bytes, group.row_count)] += bytes.size();
    }
    for (const GroupColumn& values : directory.values) {
      ColumnStatistics& column =
          Column(IdOf(footer_.columns[values.column].id), values.section.bytes);
      column.row_bytes += values.section.bytes;
      if (!is_sampled) continue;
      ASSIGN_OR_RETURN(const std::string bytes, block_.Read(values.section));
      column.encodings[DescribeValues(bytes, values.value_count)] += bytes.size();
    }
    return Status::Ok();
  }

  const BlockReader& block_;
  const BlockFooter& footer_;
  TableStatistics& table_;
  uint64_t section_bytes_ = 0;
  uint64_t directories_ = 0;
  uint64_t shapes_ = 0;
};

}  // namespace

Status AddBlockStatistics(const BlockReader& block, TableStatistics* table) {
  return BlockSum(block, table).Run();
}

uint64_t TraceCountOf(const BlockFooter& footer) {
  uint64_t count = 0;
  for (const IndexPage& page : footer.index) count += page.entry_count;
  return count;
}

}  // namespace spanhound::store
