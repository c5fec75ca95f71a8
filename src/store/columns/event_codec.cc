#include "store/columns/event_codec.h"

#include "store/columns/attribute_streams.h"
#include "store/encoding/integers.h"
#include "store/encoding/strings.h"

namespace spanhound::store {
namespace {

using model::SpanEvent;
using model::SpanLink;

template <typename Element>
std::vector<Element> FlattenAndAppendCounts(std::string& out,
                                            const std::vector<std::span<const Element>>& rows) {
  std::vector<uint64_t> counts(rows.size());
  std::vector<Element> all;
  for (size_t i = 0; i < rows.size(); ++i) {
    counts[i] = rows[i].size();
    all.insert(all.end(), rows[i].begin(), rows[i].end());
  }
  AppendIntegers(out, counts);
  return all;
}

// What decoding an element takes beside the element: a number, a text and its attributes at a time.
constexpr size_t kTransientBytes =
    sizeof(uint64_t) + sizeof(std::string_view) + sizeof(AttributeRows::value_type);

// Makes room for all elements and gives every row its part.
template <typename Element>
bool ReadCounts(ByteReader& in, size_t row_count, DecodeMemory& memory,
                std::vector<std::span<const Element>>* rows, std::span<Element>* all) {
  std::vector<uint64_t> counts;
  if (!memory.Take(row_count, sizeof((*rows)[0])) || !ReadIntegers(in, row_count, &counts)) {
    return false;
  }
  uint64_t total = 0;
  for (uint64_t count : counts) {
    if (count > UINT32_MAX) return false;  // and fewer than 2^32 rows: no overflow
    total += count;
  }
  if (!memory.Take(total, kTransientBytes) || !memory.AllocateArray(total, all)) return false;
  for (Element& element : *all) new (&element) Element();
  rows->resize(row_count);
  size_t at = 0;
  for (size_t i = 0; i < row_count; ++i) {
    (*rows)[i] = all->subspan(at, counts[i]);
    at += counts[i];
  }
  return true;
}

template <typename Element, typename Get>
void AppendNumbers(std::string& out, const std::vector<Element>& all, Get get) {
  std::vector<uint64_t> values(all.size());
  for (size_t i = 0; i < all.size(); ++i) values[i] = get(all[i]);
  AppendIntegers(out, values);
}

template <typename Element, typename Get>
void AppendTexts(std::string& out, const std::vector<Element>& all, Get get) {
  std::vector<std::string_view> values(all.size());
  for (size_t i = 0; i < all.size(); ++i) values[i] = get(all[i]);
  AppendStrings(out, values);
}

template <typename Element>
void AppendAttributes(std::string& out, const std::vector<Element>& all) {
  AttributeRows rows(all.size());
  for (size_t i = 0; i < all.size(); ++i) rows[i] = all[i].attributes;
  AppendAttributeRows(out, rows);
}

// `set` stores a value in its element.
template <typename Element, typename Set>
bool ReadNumbers(ByteReader& in, std::span<Element> all, Set set) {
  std::vector<uint64_t> values;
  if (!ReadIntegers(in, all.size(), &values)) return false;
  for (size_t i = 0; i < all.size(); ++i) set(all[i], values[i]);
  return true;
}

template <typename Element, typename Set>
bool ReadTexts(ByteReader& in, std::span<Element> all, Set set) {
  std::vector<std::string_view> values;
  if (!ReadStrings(in, all.size(), &values)) return false;
  for (size_t i = 0; i < all.size(); ++i) set(all[i], values[i]);
  return true;
}

template <typename Element>
bool ReadAttributes(ByteReader& in, DecodeMemory& memory, std::span<Element> all) {
  AttributeRows rows;
  if (!ReadAttributeRows(in, all.size(), memory, &rows)) return false;
  for (size_t i = 0; i < all.size(); ++i) all[i].attributes = rows[i];
  return true;
}

constexpr auto kSetDropped = [](auto& element, uint64_t value) {
  element.dropped_attributes_count = static_cast<uint32_t>(value);
};
constexpr auto kGetDropped = [](const auto& element) { return element.dropped_attributes_count; };

}  // namespace

void AppendEvents(std::string& out, const EventRows& rows) {
  const std::vector<SpanEvent> all = FlattenAndAppendCounts(out, rows);
  if (all.empty()) return;
  AppendNumbers(out, all, [](const SpanEvent& e) { return e.time_unix_nanos; });
  AppendTexts(out, all, [](const SpanEvent& e) { return e.name; });
  AppendNumbers(out, all, kGetDropped);
  AppendAttributes(out, all);
}

bool ReadEvents(ByteReader& in, size_t row_count, DecodeMemory& memory, EventRows* rows) {
  std::span<SpanEvent> all;
  if (!ReadCounts(in, row_count, memory, rows, &all)) return false;
  if (all.empty()) return true;
  return ReadNumbers(in, all, [](SpanEvent& e, uint64_t v) { e.time_unix_nanos = v; }) &&
         ReadTexts(in, all, [](SpanEvent& e, std::string_view v) { e.name = v; }) &&
         ReadNumbers(in, all, kSetDropped) && ReadAttributes(in, memory, all);
}

void AppendLinks(std::string& out, const LinkRows& rows) {
  const std::vector<SpanLink> all = FlattenAndAppendCounts(out, rows);
  if (all.empty()) return;
  for (const SpanLink& link : all) out.append(link.trace_id.view()).append(link.span_id.view());
  AppendTexts(out, all, [](const SpanLink& l) { return l.trace_state; });
  AppendNumbers(out, all, [](const SpanLink& l) { return l.flags; });
  AppendNumbers(out, all, kGetDropped);
  AppendAttributes(out, all);
}

bool ReadLinks(ByteReader& in, size_t row_count, DecodeMemory& memory, LinkRows* rows) {
  std::span<SpanLink> all;
  if (!ReadCounts(in, row_count, memory, rows, &all)) return false;
  if (all.empty()) return true;
  for (SpanLink& link : all) {
    if (!link.trace_id.SetBytes(in.ReadBytes(model::TraceId::kSize))) return false;
    if (!link.span_id.SetBytes(in.ReadBytes(model::SpanId::kSize))) return false;
  }
  return ReadTexts(in, all, [](SpanLink& l, std::string_view v) { l.trace_state = v; }) &&
         ReadNumbers(in, all,
                     [](SpanLink& l, uint64_t v) { l.flags = static_cast<uint32_t>(v); }) &&
         ReadNumbers(in, all, kSetDropped) && ReadAttributes(in, memory, all);
}

}  // namespace spanhound::store
