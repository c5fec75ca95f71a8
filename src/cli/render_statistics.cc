#include "cli/render_statistics.h"

#include <algorithm>
#include <cstdio>

#include "base/terminal_text.h"
#include "cli/text_table.h"
#include "cli/time_text.h"

namespace spanhound::cli {
namespace {

using store::BlockFileStatistics;
using store::ColumnId;
using store::ColumnStatistics;
using store::DirectoryStatistics;
using store::TableStatistics;
using store::TenantStatistics;

constexpr size_t kEncodingsShown = 2;

// "12,345,678"
std::string CountText(uint64_t count) {
  std::string text = std::to_string(count);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string PartText(uint64_t part, uint64_t whole, const char* format) {
  if (whole == 0) return "-";
  char text[32];
  std::snprintf(text, sizeof(text), format, static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

std::string PerRowText(uint64_t bytes, uint64_t rows) { return PartText(bytes, rows, "%.2f"); }
std::string ShareText(uint64_t bytes, uint64_t all) { return PartText(bytes * 100, all, "%.1f%%"); }
std::string OptionalText(uint64_t count) { return count == 0 ? "-" : CountText(count); }

std::string TimeText(uint64_t unix_nanos) {
  return DateText(static_cast<int64_t>(unix_nanos / 1000), TimeZone::kUtc);
}

size_t Shown(size_t count, size_t count_max) {
  return count_max == 0 ? count : std::min(count, count_max);
}

std::string RenderTenants(const DirectoryStatistics& statistics) {
  TextTable table({{"tenant"},
                   {"table"},
                   {"blocks", true},
                   {"rows in blocks", true},
                   {"bytes", true},
                   {"bytes/row", true},
                   {"rows in the log", true}});
  for (const auto& [id, tenant] : statistics.tenants) {
    table.AddRow({TerminalText(id.first), id.second, CountText(tenant.blocks),
                  CountText(tenant.block_rows), CountText(tenant.block_bytes),
                  PerRowText(tenant.block_bytes, tenant.block_rows), CountText(tenant.log_rows)});
  }
  return table.Text();
}

std::string RenderBlocks(const DirectoryStatistics& statistics, size_t blocks_max) {
  std::vector<const BlockFileStatistics*> blocks;
  for (const BlockFileStatistics& block : statistics.blocks) blocks.push_back(&block);
  std::ranges::stable_sort(blocks, std::greater<>(), &BlockFileStatistics::max_unix_nanos);
  const size_t shown = Shown(blocks.size(), blocks_max);
  TextTable table({{"block"},
                   {"tenant", false, 20},
                   {"table"},
                   {"rows", true},
                   {"traces", true},
                   {"row groups", true},
                   {"bytes", true},
                   {"bytes/row", true},
                   {"from (UTC)"},
                   {"to"}});
  for (size_t i = 0; i < shown; ++i) {
    const BlockFileStatistics& block = *blocks[i];
    table.AddRow({block.file, TerminalText(block.tenant), block.table, CountText(block.rows),
                  CountText(block.traces), CountText(block.row_groups), CountText(block.bytes),
                  PerRowText(block.bytes, block.rows), TimeText(block.min_unix_nanos),
                  TimeText(block.max_unix_nanos)});
  }
  std::string out = table.Text();
  if (shown < blocks.size()) {
    out += "and " + CountText(blocks.size() - shown) + " older ones (--blocks 0 shows all)\n";
  }
  return out;
}

std::string EncodingText(const ColumnStatistics& column) {
  std::vector<std::pair<uint64_t, std::string_view>> by_bytes;
  for (const auto& [encoding, bytes] : column.encodings) by_bytes.emplace_back(bytes, encoding);
  std::ranges::sort(by_bytes, std::greater<>());
  std::string text;
  for (size_t i = 0; i < Shown(by_bytes.size(), kEncodingsShown); ++i) {
    if (i > 0) text += "; ";
    text += by_bytes[i].second;
  }
  return text;
}

std::vector<std::string> ColumnCells(const ColumnId& id, const ColumnStatistics& column,
                                     const TableStatistics& table) {
  const bool is_rest = id.type == "any";
  const std::string name = id.key.empty() && !is_rest ? id.name : id.name + " " + id.key;
  return {is_rest ? "other attributes" : TerminalText(name),
          id.type,
          CountText(column.values),
          CountText(column.bytes()),
          PerRowText(column.bytes(), table.rows),
          ShareText(column.bytes(), table.bytes),
          OptionalText(column.dictionary_entries),
          OptionalText(column.dictionary_bytes),
          OptionalText(column.filter_bytes),
          EncodingText(column)};
}

void AddSizeRow(TextTable& out, std::string name, uint64_t bytes, const TableStatistics& table) {
  out.AddRow({std::move(name), "", "", CountText(bytes), PerRowText(bytes, table.rows),
              ShareText(bytes, table.bytes), "", "", "", ""});
}

std::string RenderColumns(const TableStatistics& table, size_t columns_max) {
  std::vector<std::pair<const ColumnId*, const ColumnStatistics*>> columns;
  for (const auto& [id, column] : table.columns) columns.emplace_back(&id, &column);
  std::ranges::stable_sort(columns, std::greater<>(),
                           [](const auto& column) { return column.second->bytes(); });
  TextTable out({{"column", false, 40},
                 {"type"},
                 {"values", true},
                 {"bytes", true},
                 {"bytes/row", true},
                 {"share", true},
                 {"dictionary", true},
                 {"its bytes", true},
                 {"filters", true},
                 {"rows stand as"}});
  const size_t shown = Shown(columns.size(), columns_max);
  uint64_t more = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i < shown) {
      out.AddRow(ColumnCells(*columns[i].first, *columns[i].second, table));
    } else {
      more += columns[i].second->bytes();
    }
  }
  if (shown < columns.size()) {
    AddSizeRow(out, "(" + CountText(columns.size() - shown) + " more columns)", more, table);
  }
  for (const auto& [name, bytes] : table.parts) AddSizeRow(out, "(" + name + ")", bytes, table);
  AddSizeRow(out, "all", table.bytes, table);
  return out.Text();
}

}  // namespace

std::string RenderStatistics(const DirectoryStatistics& statistics,
                             const StatisticsOptions& options) {
  uint64_t block_bytes = 0;
  for (const auto& [name, table] : statistics.tables) block_bytes += table.bytes;
  std::string out = CountText(statistics.blocks.size()) + " blocks of " + CountText(block_bytes) +
                    " bytes, " + CountText(statistics.log_segments) + " log segments of " +
                    CountText(statistics.log_bytes) + " bytes, a manifest of " +
                    CountText(statistics.manifest_bytes) + " bytes\n\n";
  out += RenderTenants(statistics);
  if (!statistics.blocks.empty()) out += "\n" + RenderBlocks(statistics, options.blocks_max);
  for (const auto& [name, table] : statistics.tables) {
    out += "\n" + name + ": " + CountText(table.rows) + " in " + CountText(table.blocks) +
           " blocks, " + CountText(table.bytes) + " bytes, " + PerRowText(table.bytes, table.rows) +
           " each\n" + RenderColumns(table, options.columns_max);
  }
  return out;
}

}  // namespace spanhound::cli
