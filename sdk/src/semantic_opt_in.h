// Whether spans of HTTP and RPC also, or only, have the names of older semantic conventions, as
// OTEL_SEMCONV_STABILITY_OPT_IN says: a list of http, http/dup, rpc, rpc/dup and rpc/old. The names
// of today are the default; what is not known in the list is ignored, as the conventions ask.
//
// Threads: any. Failure: none.
#pragma once

#include <cstdlib>
#include <string_view>

namespace spanhound::sdk {

struct SemanticOptIn {
  bool old_http = false;  // beside the new ones, which are stable
  bool old_rpc = false;
  bool new_rpc = true;
};

inline SemanticOptIn ParseSemanticOptIn(std::string_view list) {
  SemanticOptIn chosen;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view entry = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    while (entry.starts_with(' ')) entry.remove_prefix(1);
    while (entry.ends_with(' ')) entry.remove_suffix(1);
    if (entry == "http/dup") chosen.old_http = true;
    if (entry == "rpc/dup" || entry == "rpc/old") chosen.old_rpc = true;
    if (entry == "rpc/old") chosen.new_rpc = false;
  }
  return chosen;
}

// Of this process, read once.
inline const SemanticOptIn& ChosenNames() {
  static const SemanticOptIn chosen = [] {
    const char* const text = std::getenv("OTEL_SEMCONV_STABILITY_OPT_IN");
    return ParseSemanticOptIn(text == nullptr ? "" : text);
  }();
  return chosen;
}

}  // namespace spanhound::sdk
