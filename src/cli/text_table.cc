#include "cli/text_table.h"

#include <algorithm>

#include "base/check.h"
#include "cli/column_text.h"

namespace spanhound::cli {

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {
  std::vector<std::string> head;
  for (const Column& column : columns_) head.emplace_back(column.head);
  rows_.push_back(std::move(head));
}

void TextTable::AddRow(std::vector<std::string> cells) {
  CHECK(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

std::string TextTable::Text() const {
  std::vector<size_t> widths(columns_.size());
  for (const std::vector<std::string>& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::min(columns_[i].columns_max, std::max(widths[i], ColumnCount(row[i])));
    }
  }
  std::string out;
  for (const std::vector<std::string>& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      line += columns_[i].is_number ? PadLeft(row[i], widths[i]) : PadRight(row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace spanhound::cli
