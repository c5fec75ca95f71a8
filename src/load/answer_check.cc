#include "load/answer_check.h"

#include <algorithm>
#include <charconv>

#include "base/json_writer.h"

namespace spanhound::load {
namespace {

// The ids in an answer, each once, in order. Jaeger's JSON repeats a trace's id in every span.
std::vector<std::string_view> FoundIds(std::string_view body) {
  constexpr std::string_view kField = "\"traceID\":\"";
  std::vector<std::string_view> ids;
  for (size_t at = body.find(kField); at != std::string_view::npos; at = body.find(kField, at)) {
    at += kField.size();
    std::string_view id = body.substr(at, body.find('"', at) - at);
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

size_t Occurrences(std::string_view body, std::string_view text) {
  size_t count = 0;
  for (size_t at = body.find(text); at != std::string_view::npos; at = body.find(text, at + 1)) {
    ++count;
  }
  return count;
}

uint64_t NumberAfter(std::string_view body, size_t at) {
  constexpr std::string_view kDigits = "0123456789";
  at = std::min(body.find_first_of(kDigits, at), body.size());
  uint64_t number = 0;
  std::from_chars(body.data() + at, body.data() + body.size(), number);
  return number;
}

}  // namespace

std::string CheckFoundTraces(std::string_view body, const std::vector<model::TraceId>& expected) {
  std::vector<std::string_view> found = FoundIds(body);
  for (size_t i = 0; i < std::max(found.size(), expected.size()); ++i) {
    std::string want = i < expected.size() ? expected[i].ToHex() : "no further trace";
    std::string got = i < found.size() ? std::string(found[i]) : "no further trace";
    if (want != got) return "result " + std::to_string(i) + " is " + got + ", not " + want;
  }
  return "";
}

std::string CheckTrace(std::string_view body, const model::TraceId& trace_id, size_t span_count) {
  std::string wrong = CheckFoundTraces(body, {trace_id});
  if (!wrong.empty()) return wrong;
  size_t spans = Occurrences(body, "\"operationName\":");
  if (spans == span_count) return "";
  return std::to_string(spans) + " spans, not " + std::to_string(span_count);
}

std::string CheckSpanCounts(std::string_view body, const StringMap<uint64_t>& expected) {
  size_t entries = Occurrences(body, "ount\":");
  if (entries != expected.size()) {
    return std::to_string(entries) + " counts, not " + std::to_string(expected.size());
  }
  for (const auto& [service, count] : expected) {
    std::string name;
    AppendJsonString(name, service);
    size_t at = body.find(name);
    if (at == std::string_view::npos) return "no count of " + service;
    uint64_t found = NumberAfter(body, at + name.size());
    if (found == count) continue;
    return std::to_string(found) + " spans of " + service + ", not " + std::to_string(count);
  }
  return "";
}

}  // namespace spanhound::load
