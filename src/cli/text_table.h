// A table of text for a terminal: columns as wide as their widest cell, numbers to the right.
// One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spanhound::cli {

class TextTable {
 public:
  struct Column {
    std::string_view head;
    bool is_number = false;
    size_t columns_max = 60;  // longer cells are cut
  };
  explicit TextTable(std::vector<Column> columns);

  // As many cells as there are columns, free of control characters (base/terminal_text.h).
  void AddRow(std::vector<std::string> cells);
  std::string Text() const;

 private:
  const std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // the first is the head
};

}  // namespace spanhound::cli
