#include "cli/statistics_json.h"

#include "base/json_writer.h"

namespace spanhound::cli {
namespace {

using store::BlockFileStatistics;
using store::ColumnId;
using store::ColumnStatistics;
using store::DirectoryStatistics;
using store::TableStatistics;

void WriteCount(JsonWriter& json, std::string_view key, uint64_t count) {
  json.Key(key);
  json.Uint(count);
}

void WriteTenants(JsonWriter& json, const DirectoryStatistics& statistics) {
  json.BeginArray();
  for (const auto& [id, tenant] : statistics.tenants) {
    json.BeginObject();
    json.Field("tenant", id.first);
    json.Field("table", id.second);
    WriteCount(json, "blocks", tenant.blocks);
    WriteCount(json, "blockRows", tenant.block_rows);
    WriteCount(json, "blockBytes", tenant.block_bytes);
    WriteCount(json, "logRows", tenant.log_rows);
    json.EndObject();
  }
  json.EndArray();
}

void WriteBlocks(JsonWriter& json, const DirectoryStatistics& statistics) {
  json.BeginArray();
  for (const BlockFileStatistics& block : statistics.blocks) {
    json.BeginObject();
    json.Field("file", block.file);
    json.Field("table", block.table);
    json.Field("tenant", block.tenant);
    WriteCount(json, "rows", block.rows);
    WriteCount(json, "traces", block.traces);
    WriteCount(json, "rowGroups", block.row_groups);
    WriteCount(json, "bytes", block.bytes);
    WriteCount(json, "minUnixNanos", block.min_unix_nanos);
    WriteCount(json, "maxUnixNanos", block.max_unix_nanos);
    WriteCount(json, "writtenUnixNanos", block.written_unix_nanos);
    json.EndObject();
  }
  json.EndArray();
}

void WriteColumn(JsonWriter& json, const ColumnId& id, const ColumnStatistics& column) {
  json.BeginObject();
  json.Field("name", id.name);
  if (!id.key.empty()) json.Field("key", id.key);
  if (!id.type.empty()) json.Field("type", id.type);
  WriteCount(json, "values", column.values);
  WriteCount(json, "bytes", column.bytes());
  WriteCount(json, "rowBytes", column.row_bytes);
  WriteCount(json, "dictionaryBytes", column.dictionary_bytes);
  WriteCount(json, "dictionaryEntries", column.dictionary_entries);
  WriteCount(json, "filterBytes", column.filter_bytes);
  json.Key("encodings");
  json.BeginObject();
  for (const auto& [encoding, bytes] : column.encodings) WriteCount(json, encoding, bytes);
  json.EndObject();
  json.EndObject();
}

void WriteTable(JsonWriter& json, const TableStatistics& table) {
  json.BeginObject();
  WriteCount(json, "blocks", table.blocks);
  WriteCount(json, "rowGroups", table.row_groups);
  WriteCount(json, "rows", table.rows);
  WriteCount(json, "traces", table.traces);
  WriteCount(json, "bytes", table.bytes);
  json.Key("columns");
  json.BeginArray();
  for (const auto& [id, column] : table.columns) WriteColumn(json, id, column);
  json.EndArray();
  json.Key("parts");
  json.BeginObject();
  for (const auto& [name, bytes] : table.parts) WriteCount(json, name, bytes);
  json.EndObject();
  json.EndObject();
}

}  // namespace

std::string StatisticsJson(const DirectoryStatistics& statistics) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  WriteCount(json, "manifestBytes", statistics.manifest_bytes);
  WriteCount(json, "logSegments", statistics.log_segments);
  WriteCount(json, "logBytes", statistics.log_bytes);
  json.Key("tenants");
  WriteTenants(json, statistics);
  json.Key("blocks");
  WriteBlocks(json, statistics);
  json.Key("tables");
  json.BeginObject();
  for (const auto& [name, table] : statistics.tables) {
    json.Key(name);
    WriteTable(json, table);
  }
  json.EndObject();
  json.EndObject();
  out += "\n";
  return out;
}

}  // namespace spanhound::cli
