#include "ingest/media_type.h"

namespace spanhound::ingest {

std::string MediaType(std::string_view content_type) {
  constexpr std::string_view kSpace = " \t";
  content_type = content_type.substr(0, content_type.find(';'));
  const size_t begin = content_type.find_first_not_of(kSpace);
  if (begin == content_type.npos) return "";
  const size_t end = content_type.find_last_not_of(kSpace) + 1;
  std::string type(content_type.substr(begin, end - begin));
  for (char& c : type) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return type;
}

}  // namespace spanhound::ingest
