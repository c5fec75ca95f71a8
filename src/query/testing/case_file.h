// Text cases: one file of telemetry, requests and their expected answers. For tests only.
//
//   # a comment
//   spans
//   trace 1
//   frontend "GET /" @0ms +100ms
//
//   request traces limit=1
//   (= kind server)
//   ----
//   expected lines
//
// Sections end at an empty line. With SPANHOUND_UPDATE_GOLDEN=1 in the environment the expected
// lines are replaced by what came out; look at the difference before you commit it.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "query/testing/text_tokens.h"

namespace spanhound::query {

struct CaseSection {
  std::vector<std::string> comments;
  std::string head;                // its first line
  std::vector<std::string> lines;  // the rest, up to "----"
  std::vector<std::string> expected;
  bool is_request() const { return head.starts_with("request "); }
};

class CaseFile {
 public:
  static std::vector<std::filesystem::path> List(const std::string& directory) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      if (entry.path().extension() == ".test") paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    return paths;
  }

  explicit CaseFile(std::filesystem::path path) : path_(std::move(path)) {
    std::ifstream in(path_);
    bool is_in_comments = false, is_in_section = false, is_in_expected = false;
    for (std::string line; std::getline(in, line);) {
      if (line.empty()) {
        is_in_comments = is_in_section = is_in_expected = false;
        continue;
      }
      if (!is_in_section) {
        if (!is_in_comments) sections_.emplace_back();
        is_in_comments = line.starts_with('#');
        if (is_in_comments) {
          sections_.back().comments.push_back(line);
          continue;
        }
        sections_.back().head = line;
        is_in_section = true;
      } else if (line == "----" && !is_in_expected) {
        is_in_expected = true;
      } else {
        (is_in_expected ? sections_.back().expected : sections_.back().lines).push_back(line);
      }
    }
  }

  std::vector<CaseSection>& sections() { return sections_; }

  // The lines of all sections with this head.
  std::vector<std::string> LinesOf(std::string_view head) const {
    std::vector<std::string> lines;
    for (const CaseSection& section : sections_) {
      if (section.head == head)
        lines.insert(lines.end(), section.lines.begin(), section.lines.end());
    }
    return lines;
  }

  static bool IsUpdating() {
    const char* update = std::getenv("SPANHOUND_UPDATE_GOLDEN");
    return update != nullptr && std::string_view(update) == "1";
  }

  void Write() const {
    std::ofstream out(path_);
    for (size_t i = 0; i < sections_.size(); ++i) {
      const CaseSection& section = sections_[i];
      if (i != 0) out << "\n";
      for (const std::string& comment : section.comments) out << comment << "\n";
      out << section.head << "\n";
      for (const std::string& line : section.lines) out << line << "\n";
      if (!section.is_request()) continue;
      out << "----\n";
      for (const std::string& line : section.expected) out << line << "\n";
    }
  }

 private:
  const std::filesystem::path path_;
  std::vector<CaseSection> sections_;
};

}  // namespace spanhound::query
